"""The columns of an index, a file each, as Whoosh reads them.

A column of byte strings is all of them, their lengths, and the type of these. Whoosh
adds where each begins, which is four times as much as the lengths; its readers add
the lengths up where that is lacking, and so does ours.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from indexer.storage.checksums import Verified

_TYPES = {"B": 1 << 8, "H": 1 << 16, "I": 1 << 32}
"""The types of lengths, and what they are below."""
_PART = 64
"""Of how many values the lengths are added up before one is asked for."""


def write(path: Path, values: Sequence[bytes]) -> None:
    """Write a column of *values*, one for each sentence."""
    lengths = list(map(len, values))
    most = max(lengths, default=0)
    code = next(code for code, end in _TYPES.items() if most < end)
    kept = _swapped(array(code, lengths)).tobytes()
    path.write_bytes(b"".join([*values, kept, code.encode()]))


class Column:
    """Reads a column of so many values, from several threads at once."""

    def __init__(self, path: Path, count: int) -> None:
        self._data = Verified(path)
        self._count = count

    def __getitem__(self, number: int) -> bytes:
        part = number // _PART
        before = sum(self._lengths[part * _PART : number])
        start = self._starts[part] + before
        return self._data[start : start + self._lengths[number]]

    def close(self) -> None:
        """Let go of the file."""
        self._data.close()

    @cached_property
    def _lengths(self) -> Sequence[int]:
        end = len(self._data) - 1
        lengths = array(self._data[end : end + 1].decode())
        start = end - self._count * lengths.itemsize
        lengths.frombytes(self._data[start:end])
        # Bytes are added up the fastest.
        return lengths.tobytes() if lengths.itemsize == 1 else _swapped(lengths)

    @cached_property
    def _starts(self) -> list[int]:
        """Where each part of the values begins."""
        firsts = range(0, self._count, _PART)
        parts = (sum(self._lengths[first : first + _PART]) for first in firsts)
        return list(accumulate(parts, initial=0))


def _swapped(lengths: array[int]) -> array[int]:
    """Return *lengths* with their bytes from the highest to the lowest, or back."""
    if sys.byteorder == "little":
        lengths.byteswap()
    return lengths
