"""A trace: the sentences with a phrase in each document, and the closest one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.index import Index, open_index
from search.reading.trace import phrase_years, sentences_by_year, trace


@pytest.fixture(scope="module")
def index(statements_folder: Path) -> Iterator[Index]:
    with open_index(statements_folder) as opened:
        yield opened


def test_each_document_has_its_count_and_its_closest_sentence(index: Index) -> None:
    result = trace(index, "평화유지군")

    assert result
    assert [
        (
            each.edition.document,
            each.sentences,
            each.closest and each.closest.sentence.id,
        )
        for each in result.documents
    ] == [("old", 1, "old:2.2"), ("new", 0, None)]


def test_the_closest_sentence_has_at_least_half_of_the_phrase(index: Index) -> None:
    _, new = trace(index, "주한미군의 현 수준").documents

    assert new.sentences == 0
    assert new.closest
    assert new.closest.sentence.id == "new:2.1"


@pytest.mark.parametrize("phrase", ["제임스웹", "*", '"', ""])
def test_a_phrase_without_hits_is_false(index: Index, phrase: str) -> None:
    result = trace(index, phrase)

    assert not result
    assert [each.sentences for each in result.documents] == [0, 0]


def test_quotation_marks_in_a_phrase_are_ignored(index: Index) -> None:
    assert trace(index, '주한미군의 "현').documents == (
        trace(index, "주한미군의 현").documents
    )


def test_the_notes_are_those_of_the_search(index: Index) -> None:
    result = trace(index, "유앤사")

    assert result.notes == index.search('"유앤사"', limit=0).notes
    assert result.to_json()["notes"] == list(result.notes) != []


@pytest.mark.parametrize("phrase", ["유엔사", "사이버 협력", "없는말", 'year:2019 "'])
def test_the_counts_of_a_picture_are_those_of_the_trace(
    index: Index, phrase: str
) -> None:
    by_document = phrase_years(index, phrase).by_document
    traced = {d.edition.document: d.sentences for d in trace(index, phrase).documents}

    assert {name: by_document.get(name, 0) for name in traced} == traced
    by_year = phrase_years(index, phrase).by_year
    assert (by_year.get(2019, 0), by_year.get(2020, 0)) == (
        traced["old"],
        traced["new"],
    )


def test_the_sentences_of_each_year_are_counted(index: Index) -> None:
    assert sentences_by_year(index) == {2019: 4, 2020: 4}
