"""A concordance: each match of a query, with the text to its left and right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from indexer.ingest.edition import Edition
from indexer.ingest.sentence import Sentence
from indexer.text.folding import compact
from search.engine.highlighting import Span
from search.index import Index
from search.messages import Note
from search.query.search_options import DEFAULT_OPTIONS, SearchOptions

Order = Literal["left", "right", "place"]

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class ConcordanceLine:
    """A match in a sentence; `start` and `end` are its offsets in the sentence's text."""

    sentence: Sentence
    start: int
    end: int

    @property
    def left(self) -> str:
        """The text of the sentence before the match."""
        return self.sentence.text[: self.start]

    @property
    def word(self) -> str:
        """The match as the sentence spells it."""
        return self.sentence.text[self.start : self.end]

    @property
    def right(self) -> str:
        """The text of the sentence after the match."""
        return self.sentence.text[self.end :]

    def to_json(self) -> dict[str, Any]:
        """Return the line as a JSON object, with the offsets in the sentence."""
        return {
            "id": self.sentence.id,
            "start": self.start,
            "end": self.end,
            "left": self.left,
            "word": self.word,
            "right": self.right,
        }


@dataclass(frozen=True, slots=True)
class Concordance:
    """The lines of a query, and the notes of its search."""

    query: str
    lines: tuple[ConcordanceLine, ...]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the query, the lines and the notes as a JSON object."""
        return {
            "query": self.query,
            "total": len(self.lines),
            "lines": [line.to_json() for line in self.lines],
            "notes": list(self.notes),
        }


def concordance(
    index: Index,
    query: str,
    order: Order = "place",
    options: SearchOptions = DEFAULT_OPTIONS,
    *,
    most: int | None = None,
) -> Concordance:
    """Return a line for each span that a search for *query* highlights.

    Args:
        index: The index to search.
        query: A query as for `Index.search`.
        order: By `place` in the documents, the oldest document first; by the words to
            the `left`, the nearest word first; or by the text to the `right`, which
            begins with the particle.
        options: The options of the search, such as its filters.
        most: The number of sentences, the first by place, that have lines; a note says
            that there are more. None is no limit.

    Raises:
        CommuniqueError: As `Index.search`.
    """
    result = index.search(
        query,
        limit=index.manifest.sentences if most is None else most,
        order="date",
        faceted=False,
        uncounted=False,
        **options._asdict(),
    )
    notes = result.notes
    if most is not None and result.total > most:
        limited = Note(
            "Only the first {most:,} of {total:,} sentences are shown; narrow the search to"
            " see others.",
            total=result.total,
            most=most,
        )
        notes = (*notes, limited)
    lines = [
        ConcordanceLine(hit.sentence, start, end)
        for hit in result.hits
        for start, end in _joined(hit.sentence.text, hit.spans)
    ]
    return Concordance(query, tuple(_sorted(lines, order, index.editions)), notes)


def _sorted(
    lines: Iterable[ConcordanceLine], order: Order, editions: Sequence[Edition]
) -> list[ConcordanceLine]:
    """Return *lines* in an order of `concordance`; equal ones stay in that by place."""
    rank = {edition.document: n for n, edition in enumerate(editions)}
    by_place = sorted(
        lines, key=lambda x: (rank[x.sentence.document], x.sentence.start, x.start)
    )
    if order == "left":
        by_place.sort(key=lambda line: _words(line.left)[::-1])
    elif order == "right":
        by_place.sort(key=lambda line: compact(line.right))
    return by_place


def _joined(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Join the spans with only spaces between them: a phrase has one for each word."""
    start = end = -1
    for span in spans:
        if end < 0 or text[end : span[0]].strip():
            if end > 0:
                yield start, end
            start = span[0]
        end = span[1]
    if end > 0:
        yield start, end


def _words(text: str) -> list[str]:
    return [compact(word) for word in _WORD.findall(text)]
