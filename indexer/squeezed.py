"""The squeezed text of every sentence: its letters and digits, without any space.

One line a sentence, in the order of the index. Looking for a stretch in it finds what
the text has with other spaces, or none, and what no morpheme begins or ends with.
"""

from __future__ import annotations

import mmap
import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from indexer.folding import squeeze


def write(path: Path, texts: Iterable[str]) -> None:
    """Write the squeezed form of each of *texts* to a line of its own."""
    with path.open("wb") as file:
        for text in texts:
            file.write(squeeze(text)[0].encode() + b"\n")


class SqueezedText:
    """The squeezed sentences of an index, on disk."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def close(self) -> None:
        """Let go of the file."""
        self._data.close()

    def holding(self, stretch: str) -> set[int]:
        """Return the numbers of the sentences that hold *stretch*, itself squeezed."""
        found: set[int] = set()
        wanted = stretch.encode(errors="replace")
        place = self._data.find(wanted) if wanted else -1
        while place >= 0:
            number = bisect_right(self._starts, place) - 1
            found.add(number)
            if number + 1 == len(self._starts):
                break
            place = self._data.find(wanted, self._starts[number + 1])
        return found

    @cached_property
    def _starts(self) -> list[int]:
        ends = [match.end() for match in re.finditer(rb"\n", self._data)]
        return [0, *ends[:-1]]
