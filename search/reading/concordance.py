"""A word in its context, line below line, wherever the index has it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import wcwidth

from indexer.cli.framework import visible
from indexer.ingest.sentence import Sentence
from indexer.text.folding import compact
from search.engine.highlighting import Span
from search.index import Index
from search.present.terminal import Style
from search.reading.library import editions

Order = Literal["left", "right", "place"]

_CUT = "…"
_GAP = 2
_IN_A_PIPE = 40
_NARROWEST = 10
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Line:
    """A place where the word stands: what is before it, itself, and what follows."""

    sentence: Sentence
    start: int
    end: int

    @property
    def left(self) -> str:
        """The sentence up to the word."""
        return self.sentence.text[: self.start]

    @property
    def word(self) -> str:
        """The word as it stands there."""
        return self.sentence.text[self.start : self.end]

    @property
    def right(self) -> str:
        """The sentence behind the word."""
        return self.sentence.text[self.end :]

    def to_json(self) -> dict[str, Any]:
        """Return the line as a JSON object; offsets are those in the sentence."""
        return {
            "id": self.sentence.id,
            "start": self.start,
            "end": self.end,
            "left": self.left,
            "word": self.word,
            "right": self.right,
        }


def concordance(index: Index, query: str, order: Order = "place") -> list[Line]:
    """Return a line for each mark that a search for *query* makes.

    Args:
        index: Where to look.
        query: As for a search.
        order: By place in the documents, from the oldest on; by the words before, the
            nearest first; or by what follows, its particle first.
    """
    hits = index.search(query, limit=index.manifest.sentences).hits
    rank = {e.document: n for n, e in enumerate(editions(index))}
    lines = [
        Line(hit.sentence, start, end)
        for hit in hits
        for start, end in _joined(hit.sentence.text, hit.spans)
    ]
    lines.sort(key=lambda x: (rank[x.sentence.document], x.sentence.start, x.start))
    if order == "left":
        lines.sort(key=lambda line: _words(line.left)[::-1])
    elif order == "right":
        lines.sort(key=lambda line: compact(line.right))
    return lines


def concordance_lines(lines: Sequence[Line], style: Style, width: int) -> Iterator[str]:
    """Yield *lines* for a terminal, the word in one column, *width* columns around it.

    A Hangul syllable takes two columns.
    """
    longest = max((wcwidth.wcswidth(visible(line.word)) for line in lines), default=0)
    for line in lines:
        left = _last_columns(visible(line.left.lstrip()), width)
        word = visible(line.word)
        room = width + longest - wcwidth.wcswidth(word)
        right = _first_columns(visible(line.right.rstrip()), room)
        mark, unmark = style.mark
        faint, unfaint = style.faint
        pad = " " * (width - wcwidth.wcswidth(left))
        fill = " " * (room - wcwidth.wcswidth(right))
        place = f"{faint}{visible(line.sentence.id)}{unfaint}"
        yield f"{pad}{left}{mark}{word}{unmark}{right}{fill}{' ' * _GAP}{place}"


def room(lines: Sequence[Line], style: Style) -> int:
    """Return how many columns there are on each side of the word."""
    if style.width is None:
        return _IN_A_PIPE
    word = max((wcwidth.wcswidth(visible(line.word)) for line in lines), default=0)
    place = max((wcwidth.wcswidth(line.sentence.id) for line in lines), default=0)
    return max(_NARROWEST, (style.width - word - place - _GAP) // 2)


def _joined(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Join the words of a phrase, which are marked one by one."""
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


def _first_columns(text: str, width: int) -> str:
    """Return as much of the beginning of *text* as fits *width* columns."""
    if wcwidth.wcswidth(text) <= width:
        return text
    return wcwidth.clip(text, 0, width - 1).rstrip() + _CUT if width else ""


def _last_columns(text: str, width: int) -> str:
    """Return as much of the end of *text* as fits *width* columns."""
    columns = wcwidth.wcswidth(text)
    if columns <= width:
        return text
    if not width:
        return ""
    return _CUT + wcwidth.clip(text, columns - width + 1, columns).lstrip()
