"""Rows of numbers of any length, kept end to end in one flat array."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    IntegerArray: TypeAlias = NDArray[np.int32] | NDArray[np.int64] | NDArray[np.uint32]


class FlatRows(NamedTuple):
    """The values of many rows as two arrays of the same length, row after row.

    `[[7, 8], [], [9]]` has the values 7, 8, 9, which are of the rows 0, 0, 2.
    """

    values: IntegerArray
    rows: NDArray[np.int32]


class RaggedArray:
    """Rows of numbers from 0 and below 2³², of any length."""

    def __init__(self) -> None:
        self._values = array("I")
        self._ends = array("Q", [0])

    @classmethod
    def of(cls, flat: FlatRows, count: int) -> RaggedArray:
        """Return an array of *count* rows; the inverse of `flat`."""
        ragged = cls()
        ends = np.cumsum(np.bincount(flat.rows, minlength=count)).astype(np.uint64)
        ragged._values.frombytes(flat.values.astype(np.uint32).tobytes())
        ragged._ends.frombytes(ends.tobytes())
        return ragged

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __iter__(self) -> Iterator[Sequence[int]]:
        for row in range(len(self)):
            yield self._values[self._ends[row] : self._ends[row + 1]]

    def append(self, row: Sequence[int]) -> None:
        """Add *row* behind the others."""
        self._values.extend(row)
        self._ends.append(len(self._values))

    def flat(self) -> FlatRows:
        """Return all values (uint32), each with the number of its row (int32)."""
        return self._flat(0, len(self))

    def blocks(self, size: int) -> Iterator[tuple[FlatRows, int]]:
        """Yield all rows in blocks, as `flat` does, and the number of rows of each.

        Rows are numbered within their block, which has some *size* values and rows.
        """
        ends = np.frombuffer(self._ends, dtype=np.uint64)[1:]
        places = (ends + np.arange(len(ends), dtype=np.uint64)) // size
        bounds = np.flatnonzero(np.append(places[1:] != places[:-1], True)) + 1
        first = 0
        for last in bounds.tolist() if len(ends) else ():
            yield self._flat(first, last), last - first
            first = last

    def _flat(self, first: int, last: int) -> FlatRows:
        ends = np.frombuffer(self._ends, dtype=np.uint64)[first : last + 1]
        ends = ends.astype(np.int64)
        rows = np.repeat(np.arange(last - first, dtype=np.int32), np.diff(ends))
        values = np.frombuffer(self._values, dtype=np.uint32)
        return FlatRows(values[ends[0] : ends[-1]], rows)

    def gather(self, flat: FlatRows) -> FlatRows:
        """Replace each value of *flat*, a row number of this array, by that row's values.

        With the rows `[[5], [6, 7]]`, the values 1, 0 of the rows 3, 4 become the values
        6, 7, 5 of the rows 3, 3, 4.
        """
        ends = np.frombuffer(self._ends, dtype=np.uint64).astype(np.int64)
        counts = np.diff(ends)[flat.values]
        values = np.frombuffer(self._values, dtype=np.uint32)
        size = int(counts.sum())
        code = np.int32 if max(size, len(values)) < 1 << 31 else np.int64
        before = ends[:-1][flat.values] - np.cumsum(counts) + counts
        places = np.repeat(before.astype(code), counts)
        places += np.arange(size, dtype=code)
        return FlatRows(values[places], np.repeat(flat.rows, counts))
