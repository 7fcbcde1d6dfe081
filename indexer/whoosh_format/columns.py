"""The columns of an index, a file each, in Whoosh's format.

A column of byte strings is their concatenation, their lengths, and the type of the
lengths. Whoosh also writes the offset of each, four times the size of the lengths; its
readers sum the lengths where the offsets are missing, and so does ours.
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
"""The types of lengths, each with its limit."""
_PART = 64
"""Values in a part; the offset of each part is computed at the first read."""


def write(path: Path, values: Sequence[bytes]) -> None:
    """Write a column of *values*, one for each sentence."""
    lengths = list(map(len, values))
    most = max(lengths, default=0)
    code = next(code for code, end in _TYPES.items() if most < end)
    packed = _swapped(array(code, lengths)).tobytes()
    path.write_bytes(b"".join([*values, packed, code.encode()]))


class Column:
    """Reads a column of *count* values; several threads may read at once."""

    def __init__(self, path: Path, count: int) -> None:
        self._data = Verified(path)
        self._count = count

    def __getitem__(self, number: int) -> bytes:
        part = number // _PART
        before = sum(self._lengths[part * _PART : number])
        start = self._starts[part] + before
        return self._data[start : start + self._lengths[number]]

    def close(self) -> None:
        """Close the file."""
        self._data.close()

    @cached_property
    def _lengths(self) -> Sequence[int]:
        end = len(self._data) - 1
        lengths = array(self._data[end : end + 1].decode())
        start = end - self._count * lengths.itemsize
        lengths.frombytes(self._data[start:end])
        # sum() is fastest on bytes.
        return lengths.tobytes() if lengths.itemsize == 1 else _swapped(lengths)

    @cached_property
    def _starts(self) -> list[int]:
        """The offset of each part of the values."""
        firsts = range(0, self._count, _PART)
        parts = (sum(self._lengths[first : first + _PART]) for first in firsts)
        return list(accumulate(parts, initial=0))


def _swapped(lengths: array[int]) -> array[int]:
    """Return *lengths* converted between this machine's byte order and big-endian."""
    if sys.byteorder == "little":
        lengths.byteswap()
    return lengths
