"""Sentence hashes show which sentences have changed, without their texts."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.ingest.sentence import Sentence
from indexer.storage import sentence_hashes

SENTENCES = st.lists(
    st.builds(
        Sentence,
        id=st.text(min_size=1, max_size=3),
        document=st.sampled_from("ab"),
        paragraph=st.none() | st.integers(0, 2),
        number=st.none() | st.integers(1, 2),
        start=st.integers(0, 9),
        end=st.integers(0, 9),
        text=st.text(max_size=3),
        speaker=st.none() | st.just("양측"),
    )
)


def known(sentence: Sentence) -> tuple[object, ...]:
    """Return what a sentence is to its index: what it is cited by, and its text."""
    return (*sentence[:4], sentence.text)


@given(SENTENCES, SENTENCES)
def test_sentences_have_the_same_digest_if_they_are_the_same(
    some: list[Sentence], others: list[Sentence]
) -> None:
    one, other = sentence_hashes.of(some), sentence_hashes.of(others)

    for first, digest in zip(some, one.each, strict=True):
        for second, second_digest in zip(others, other.each, strict=True):
            assert (digest == second_digest) is (known(first) == known(second))
    cited = [s[:4] for s in some] == [s[:4] for s in others]
    assert (one.ids == other.ids) is cited


@given(SENTENCES)
def test_written_hashes_are_read_back(
    tmp_path_factory: pytest.TempPathFactory, sentences: list[Sentence]
) -> None:
    path = tmp_path_factory.getbasetemp() / "digests.bin"
    hashes = sentence_hashes.of(sentences)

    sentence_hashes.write(path, hashes)

    assert sentence_hashes.read(path) == hashes


def test_the_offset_of_a_sentence_does_not_change_its_hash() -> None:
    before = Sentence("가:1.1", "가", 1, 1, 0, 9, "양 장관은 만났다.")
    after = before._replace(start=20, end=29)

    assert sentence_hashes.of([before]) == sentence_hashes.of([after])


def test_a_file_is_the_same_on_every_machine(tmp_path: Path) -> None:
    """Python's own hashes of strings differ from one process to the next."""
    sentence = Sentence("가:1.1", "가", 1, 1, 0, 9, "양 장관은 만났다.")

    sentence_hashes.write(tmp_path / "digests.bin", sentence_hashes.of([sentence]))

    content = (tmp_path / "digests.bin").read_bytes().hex()
    assert content == "dee607a0cf25cba548d40d3f10d7cf11"


@given(st.lists(st.integers(0, 5)), st.lists(st.integers(0, 5), unique=True))
def test_each_hash_is_matched_once(hashes: list[int], others: list[int]) -> None:
    """Of equal hashes the first is matched."""
    expected, left = [], list(others)
    for each in hashes:
        expected.append(others.index(each) if each in left else -1)
        left = [other for other in left if other != each]

    matches = sentence_hashes.match(array("Q", hashes), array("Q", others))

    assert matches.tolist() == expected
