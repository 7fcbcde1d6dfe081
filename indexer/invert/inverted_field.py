"""An inverted field: the postings of each term, merged from sorted runs.

This is blocked sort-based indexing (Manning, Raghavan and Schütze, "Introduction to
Information Retrieval", 2008, 4.2). The occurrences in a block of sentences are sorted by
term and written to a file as a run. The runs are merged into the postings of one term
after another. Memory holds one block, or one part of the merged postings.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from indexer.spill_file import SpillFile

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.invert.ragged_array import IntegerArray

_PART = 1 << 20
"""Postings that are merged at once, unless one term has more."""
_MOST = 255
"""Above this a frequency makes no difference to a score."""

Gaps: TypeAlias = "bytes | array[int]"
"""Differences between ascending numbers, the first from 0, in the narrowest type."""


class Occurrences(NamedTuple):
    """The occurrences of terms in a block of *size* neighbouring sentences.

    The term with the number `codes[i]` occurs in sentence `rows[i]` of the block.
    """

    codes: IntegerArray
    rows: NDArray[np.int32]
    size: int


@dataclass(frozen=True)
class PostingsPart:
    """The postings of some consecutive terms of a field.

    Those of `terms[i]` are from `starts[i]` to `starts[i + 1]`. `sentences` are the
    sentence numbers, ascending for each term, and `frequencies` how often the term occurs
    in each, 255 at most. All arrays have one dimension: `starts` has an element more than
    `terms`; `sentences` and `frequencies` have one for each posting.
    """

    terms: list[str]
    starts: NDArray[np.int64]
    sentences: NDArray[np.int32]
    frequencies: NDArray[np.uint8]

    def gaps(self) -> Iterator[Gaps]:
        """Yield for each term the gaps between the numbers of its sentences."""
        gaps = np.diff(self.sentences, prepend=0)
        first = self.starts[:-1]
        gaps[first] = self.sentences[first]
        packed = {code: gaps.astype(code).tobytes() for code in "BHI"}
        widest = np.maximum.reduceat(gaps, first)
        codes = np.where(widest < 1 << 8, "B", np.where(widest < 1 << 16, "H", "I"))
        rows = zip(
            first.tolist(), self.starts[1:].tolist(), codes.tolist(), strict=True
        )
        for start, end, code in rows:
            if code == "B":
                yield packed["B"][start:end]
            else:
                size = array(code).itemsize
                yield array(code, packed[code][size * start : size * end])


class _Run(NamedTuple):
    """The sorted postings of a block of sentences.

    The postings of the term `codes[i]` are from `starts[i]` to `starts[i + 1]`. From
    `offset` on, the file has the sentence number of each, then the frequency of each.
    """

    codes: IntegerArray
    starts: NDArray[np.int32]
    offset: int


class InvertedField:
    """The postings of a field. They can be read more than once.

    `terms` are its terms, sorted, and `counts` the number of sentences of each.

    Args:
        blocks: The occurrences of the terms in all sentences, in order.
        name: Returns the term with a number; the terms are in the order of the numbers.
        folder: The folder of the file that holds the postings (see `SpillFile`).
    """

    def __init__(
        self,
        blocks: Iterable[Occurrences],
        name: Callable[[int], str],
        folder: Path | None = None,
    ) -> None:
        self._file = SpillFile(folder)
        self._runs: list[_Run] = []
        first = 0
        for block in blocks:
            self._add(block, first)
            first += block.size
        self._codes = distinct([run.codes for run in self._runs])
        self.terms = list(map(name, self._codes.tolist()))
        self.counts = np.zeros(len(self.terms), dtype=np.int64)
        for run in self._runs:
            places = np.searchsorted(self._codes, run.codes)
            self.counts[places] += np.diff(run.starts)

    def _add(self, block: Occurrences, first: int) -> None:
        """Sort the occurrences in a block of sentences, the first of which is *first*."""
        bits = block.size.bit_length()
        keys = (block.codes.astype(np.int64) << bits) + block.rows
        keys.sort()
        is_new = np.append(keys[:1] >= 0, keys[1:] != keys[:-1])
        starts = np.flatnonzero(is_new)
        frequencies = np.minimum(np.diff(starts, append=len(keys)), _MOST)
        keys = keys[starts]
        codes = keys >> bits
        keys &= (1 << bits) - 1
        keys += first
        data = keys.astype(np.int32).tobytes() + frequencies.astype(np.uint8).tobytes()
        is_new = np.append(codes[:1] >= 0, codes[1:] != codes[:-1])
        bounds = np.append(np.flatnonzero(is_new), len(codes)).astype(np.int32)
        run_codes = codes[is_new].astype(block.codes.dtype)
        self._runs.append(_Run(run_codes, bounds, self._file.append(data)))

    def parts(self, first: int = 0, last: int | None = None) -> Iterator[PostingsPart]:
        """Yield the postings of the terms from number *first* up to *last*, in parts."""
        last = len(self.terms) if last is None else last
        ends = np.cumsum(self.counts)
        while first < last:
            most = ends[first] - self.counts[first] + _PART
            end = int(np.searchsorted(ends, most, side="right"))
            end = min(max(end, first + 1), last)
            yield self._merged(first, end)
            first = end

    def _merged(self, first: int, last: int) -> PostingsPart:
        """Return the postings of the terms from number *first* up to *last*."""
        starts = np.append(0, np.cumsum(self.counts[first:last]))
        sentences = np.empty(starts[-1], dtype=np.int32)
        frequencies = np.empty(starts[-1], dtype=np.uint8)
        codes, free = self._codes[first:last], starts[:-1].copy()
        for run in self._runs:
            low = int(np.searchsorted(run.codes, codes[0]))
            high = int(np.searchsorted(run.codes, codes[-1], side="right"))
            bounds = run.starts[low : high + 1].astype(np.int64)
            counts = np.diff(bounds)
            terms = np.searchsorted(codes, run.codes[low:high])
            places = np.repeat(free[terms] - bounds[:-1], counts)
            places += np.arange(bounds[0], bounds[-1])
            free[terms] += counts
            sentences[places], frequencies[places] = self._read(run, bounds)
        return PostingsPart(self.terms[first:last], starts, sentences, frequencies)

    def _read(
        self, run: _Run, bounds: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        start, end = int(bounds[0]), int(bounds[-1])
        numbers = self._file.read(run.offset + 4 * start, 4 * (end - start))
        behind = run.offset + 4 * int(run.starts[-1])
        frequencies = self._file.read(behind + start, end - start)
        return np.frombuffer(numbers, np.int32), np.frombuffer(frequencies, np.uint8)

    def gaps(self) -> Iterator[Gaps]:
        """Yield for each term the gaps between the numbers of its sentences."""
        return chain.from_iterable(part.gaps() for part in self.parts())

    def with_prefix(self, prefix: str) -> Iterator[tuple[str, NDArray[np.int32]]]:
        """Yield the terms that begin with *prefix*, each with its sentences, in order."""
        first = bisect_left(self.terms, prefix)
        last = bisect_left(self.terms, prefix + chr(sys.maxunicode))
        for part in self.parts(first, last):
            starts = part.starts.tolist()
            for term, start, end in zip(part.terms, starts, starts[1:], strict=False):
                yield term, part.sentences[start:end]

    def sentence_counts(self) -> dict[str, int]:
        """Return for each term the number of its sentences."""
        return dict(zip(self.terms, self.counts.tolist(), strict=True))


def distinct(arrays: Iterable[IntegerArray]) -> IntegerArray:
    """Return the distinct values of *arrays*, ascending."""
    values: IntegerArray = np.array([], dtype=np.int32)
    for each in arrays:
        values = np.union1d(values, each)
    return values
