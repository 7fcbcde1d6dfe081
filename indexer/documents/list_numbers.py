"""The numbers that a word processor prints before the paragraphs of numbered lists.

Only decimal numbers are rendered: those number the paragraphs of a communiqué. A bullet or
a letter stays out of the text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

_MOST_LEVELS = 10


class Level(NamedTuple):
    """A level of a list: its first number, and the pattern of its numbers, as `%1.%2.`.

    The pattern is None where numbers are not decimal.
    """

    start: int
    pattern: str | None


class ListNumbers:
    """Counters of the lists of a document, by their names and levels from 0 on."""

    def __init__(self, levels: Mapping[tuple[str, int], Level]) -> None:
        self._levels = levels
        self._counts: dict[tuple[str, int], int] = defaultdict(int)

    def next(self, list_: str, depth: int) -> str:
        """Count a paragraph, and return its number with a space: `2. `; often empty."""
        place = list_, depth
        if place not in self._levels:
            return ""
        start, text = self._levels[place]
        self._counts[place] = max(self._counts[place] + 1, start)
        for deeper in range(depth + 1, _MOST_LEVELS):
            self._counts.pop((list_, deeper), None)
        if text is None:
            return ""
        for level in range(depth + 1):
            text = text.replace(f"%{level + 1}", str(self._counts[list_, level] or 1))
        return f"{text} "
