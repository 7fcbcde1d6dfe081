"""The segment numbers of a corpus that has changed: some sentences stay, others are new.

The segments of the old generation that are linked keep their numbers of sentences; the
sentences outside them are those of a new segment, which counts on from the last.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from indexer.segments.docid_map import DocIdMap, SegmentSizes

if TYPE_CHECKING:
    from numpy.typing import NDArray


class OldNumbers:
    """The segment numbers that the sentences of a corpus have in an old generation.

    Args:
        sizes: The sizes of its segments.
        docid_map: Its map, None after a full build.
        old_numbers: For each sentence its number in the corpus of that generation, -1 if
            it was not there.
    """

    def __init__(
        self,
        sizes: SegmentSizes,
        docid_map: DocIdMap | None,
        old_numbers: NDArray[np.int64],
    ) -> None:
        self.sizes = sizes
        self._numbers = old_numbers
        if docid_map:
            present = docid_map.segment_numbers[self._numbers]
            self._numbers = np.where(self._numbers < 0, -1, present)

    def live(self) -> list[int]:
        """Return for each old segment the number of its sentences that are still there."""
        counts = (
            np.count_nonzero(self._is_in(n)) for n in range(len(self.sizes.terms))
        )
        return list(map(int, counts))

    def renumbering(self, segments: list[int]) -> Renumbering:
        """Return the numbers beside a new segment when the old *segments* are linked."""
        numbers = np.full_like(self._numbers, -1)
        end = 0
        for segment in segments:
            is_inside = self._is_in(segment)
            start = self.sizes.bounds[segment]
            numbers[is_inside] = self._numbers[is_inside] - start + end
            end += self.sizes.sentences[segment]
        is_new = numbers < 0
        numbers[is_new] = np.arange(end, end + np.count_nonzero(is_new))
        sizes = SegmentSizes(
            tuple(self.sizes.sentences[segment] for segment in segments),
            tuple(self.sizes.terms[segment] for segment in segments),
            self.sizes.size,
        )
        return Renumbering(segments, sizes, numbers)

    def _is_in(self, segment: int) -> NDArray[np.bool_]:
        start, end = self.sizes.bounds[segment : segment + 2]
        return (self._numbers >= start) & (self._numbers < end)


class Renumbering(NamedTuple):
    """The segment numbers of all sentences of a corpus when old segments are linked.

    Attributes:
        segments: The numbers of these segments in the old generation, ascending.
        sizes: Their sizes, and the number of terms of the old corpus.
        segment_numbers: The number of each sentence (see `indexer.segments.docid_map`).
    """

    segments: list[int]
    sizes: SegmentSizes
    segment_numbers: NDArray[np.int64]

    def is_new(self) -> NDArray[np.bool_]:
        """Return for each sentence whether it is one of the new segment."""
        return self.segment_numbers >= self.sizes.bounds[-1]

    def deleted(self) -> dict[int, list[int]]:
        """Return for each of `segments` its sentences that are gone, ascending."""
        bounds = self.sizes.bounds
        missing = missing_numbers(self.segment_numbers, bounds[-1])
        numbers = np.array(missing, dtype=np.int64)
        return {
            segment: (numbers[(numbers >= start) & (numbers < end)] - start).tolist()
            for segment, (start, end) in zip(
                self.segments, pairwise(bounds), strict=True
            )
        }


def missing_numbers(numbers: NDArray[np.int64], count: int) -> list[int]:
    """Return the numbers from 0 to *count*, exclusive, that are not among *numbers*."""
    is_absent = np.ones(count, dtype=np.bool_)
    is_absent[numbers[(numbers >= 0) & (numbers < count)]] = False
    missing: list[int] = np.flatnonzero(is_absent).tolist()
    return missing
