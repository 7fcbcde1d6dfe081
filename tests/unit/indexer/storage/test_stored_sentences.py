"""Sentences are returned by their numbers, and their numbers by references."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.ingest.document import Document
from indexer.ingest.reference import (
    DocumentRef,
    ParagraphRef,
    RecordRef,
    Reference,
    SentenceRef,
    candidates,
    reference_of,
)
from indexer.ingest.sentence import Sentence
from indexer.storage import stored_sentences
from indexer.storage.citations import REFERENCES, Citations
from indexer.storage.stored_sentences import SENTENCES, StoredSentences

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.text("ab:1.가", min_size=1, max_size=4)


@st.composite
def sentences(draw: st.DrawFn) -> list[Sentence]:
    """Draw sentences of documents and paragraphs that stand together, as a corpus has."""
    result: list[Sentence] = []
    for document in draw(st.lists(NAMES, max_size=5, unique=True)):
        paragraphs = draw(st.lists(st.none() | st.integers(0, 3), max_size=6))
        for paragraph in sorted(
            paragraphs, key=lambda number: (number is None, number)
        ):
            result.append(
                Sentence(
                    id=f"{document}#{len(result)}",
                    document=document,
                    paragraph=paragraph,
                    number=draw(st.none() | st.integers(1, 9)),
                    start=draw(st.integers(0, 99)),
                    end=draw(st.integers(0, 99)),
                    text=draw(TEXTS),
                    speaker=draw(st.none() | NAMES),
                    act=draw(st.none() | NAMES),
                )
            )
    return result


class Stored(NamedTuple):
    """Both files of a folder, opened."""

    sentences: StoredSentences
    citations: Citations

    def close(self) -> None:
        self.sentences.close()
        self.citations.close()


def stored(folder: Path, written: Sequence[Sentence]) -> Stored:
    stored_sentences.write(folder, written)
    return Stored(StoredSentences(folder / SENTENCES), Citations(folder / REFERENCES))


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Stored]:
    """Return more records than a block has: r0 … r299, ten a paragraph."""
    opened = stored(
        tmp_path,
        [
            Sentence(f"r{n}", "기록", n // 10, None, n, n + 1, f"{n}.")
            for n in range(300)
        ],
    )
    yield opened
    opened.close()


@given(sentences())
def test_every_sentence_is_read_by_its_number_and_its_id(
    tmp_path_factory: pytest.TempPathFactory, written: list[Sentence]
) -> None:
    opened = stored(tmp_path_factory.getbasetemp(), written)

    for number, sentence in enumerate(written):
        assert opened.sentences.sentence(number) == sentence
        numbers = opened.citations.sentence_numbers(reference_of(sentence))
        assert list(numbers) == [number]
    opened.close()


@given(sentences(), NAMES)
def test_documents_and_paragraphs_have_the_sentences_that_a_filter_selects(
    tmp_path_factory: pytest.TempPathFactory, written: list[Sentence], other: str
) -> None:
    opened = stored(tmp_path_factory.getbasetemp(), written)
    numbers_of = opened.citations.sentence_numbers

    for name in {sentence.document for sentence in written} | {other}:
        numbers = [n for n, s in enumerate(written) if s.document == name]
        assert list(numbers_of(DocumentRef(name))) == numbers
        for paragraph in range(4):
            assert list(numbers_of(ParagraphRef(name, str(paragraph)))) == [
                n for n in numbers if written[n].paragraph == paragraph
            ]
    opened.close()


def test_sentences_of_all_blocks_are_returned(many: Stored) -> None:
    assert len(many.sentences) == 300
    for number in (0, 127, 128, 129, 255, 256, 299):
        result = many.sentences.sentence(number)
        assert (result.text, result.start, result.end) == (
            f"{number}.",
            number,
            number + 1,
        )
    numbers_of = many.citations.sentence_numbers
    assert numbers_of(DocumentRef("기록")) == range(300)
    assert numbers_of(ParagraphRef("기록", "12")) == range(120, 130)
    assert numbers_of(RecordRef("r128")) == range(128, 129)


def test_consecutive_ids_take_no_space(tmp_path: Path) -> None:
    for name, text in (("counted", "l{}"), ("others", "l{}/x")):
        (tmp_path / name).mkdir()
        stored_sentences.write(
            tmp_path / name,
            [
                Sentence(text.format(n), "a", None, None, n * 8, n * 8 + 7, "글")
                for n in range(3000)
            ],
        )
    counted, others = (tmp_path / name / SENTENCES for name in ("counted", "others"))
    assert counted.stat().st_size < 188 * 30
    assert others.stat().st_size > 2 * counted.stat().st_size


def test_increasing_offsets_take_no_space(tmp_path: Path) -> None:
    """A sentence begins where the one before ends, or a space after it."""
    for name, step in (("near", 8), ("far", 8_000_017)):
        (tmp_path / name).mkdir()
        stored_sentences.write(
            tmp_path / name,
            [
                Sentence("a", "a", None, None, n * step, (n + 1) * step - 1, "글")
                for n in range(1000)
            ],
        )
    near, far = (tmp_path / name / SENTENCES for name in ("near", "far"))
    assert far.stat().st_size < near.stat().st_size + 8 * 30


@pytest.mark.parametrize(
    "name",
    [
        *("", "기", "기록:1.1", "기록:30", "r", "r300", "R1", "r1 "),
        *("기록\n", "\0", "\ud800", "기록:\udc80", "r1\0", "기록:None"),
        *("r12\t", "r12\t12", "r12\t12\t12", "기록\t0"),
    ],
    ids=ascii,
)
def test_an_unknown_name_has_no_sentences(many: Stored, name: str) -> None:
    """A tab, which separates the fields of a line, ends no name."""
    for reference in candidates(name):
        assert not many.citations.sentence_numbers(reference)


def test_equal_names_of_different_kinds_are_kept_apart(tmp_path: Path) -> None:
    opened = stored(
        tmp_path,
        [
            Sentence("a:1", "b", None, None, 0, 1, "b의 기록"),
            Sentence("annex.7", "b", None, None, 0, 1, "부록 같은 기록"),
            Sentence("b:annex1.1", "b", None, None, 0, 1, "b의 부록 같은 기록"),
            Sentence("a", "b", None, None, 0, 1, "a라는 기록"),
            Sentence("b", "b", None, None, 0, 1, "b라는 기록"),
            Sentence("a:1.1", "a", 1, 1, 0, 1, "a의 첫 문장"),
            Sentence("a:1.2", "a", 1, 2, 0, 1, "a의 둘째 문장"),
            Sentence("a:annex1.1", "a", None, 1, 0, 1, "a의 부록"),
        ],
    )
    expected: dict[Reference, range] = {
        RecordRef("a:1"): range(1),
        RecordRef("annex.7"): range(1, 2),
        RecordRef("b:annex1.1"): range(2, 3),
        RecordRef("a"): range(3, 4),
        RecordRef("b"): range(4, 5),
        DocumentRef("b"): range(5),
        DocumentRef("a"): range(5, 8),
        ParagraphRef("a", "1"): range(5, 7),
        ParagraphRef("a", "annex1"): range(7, 8),
        ParagraphRef("b", "annex1"): range(0),
        ParagraphRef("annex", "7"): range(0),
        SentenceRef("a:annex1.1"): range(7, 8),
        SentenceRef("a:1"): range(0),
        SentenceRef("a"): range(0),
    }

    for reference, numbers in expected.items():
        assert opened.citations.sentence_numbers(reference) == numbers, reference
    opened.close()


def test_the_communique_is_stored_and_cited(
    tmp_path: Path, communique: Document
) -> None:
    opened = stored(tmp_path, communique.sentences)

    def sentences_of(reference: Reference) -> list[Sentence]:
        numbers = opened.citations.sentence_numbers(reference)
        return [opened.sentences.sentence(number) for number in numbers]

    assert sentences_of(DocumentRef("scm-52-2020")) == list(communique.sentences)
    assert sentences_of(ParagraphRef("scm-52-2020", "5")) == [
        sentence for sentence in communique.sentences if sentence.paragraph == 5
    ]
    opened.close()
