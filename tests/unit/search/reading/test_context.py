"""The context of a sentence: its neighbours, of the same document only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.index import Index, open_index
from search.reading.context import NO_CONTEXT, around, contexts, result_to_json


@pytest.fixture(scope="module")
def index(statements_folder: Path) -> Iterator[Index]:
    with open_index(statements_folder) as opened:
        yield opened


@pytest.mark.parametrize(
    ("reference", "number", "before", "after"),
    [
        ("old:1.2", 1, ["old:1.1"], ["old:2.1"]),
        ("old:1.1", 2, [], ["old:1.2", "old:2.1"]),
        ("new:3.1", 9, ["new:1.1", "new:1.2", "new:2.1"], []),
        ("old:1", 1, [], ["old:2.1"]),
        ("old", 5, [], []),
    ],
)
def test_neighbours_end_with_the_document(
    index: Index, reference: str, number: int, before: list[str], after: list[str]
) -> None:
    context = around(index, index.show(reference), number)

    assert [sentence.id for sentence in context.before] == before
    assert [sentence.id for sentence in context.after] == after


def test_no_neighbours_are_read_for_none(index: Index) -> None:
    assert around(index, index.show("old:1"), 0) == NO_CONTEXT
    assert around(index, [], 3) == NO_CONTEXT
    assert contexts(index, index.search("사이버"), 0) == {}


def test_each_hit_has_a_context(index: Index) -> None:
    result = index.search("사이버")

    by_id = contexts(index, result, 1)

    assert {id_: around(index, index.show(id_), 1) for id_ in by_id} == by_id
    assert list(by_id) == [hit.sentence.id for hit in result]
    hits = result_to_json(result, by_id)["hits"]
    assert [hit["context"] for hit in hits] == [
        context.to_json() for context in by_id.values()
    ]
    assert "context" not in result_to_json(result, {})["hits"][0]
