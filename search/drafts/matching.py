"""The passages that have all letters of a quotation, whatever its spacing and marks.

The letters of its sentences are looked up in the index, then their terms. The sentences
that come into question are compared letter by letter, together with their neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from search.drafts.fragments import ENDS_WITH_STOP, ends_of, fragments_of
from search.drafts.source import CANDIDATES, Source
from search.drafts.window import Window
from search.reading.diff import Segment
from search.reading.letters import letters

_MOST_FRAGMENTS = 6
_MOST_PIECES = 3
"""Sentences of a quotation that are looked up, and parts of each between ellipses."""
NEGATING = re.compile(r"(?:^|[^가-힣])(?:비|불|부|무|미|반|탈)$")
"""A prefix that reverses a word: 비 of 비핵화."""
ELLIPSIS = Segment("equal", " … ", " … ")


class Match:
    """A window that has all letters of a quotation, and the sentences with them."""

    def __init__(self, window: Window, spans: Sequence[tuple[int, int]]) -> None:
        first, last = spans[0][0], spans[-1][1]
        self.sentences = window.covered(first, last)
        self.text = window.text
        self.spans = spans


class Matcher:
    """Finds the passages of an index that have all letters of a quotation."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def matches(
        self, parts: Sequence[tuple[str, ...]], cited: Sequence[int]
    ) -> list[Match]:
        """Return the passages with the letters of all parts in order.

        Args:
            parts: The parts of the quotation between ellipses.
            cited: The numbers of the sentences that the draft cites.
        """
        candidates = self._candidates(parts, cited)
        if matches := list(self._matches(parts, candidates)):
            return matches
        near = self._source.near(fragments_of(parts), cited)
        return list(self._matches(parts, near))

    def _matches(
        self,
        parts: Sequence[tuple[str, ...]],
        candidates: Iterable[tuple[int, int]],
    ) -> Iterator[Match]:
        """Yield the windows that have the letters of all parts in order.

        Args:
            parts: The parts of the quotation between ellipses.
            candidates: Numbers of sentences, and the index of the fragment of the
                quotation that each may be.
        """
        # A line may break inside a word, also between two digits.
        spaced = [letters(" ".join(part)).text for part in parts]
        joined = [letters("".join(part)).text for part in parts]
        size = len(fragments_of(parts))
        seen: set[tuple[str, ...]] = set()
        for number, index in candidates:
            for window in self._windows(parts, number, index, size):
                match = _match(window, spaced) or _match(window, joined)
                if match is None:
                    continue
                ids = tuple(sentence.id for sentence in match.sentences)
                if ids not in seen:
                    seen.add(ids)
                    yield match
                break

    def _candidates(
        self, parts: Sequence[tuple[str, ...]], cited: Sequence[int]
    ) -> Iterator[tuple[int, int]]:
        """Yield sentences that begin or end like a fragment of a quotation, and its index."""
        fragments = fragments_of(parts)[:_MOST_FRAGMENTS]
        for number in cited[:CANDIDATES]:
            yield from ((number, index) for index in range(len(fragments)))
        for index, fragment in enumerate(fragments):
            for piece in sorted(fragment, key=len, reverse=True)[:_MOST_PIECES]:
                for text in ends_of(piece):
                    for number in self._source.containing(text, CANDIDATES):
                        yield number, index

    def _windows(
        self, parts: Sequence[tuple[str, ...]], number: int, index: int, size: int
    ) -> Iterator[Window]:
        """Yield the windows around a sentence, the shortest first."""
        first, last = number - index, number - index + size - 1
        for before, after in ((0, 0), (0, 1), (1, 0), (1, 1)):
            sentences = self._source.window(first - before, last + after)
            if sentences:
                yield Window(sentences)
        # An ellipsis behind a whole sentence may stand for more sentences.
        if any(ENDS_WITH_STOP.search(part[-1]) for part in parts[:-1]):
            yield Window(self._source.paragraph(number))


def _match(window: Window, texts: Sequence[str]) -> Match | None:
    """Return the spans of *texts* in the window, in order; None if one is missing."""
    offsets = window.letters[1]
    spans: list[tuple[int, int]] = []
    position = 0
    for part in texts:
        start = _find(window, part, position)
        if start < 0:
            return None
        position = start + len(part)
        spans.append((offsets[start], offsets[position - 1] + 1))
    return Match(window, spans)


def _find(window: Window, part: str, position: int) -> int:
    """Return where the letters of *part* are; not behind a prefix that reverses them."""
    text, offsets = window.letters
    while (start := text.find(part, position)) >= 0:
        before = window.text[max(0, offsets[start] - 2) : offsets[start]]
        number = part[0].isdigit() and text[start - 1 : start].isdigit()
        end = start + len(part)
        number = number or (part[-1].isdigit() and text[end : end + 1].isdigit())
        if not NEGATING.search(before) and not number:
            return start
        position = start + 1
    return -1


def spelling(part: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of a part as it is spelled; a line may break inside a word."""
    lines = (r"\s+".join(map(re.escape, line.split())) for line in part)
    return re.compile(r"\s*".join(lines))


def is_spelled(match: Match, patterns: Sequence[re.Pattern[str]]) -> bool:
    """Whether the passage has the parts in order as they are spelled."""
    position = min(max(0, match.spans[0][0] - 2), len(match.text))
    for pattern in patterns:
        hit = pattern.search(match.text, position)
        if hit is None:
            return False
        position = hit.end()
    return True


def spelling_segments(
    match: Match, parts: Sequence[tuple[str, ...]]
) -> Iterator[Segment]:
    """Yield each part as the source and as the draft spells it."""
    for number, ((start, end), part) in enumerate(zip(match.spans, parts, strict=True)):
        if number:
            yield ELLIPSIS
        yield Segment("equal", match.text[start:end], " ".join(part))
