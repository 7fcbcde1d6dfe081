"""The concordance: a line for each match, in the requested order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.text.folding import compact
from search.index import Index, open_index
from search.query.filters import Filter
from search.query.search_options import SearchOptions
from search.reading.concordance import concordance


@pytest.fixture(scope="module")
def index(index_folder: Path) -> Iterator[Index]:
    with open_index(index_folder) as opened:
        yield opened


def test_each_highlighted_span_has_a_line(index: Index) -> None:
    hits = index.search("억제", limit=100).hits

    lines = concordance(index, "억제").lines

    spans = [(hit.sentence.id, *span) for hit in hits for span in hit.spans]
    assert sorted((x.sentence.id, x.start, x.end) for x in lines) == sorted(spans)
    assert {line.word for line in lines} == {"억제"}
    assert all(
        line.left + line.word + line.right == line.sentence.text for line in lines
    )


def test_the_words_of_a_phrase_are_one_match(index: Index) -> None:
    lines = concordance(index, '"신뢰 구축"').lines

    assert {line.word.replace(" ", "") for line in lines} == {"신뢰구축"}


def test_lines_are_in_the_order_of_the_text(index: Index) -> None:
    lines = concordance(index, "전작권").lines

    places = [(line.sentence.start, line.start) for line in lines]
    assert places == sorted(places)


def test_lines_are_sorted_by_the_text_to_the_right(index: Index) -> None:
    """The particle comes first."""
    texts = [compact(x.right) for x in concordance(index, "억제", "right").lines]

    assert texts == sorted(texts)
    assert texts[-1].startswith("하고")


def test_lines_are_sorted_by_the_word_to_the_left(index: Index) -> None:
    lines = concordance(index, "훈련", "left").lines

    words = [
        "".join(filter(str.isalnum, (line.left.split() or [""])[-1])) for line in lines
    ]
    assert words == sorted(words)


def test_a_query_without_hits_has_no_lines(index: Index) -> None:
    assert concordance(index, "제임스웹").lines == ()


def test_the_notes_are_those_of_the_search(index: Index) -> None:
    notes = index.search("(사드", limit=0).notes

    assert concordance(index, "(사드").notes == notes
    assert notes[0].startswith('A "(" was never closed')


def test_a_limit_of_sentences_leaves_out_the_last_by_place(index: Index) -> None:
    every = concordance(index, "억제")
    few = concordance(index, "억제", most=2)

    ids = list(dict.fromkeys(line.sentence.id for line in every.lines))
    assert len(ids) > 2
    assert few.lines == tuple(x for x in every.lines if x.sentence.id in ids[:2])
    (note,) = few.notes
    assert note.startswith(f"Only the first 2 of {len(ids)} sentences are shown")


def test_the_filters_of_a_search_narrow_the_lines(index: Index) -> None:
    filters = [Filter("paragraph", "8"), Filter("act", "재확인")]
    lines = concordance(index, "훈련", options=SearchOptions(filters=filters)).lines

    assert {line.sentence.id for line in lines} == {"scm-52-2020:8.1"}
