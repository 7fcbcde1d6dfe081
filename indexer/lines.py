"""A file of sorted lines, looked up in place: opening it does not grow with it."""

from __future__ import annotations

import mmap
from pathlib import Path


class SortedLines:
    """The lines of a file, which are sorted by their bytes and each end in a newline."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            # An empty file cannot be mapped.
            empty = not path.stat().st_size
            self._data: mmap.mmap | bytes = (
                b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            )

    def close(self) -> None:
        """Let go of the file."""
        if isinstance(self._data, mmap.mmap):
            self._data.close()

    def starting(self, start: bytes, most: int | None = None) -> list[bytes]:
        """Return the lines that begin with *start*, of at most *most* bytes in all."""
        first = self._first(start)
        # No character has the byte FF.
        end = self._first(start + b"\xff")
        if most is not None and end - first > most:
            end = self._data.rfind(b"\n", first, first + most) + 1
        return self._data[first:end].split(b"\n")[:-1]

    def _first(self, key: bytes) -> int:
        """Return where the first line begins that does not sort before *key*."""
        low, high = 0, len(self._data)
        while low < high:
            start = self._data.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self._data.find(b"\n", start)
            if self._data[start:end] < key:
                low = end + 1
            else:
                high = start
        return low
