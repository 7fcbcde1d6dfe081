"""The shelf: sentences come back by their numbers, and their numbers by names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.ingest.document import Document
from indexer.ingest.sentence import Sentence
from indexer.storage import stored_sentences
from indexer.storage.stored_sentences import Shelf

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.text("ab:1.가", min_size=1, max_size=4)


@st.composite
def sentences(draw: st.DrawFn) -> list[Sentence]:
    """Draw sentences of documents and paragraphs that stand together, as a corpus has."""
    found: list[Sentence] = []
    for document in draw(st.lists(NAMES, max_size=5, unique=True)):
        paragraphs = draw(st.lists(st.none() | st.integers(0, 3), max_size=6))
        for paragraph in sorted(
            paragraphs, key=lambda number: (number is None, number)
        ):
            found.append(
                Sentence(
                    id=f"{document}#{len(found)}",
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
    return found


def stored(folder: Path, written: Sequence[Sentence]) -> Shelf:
    stored_sentences.write(folder, written)
    return Shelf(folder)


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Shelf]:
    """Return a shelf of more sentences than a block has: r0 … r299, ten a paragraph."""
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
def test_every_sentence_comes_back_by_its_number_and_its_id(
    tmp_path_factory: pytest.TempPathFactory, written: list[Sentence]
) -> None:
    opened = stored(tmp_path_factory.getbasetemp(), written)

    for number, sentence in enumerate(written):
        assert opened.sentence(number) == sentence
        assert list(opened.cited(sentence.id)) == [number]
    opened.close()


@given(sentences(), NAMES)
def test_documents_and_paragraphs_are_what_a_filter_keeps(
    tmp_path_factory: pytest.TempPathFactory, written: list[Sentence], other: str
) -> None:
    """Where no document has the name of another's paragraph, as a: and b: may."""
    opened = stored(tmp_path_factory.getbasetemp(), written)
    documents = {sentence.document for sentence in written}

    for name in documents | {other}:
        numbers = [n for n, s in enumerate(written) if s.document == name]
        if name in documents or not any(
            name == f"{s.document}:{s.paragraph}" for s in written
        ):
            assert list(opened.cited(name)) == numbers
        for paragraph in range(4):
            if f"{name}:{paragraph}" not in documents:
                assert list(opened.cited(f"{name}:{paragraph}")) == [
                    n for n in numbers if written[n].paragraph == paragraph
                ]
    opened.close()


def test_blocks_part_no_sentences(many: Shelf) -> None:
    assert len(many) == 300
    for number in (0, 127, 128, 129, 255, 256, 299):
        found = many.sentence(number)
        assert (found.text, found.start, found.end) == (
            f"{number}.",
            number,
            number + 1,
        )
    assert many.cited("기록") == range(300)
    assert many.cited("기록:12") == range(120, 130)
    assert many.cited("r128") == range(128, 129)


def test_ids_that_count_on_take_no_room(tmp_path: Path) -> None:
    for name, text in (("counted", "l{}"), ("others", "l{}/x")):
        (tmp_path / name).mkdir()
        stored_sentences.write(
            tmp_path / name,
            [
                Sentence(text.format(n), "a", None, None, n * 8, n * 8 + 7, "글")
                for n in range(3000)
            ],
        )
    counted, others = (
        tmp_path / name / stored_sentences.SENTENCES for name in ("counted", "others")
    )
    assert counted.stat().st_size < 24 * 80
    assert others.stat().st_size > 2 * counted.stat().st_size


def test_offsets_that_only_grow_take_no_room(tmp_path: Path) -> None:
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
    near, far = (
        tmp_path / name / stored_sentences.SENTENCES for name in ("near", "far")
    )
    assert far.stat().st_size < near.stat().st_size + 8 * 30


@pytest.mark.parametrize(
    "reference",
    [
        *("", "기", "기록:", "기록:1.1", "기록:30", "r", "r300", "R1", "r1 "),
        *("기록\n", "\0", "\ud800", "기록:\udc80", "r1\0", "기록:None"),
    ],
)
def test_what_is_not_there_is_not_cited(many: Shelf, reference: str) -> None:
    assert many.cited(reference) == range(0)


@pytest.mark.parametrize("reference", ["r12\t", "r12\t12", "r12\t12\t12", "기록\t0"])
def test_a_tab_in_a_reference_is_no_border_of_its_line(
    many: Shelf, reference: str
) -> None:
    assert many.cited(reference) == range(0)


def test_an_id_goes_before_what_else_has_its_name(tmp_path: Path) -> None:
    opened = stored(
        tmp_path,
        [
            Sentence("a:1", "b", 1, None, 0, 1, "b의 문장"),
            Sentence("a:1.1", "a", 1, None, 0, 1, "a의 첫 문장"),
            Sentence("a:1.2", "a", 1, None, 0, 1, "a의 둘째 문장"),
            Sentence("a", "a", 2, None, 0, 1, "a라는 문장"),
        ],
    )

    assert opened.cited("a:1") == range(1)
    assert opened.cited("a") == range(3, 4)
    assert opened.cited("a:2") == range(3, 4)
    opened.close()


def test_the_communique_stands_on_its_shelf(
    tmp_path: Path, communique: Document
) -> None:
    opened = stored(tmp_path, communique.sentences)

    numbers = opened.cited("scm-52-2020")
    assert [opened.sentence(n) for n in numbers] == list(communique.sentences)
    assert [opened.sentence(n).id for n in opened.cited("scm-52-2020:5")] == [
        sentence.id for sentence in communique.sentences if sentence.paragraph == 5
    ]
    opened.close()
