"""Notes of query words that matched only in part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.index import Index, open_index


@pytest.fixture(scope="module")
def index(index_folder: Path) -> Iterator[Index]:
    """Return the opened index of the communiqué."""
    with open_index(index_folder) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "named", "silent"),
    [
        ("중국", ["중국"], []),
        ("중국 훈련", ["중국"], ["훈련"]),
        ("훈련 중국 동맹", ["중국"], ["훈련", "동맹"]),
    ],
)
def test_only_words_that_were_found_inside_others_are_named(
    index: Index, query: str, named: list[str], silent: list[str]
) -> None:
    (note,) = (n for n in index.search(query).notes if "inside a longer word" in n)

    assert all(f"“{word}”" in note for word in named)
    assert not any(f"“{word}”" in note for word in silent)


@pytest.mark.parametrize("query", ["중국", "중국 훈련", "서욱", "중국 AND 장관"])
def test_exact_has_no_hits_inside_other_words(index: Index, query: str) -> None:
    inside = {hit.sentence.id for hit in index.search("중국", limit=100)}
    exact = index.search(query, limit=100, exact=True)

    assert inside
    assert all(n.startswith("No sentence has") for n in exact.notes)
    assert exact.total == len(index.rank(query, limit=100, exact=True))
    for hit in exact:
        marked = [hit.sentence.text[start:end] for start, end in hit.spans]
        assert "중국" not in marked
    if query == "중국":
        assert exact.total == 0


@pytest.mark.parametrize("words", ['"권을"', '뢰"구"', "중국 -핵"])
def test_a_filter_leaves_the_notes_on_the_words_as_they_are(
    index: Index, words: str
) -> None:
    every_year = "year:2000-2030"
    notes = index.search(words).notes

    assert any("only" in note for note in notes)
    assert index.search(f"{words} {every_year}").notes == notes
    assert index.search(f"{every_year} {words}").notes == notes
