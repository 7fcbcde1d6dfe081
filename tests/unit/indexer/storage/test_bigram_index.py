"""Bigrams and substrings: every sentence is found, and no number is split."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import accumulate, pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.invert import bigrams
from indexer.invert.inversion import FieldTerms, Inversion
from indexer.storage import bigram_index
from indexer.storage.bigram_index import BigramIndex, substring_starts
from indexer.text.folding import compact_with_offsets, fold

LETTERS = st.text("한미동맹국방부가각ab12美𠀀", max_size=12)
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
TEXTS = st.text("한미 13,·.20년일ab①⑬", max_size=16)


@contextmanager
def opened(folder: Path, texts: Sequence[str]) -> Iterator[BigramIndex]:
    """Write the pairs of *texts*, which have no grams, and open them."""
    inversion = Inversion()
    for text in texts:
        inversion.add(text)
    no_terms = FieldTerms()
    no_terms.add([])
    rows = array("I", [0] * len(inversion.words.runs))
    bigram_index.write(
        folder / "pairs.bin", bigrams.invert_uncovered(inversion, no_terms, rows)
    )
    with closing(BigramIndex(folder / "pairs.bin")) as index:
        yield index


def sentence_numbers(pairs: BigramIndex, pair: str) -> list[int]:
    return list(accumulate(pairs.gaps(pair)))


def expected_starts(text: str, substring: str) -> list[int]:
    """Return where *substring* stands in squeezed *text*, no number being split.

    It is looked for in the folded text, marks and spaces between its letters.
    """
    folded, _ = fold(text)
    pattern = r"[^\w]*_*".join(map(re.escape, substring))
    if substring[0].isdigit():
        pattern = rf"(?<!\d){pattern}"
    if substring[-1].isdigit():
        pattern = rf"{pattern}(?!\d)"
    return [
        sum(map(str.isalnum, folded[: match.start()]))
        for match in re.finditer(f"(?={pattern})", folded)
    ]


@given(st.lists(LETTERS | ANYTHING, max_size=40), LETTERS | ANYTHING)
@example([], "한미")
@example(["", ""], "한미")
@example(["한", "미"], "한미")
@example(["한 미", "한·미", "", "한미"], "한미")
@example(["한미"] * 9, "한미")
@example(["가"], "가")
def test_the_sentences_of_a_bigram_are_those_that_contain_it(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], others: str
) -> None:
    """A bigram spans spaces and marks, but not two sentences."""
    squeezed = [compact_with_offsets(text)[0] for text in texts]
    bigrams = {a + b for text in (*squeezed, others) for a, b in pairwise(text)}
    with opened(tmp_path_factory.getbasetemp(), texts) as index:
        for pair in bigrams:
            assert sentence_numbers(index, pair) == [
                n for n, text in enumerate(squeezed) if pair in text
            ]
        assert (
            sentence_numbers(index, "")
            == sentence_numbers(index, "한")
            == sentence_numbers(index, "한미동")
            == []
        )


@pytest.mark.parametrize("step", [3, 300, 70_000])
def test_gaps_of_any_width(tmp_path: Path, step: int) -> None:
    texts = ["" if number % step else "전작권" for number in range(2 * step + 1)]
    with opened(tmp_path, texts) as index:
        assert sentence_numbers(index, "작권") == [0, step, 2 * step]
        assert sentence_numbers(index, "권전") == []


def test_more_bigrams_than_a_block_holds(tmp_path: Path) -> None:
    letters = [chr(code) for code in range(0xAC00, 0xAC00 + 5_000, 5)]
    texts = [first + second for first, second in pairwise(letters)]
    with opened(tmp_path, texts) as index:
        assert [sentence_numbers(index, text) for text in texts] == [
            [number] for number in range(len(texts))
        ]


@given(text=TEXTS, substring=TEXTS)
@example(text="13일", substring="3일")
@example(text="1 3일", substring="3일")
@example(text="⑬일", substring="3일")
def test_substrings_are_found_as_by_reading_the_text(text: str, substring: str) -> None:
    squeezed, origins = compact_with_offsets(text)
    letters = compact_with_offsets(substring)[0]
    if letters:
        assert list(substring_starts(squeezed, origins, letters)) == expected_starts(
            text, letters
        )


@given(text=TEXTS, data=st.data())
def test_every_substring_of_whole_numbers_is_found_in_its_text(
    text: str, data: st.DataObject
) -> None:
    words = re.findall(r"\d+|[가-힣a-z]", text)
    first = data.draw(st.integers(0, len(words)))
    last = data.draw(st.integers(first, len(words)))
    letters = compact_with_offsets("".join(words[first:last]))[0]
    if letters and not re.search(r"[,①⑬]", text):
        squeezed, origins = compact_with_offsets(text)
        assert list(substring_starts(squeezed, origins, letters))


@pytest.mark.parametrize(
    ("text", "substring", "expected"),
    [
        ("13일", "3일", []),
        ("13일", "13일", [0]),
        ("13일", "1", []),
        ("1 3일", "3일", [1]),
        ("1.3일", "3일", [1]),
        ("제3일", "3일", [1]),
        ("3일, 13일, 3일", "3일", [0, 5]),
        ("2018년", "8년", []),
        ("2018년", "18년", []),
        ("2018년", "2018년", [0]),
        ("2018년", "년", [4]),
        ("⑬일", "3일", []),
        ("⑬일", "13일", [0]),
        # A year is found as it is written and in full, and as no other number.
        ("’20년", "2020년", [0]),
        ("’20년", "020년", []),
        ("’20년", "20년", [2]),
        ("’20년", "0년", []),
        ("’2020년", "20년", []),
        ("9·19 군사합의", "919군사합의", [0]),
        ("9·19 군사합의", "19군사합의", [1]),
        ("9·192", "919", []),
        ("코로나19", "코로나1", []),
        ("코로나19", "로나19", [1]),
        ("F-35A", "35a", [1]),
        ("F-35A", "5a", []),
        ("가가가", "가가", [0, 1]),
        ("전 작 권", "전작권", [0]),
        ("전작권", "전작권을", []),
        ("", "가", []),
    ],
)
def test_a_number_is_not_split(text: str, substring: str, expected: list[int]) -> None:
    squeezed, origins = compact_with_offsets(text)

    assert list(substring_starts(squeezed, origins, substring)) == expected
