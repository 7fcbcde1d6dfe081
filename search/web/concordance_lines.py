"""The concordance of the page: the matches of a search, one a line, in their context."""

from __future__ import annotations

from typing import NamedTuple

from indexer.ingest.edition import Edition
from indexer.ingest.sentence import Sentence
from search.index import Index
from search.limits import MOST_LINED
from search.query.search_options import SearchOptions
from search.reading.concordance import Concordance, ConcordanceLine, concordance
from search.web.page_state import PageState

_CONTEXT = 80
"""The most characters on each side of a match; a wide screen has room for 60."""


class Line(NamedTuple):
    """A match, its number from 1, and the text on its sides, cut with an ellipsis."""

    number: int
    sentence: Sentence
    edition: Edition
    left: str
    word: str
    right: str


class Lines(NamedTuple):
    """The lines of one page, how many there are in all, and the notes of the search."""

    lines: list[Line]
    total: int
    notes: tuple[str, ...]


def lines_view(index: Index, state: PageState, options: SearchOptions) -> Lines:
    """Return the lines of the page of *state*, of at most `MOST_LINED` sentences.

    Raises:
        CommuniqueError: The query or a filter is invalid.
    """
    lined = lines_of(index, state, options)
    first = state.offset
    shown = lined.lines[first : first + state.page_size]
    return Lines(
        lines=[_line(index, n, line) for n, line in enumerate(shown, first + 1)],
        total=len(lined.lines),
        notes=lined.notes,
    )


def lines_of(index: Index, state: PageState, options: SearchOptions) -> Concordance:
    """Return the concordance of *state*, of at most `MOST_LINED` sentences."""
    return concordance(index, state.q, state.line_order, options, most=MOST_LINED)


def _line(index: Index, number: int, line: ConcordanceLine) -> Line:
    left, right = line.left.lstrip(), line.right.rstrip()
    return Line(
        number=number,
        sentence=line.sentence,
        edition=index.editions_by_name[line.sentence.document],
        left=left if len(left) <= _CONTEXT else f"…{left[-_CONTEXT:]}",
        word=line.word,
        right=right if len(right) <= _CONTEXT else f"{right[:_CONTEXT]}…",
    )
