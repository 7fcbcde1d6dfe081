"""The forward index finds phrases where reading each sentence finds them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import CommuniqueError
from indexer.invert.inversion import FieldTerms, TermsInOrder
from indexer.storage import checksums, forward_index, line_arrays
from indexer.storage.checksums import FileDamagedError
from indexer.storage.forward_index import ForwardIndex

TERMS = st.sampled_from(["한미", "동맹", "핵", "1", "a", "ab", "b", "", "\r", "😀"])
SENTENCES = st.lists(st.lists(TERMS, max_size=8), max_size=20)


def write(path: Path, sentences: Iterable[Sequence[str]]) -> None:
    """Write the sequences of the terms of *sentences*."""
    field = FieldTerms()
    for terms in sentences:
        field.add(terms)
    files = path, path.with_name("morphemes.bin")
    blocks = [TermsInOrder(*block) for block in field.rows.blocks(size=3)]
    forward_index.write(files, field.by_number, lambda: blocks)


def opened_at(path: Path) -> ForwardIndex:
    return ForwardIndex(path, path.with_name("morphemes.bin"))


def character(index: ForwardIndex, term: str) -> str:
    return index._character(term).decode(errors="surrogatepass")  # noqa: SLF001


def occurrences(terms: Sequence[str], sequence: Sequence[str]) -> int:
    """Return how often *sequence* is in *terms*, overlapping ones too."""
    size = len(sequence)
    return sum(
        list(terms[first : first + size]) == list(sequence)
        for first in range(len(terms) - size + 1)
    )


def expected_matches(
    sentences: Sequence[Sequence[str]], sequence: Sequence[str]
) -> list[int]:
    """Return the numbers of the sentences that have *sequence*, reading each."""
    return [
        number for number, terms in enumerate(sentences) if occurrences(terms, sequence)
    ]


@given(
    written=SENTENCES,
    sequence=st.lists(TERMS | st.just("없는말"), min_size=1, max_size=4),
    among=st.sets(st.integers(0, 19)),
)
def test_sequences_are_found_as_by_reading_the_text(
    tmp_path_factory: pytest.TempPathFactory,
    written: list[list[str]],
    sequence: list[str],
    among: set[int],
) -> None:
    candidates = sorted(number for number in among if number < len(written))
    path = tmp_path_factory.getbasetemp() / "sequences.bin"
    write(path, iter(written))
    opened = opened_at(path)

    matches = [
        number for number in expected_matches(written, sequence) if number in candidates
    ]
    assert list(opened.with_phrase(sequence, candidates)) == matches
    counts = [(number, occurrences(written[number], sequence)) for number in matches]
    assert opened.phrase_counts(sequence, candidates) == counts
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forward_index, "_MANY", 1)
        patch.setattr(line_arrays, "_CHUNK", 3)
        assert opened.with_phrase(sequence, candidates) == matches
        assert opened.phrase_counts(sequence, candidates) == counts
    opened.close()


@given(written=SENTENCES.filter(any), data=st.data())
def test_every_slice_of_a_sentence_is_found(
    tmp_path_factory: pytest.TempPathFactory,
    written: list[list[str]],
    data: st.DataObject,
) -> None:
    path = tmp_path_factory.getbasetemp() / "sequences.bin"
    write(path, written)
    opened = opened_at(path)
    terms = data.draw(st.sampled_from([row for row in written if row]))
    first = data.draw(st.integers(0, len(terms) - 1))
    last = data.draw(st.integers(first + 1, len(terms)))

    matches = list(opened.with_phrase(terms[first:last], range(len(written))))
    assert matches == expected_matches(written, terms[first:last])
    assert written.index(terms) in matches
    opened.close()


def test_more_terms_than_two_bytes_number(tmp_path: Path) -> None:
    """Their characters go past the surrogates, which UTF-8 cannot encode, and past FFFF."""
    drawn = random.Random(52)  # noqa: S311
    terms = [f"말{number}" for number in range(70_500)]
    # Often enough for the order of frequency to be that of the list.
    written = [terms[first : first + 7] for first in range(0, len(terms), 3)]
    shuffled = drawn.sample(written, len(written))
    write(tmp_path / "s.bin", shuffled)
    opened = opened_at(tmp_path / "s.bin")
    letters = {term: character(opened, term) for term in terms}

    assert {"\ud800", "\uffff"} <= set(letters.values())
    assert max(letters.values()) > "\U00010000"
    seams = ("\ud800", "\udc00", "\ue000", "\U00010000")
    feared = [
        term
        for term, char in letters.items()
        if any(abs(ord(char) - ord(seam)) < 8 for seam in seams)
    ]
    every = range(len(shuffled))
    where: dict[str, list[int]] = {}
    for number, row in enumerate(shuffled):
        for term in row:
            where.setdefault(term, []).append(number)
    for term in [*feared, *drawn.sample(terms, 50)]:
        assert list(opened.with_phrase([term], every)) == where[term]
        pair = [term, terms[(int(term[1:]) + 1) % len(terms)]]
        assert list(opened.with_phrase(pair, every)) == [
            number
            for number in where[term]
            if expected_matches([shuffled[number]], pair)
        ]
        assert not list(opened.with_phrase([term, term], every))
    opened.close()


def test_a_high_and_a_low_surrogate_side_by_side_stay_two(tmp_path: Path) -> None:
    terms = [f"말{number}" for number in range(58_000)]
    write(tmp_path / "s.bin", [terms])
    opened = opened_at(tmp_path / "s.bin")
    names = {character(opened, term): term for term in terms}
    opened.close()

    pair = [names["\ud83d"], names["\ude00"]]
    write(tmp_path / "s.bin", [terms, pair, pair[::-1]])
    opened = opened_at(tmp_path / "s.bin")
    assert list(opened.with_phrase(pair, range(3))) == [1]
    assert list(opened.with_phrase(pair[::-1], range(3))) == [2]
    assert list(opened.with_phrase(pair[:1], range(3))) == [0, 1, 2]
    opened.close()


def test_an_empty_sentence_has_no_matches(tmp_path: Path) -> None:
    nothing: list[list[list[str]]] = [[], [[]], [[], [], []]]
    for written in nothing:
        write(tmp_path / "s.bin", written)
        opened = opened_at(tmp_path / "s.bin")
        assert not list(opened.with_phrase(["핵"], range(len(written))))
        opened.close()


@pytest.mark.parametrize("count", [3, 300])
def test_a_changed_line_is_damage(tmp_path: Path, count: int) -> None:
    """Both one by one and as arrays, whose fault the closing of the file does not hide."""
    path = tmp_path / "s.bin"
    # Opening reads the end of the file, which must have another checksum.
    write(path, [[f"말{number}", "뜻"] for number in range(9000)])
    checksums.write(tmp_path)
    data = bytearray(path.read_bytes())
    data[2] ^= 1
    path.write_bytes(data)
    with pytest.raises(FileDamagedError), closing(opened_at(path)) as opened:
        opened.phrase_counts(["말1", "뜻"], range(count))


def test_a_phrase_is_counted_in_many_sentences_in_any_order(tmp_path: Path) -> None:
    """After an incremental build that moved sentences their numbers do not ascend."""
    sentences = [
        ["한미", "동맹", "핵"],
        ["동맹"],
        ["한미", "동맹", "한미", "동맹"],
    ] * 200
    write(tmp_path / "sequences.bin", sentences)
    opened = opened_at(tmp_path / "sequences.bin")
    expected = [
        (number, occurrences(terms, ["한미", "동맹"]))
        for number, terms in enumerate(sentences)
        if len(terms) > 1
    ]

    for among in (range(600), [*range(300, 600), *range(300)], range(599, -1, -1)):
        assert opened.phrase_counts(["한미", "동맹"], among) == expected
    opened.close()


def test_lines_beyond_the_largest_offset_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forward_index, "_LARGEST", 6)
    write(tmp_path / "sequences.bin", [["a"], ["b"], ["c"]])

    with pytest.raises(CommuniqueError, match="too large for one index"):
        write(tmp_path / "more.bin", [["a"], ["b"], ["c"], ["d"]])
