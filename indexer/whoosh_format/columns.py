"""Columns of byte strings, one value for each sentence, in the format of Whoosh.

A column is all values, their lengths, and the type code of the lengths. Whoosh also stores
where each value starts, which takes four times the space of the lengths. It may be left
out: Whoosh's reader then adds the lengths up, as the one here does.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from indexer.storage import new_file
from indexer.storage.checksums import Verified

_TYPES = {"B": 1 << 8, "H": 1 << 16, "I": 1 << 32}
"""The type codes of lengths, each with the first length that is too large for it."""
_PART = 64
"""The start of one value in this many is kept in memory."""


def write(path: Path, values: Iterable[bytes]) -> None:
    """Write a column of *values*, one for each sentence."""
    lengths = array("I")
    with new_file.create(path) as file:
        for value in values:
            lengths.append(len(value))
            file.write(value)
        most = max(lengths, default=0)
        code = next(code for code, end in _TYPES.items() if most < end)
        file.write(_big_endian(array(code, lengths)).tobytes() + code.encode())


class Column:
    """Reads a column of *count* values; several threads may use it at once."""

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
        # `sum` is fastest with bytes.
        return lengths.tobytes() if lengths.itemsize == 1 else _big_endian(lengths)

    @cached_property
    def _starts(self) -> list[int]:
        """The offset of the first value of each part."""
        firsts = range(0, self._count, _PART)
        parts = (sum(self._lengths[first : first + _PART]) for first in firsts)
        return list(accumulate(parts, initial=0))


def _big_endian(lengths: array[int]) -> array[int]:
    """Convert *lengths*, in place, to big-endian bytes, or from them."""
    if sys.byteorder == "little":
        lengths.byteswap()
    return lengths
