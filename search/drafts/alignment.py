"""How like a quotation is to a passage, part by part, and how it differs from it."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from search.drafts.excerpt import excerpt
from search.drafts.matching import ELLIPSIS
from search.drafts.quoted_text import QuotedText
from search.drafts.window import Place, Window
from search.reading.diff import Segment, letter_diff
from search.reading.letters import likeness, pair_counts

SPACE = Segment("equal", " ", " ")
ALTERED = 0.5
"""The least likeness of an altered quotation to its source; below it is not found.

On tests/data/quotations.tsv the least likeness of an altered quotation is 0.72, and the
most of an invented one 0.36.
"""


class _Part(NamedTuple):
    """A part of a quotation, and the span of the passage that it is like.

    `is_moved` marks a part of an earlier place, of which the span is empty.
    """

    text: str
    start: int
    end: int
    is_moved: bool


class Alignment:
    """The parts of a quotation with the excerpts of a window that are like them.

    `likeness` is the share of common letter pairs (Dice), a part out of order being
    without counterpart; `likeness_in_any_order` counts it.
    """

    def __init__(self, quoted: QuotedText, window: Window) -> None:
        self._window = window
        self._parts: list[_Part] = []
        pairs, in_any_order = Counter[str](), Counter[str]()
        position = 0
        for text, part_letters in zip(quoted.texts, quoted.letters, strict=True):
            start, end = excerpt(window, text, position)
            part_pairs = pair_counts(part_letters)
            common = self._pairs(start, end)
            is_moved = bool(self._parts) and likeness(part_pairs, common) < ALTERED
            if is_moved:
                common = self._pairs(*excerpt(window, text, 0))
                start = end = position
            else:
                pairs += common
            in_any_order += common
            self._parts.append(_Part(text, start, end, is_moved))
            position = end
        self.likeness = likeness(quoted.pairs, pairs)
        self.likeness_in_any_order = likeness(quoted.pairs, in_any_order)

    @property
    def span(self) -> tuple[Place, Place]:
        """Where the excerpts begin and end."""
        start = min(part.start for part in self._parts)
        return self._window.place(start), self._window.place(self._parts[-1].end - 1)

    @property
    def numbers(self) -> range:
        """The numbers of the sentences with the excerpts."""
        (first, _), (last, _) = self.span
        return range(first, last + 1)

    def segments(self) -> list[Segment]:
        """Return the difference: the source is the older text, the quotation the newer."""
        segments: list[Segment] = []
        source = self._window.text
        before: _Part | None = None
        for part in self._parts:
            if before:
                segments += self._between(before, part)
            if part.is_moved:
                segments.append(Segment("insert", "", part.text))
            else:
                segments += letter_diff(source[part.start : part.end], part.text)
            before = part
        return segments

    def _pairs(self, start: int, end: int) -> Counter[str]:
        return pair_counts(self._window.letters_between(start, end))

    def _between(self, before: _Part, part: _Part) -> list[Segment]:
        """Return an ellipsis, with the omission if it goes beyond a sentence."""
        if part.is_moved or self._window.is_within_sentence(before.end, part.start):
            return [ELLIPSIS]
        omission = self._window.text[before.end : part.start].strip()
        return [SPACE, Segment("replace", omission, "…"), SPACE]
