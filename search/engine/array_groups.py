"""How many sentences of a set are in each of several groups, by NumPy.

A group is the sentences with one value of a field: the sentences of a document are a range
of numbers, those of a speaker are scattered.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search.engine.array_sets import WORD, ArraySet, bits_in


class ArrayGroups:
    """The sentences of each of *groups*, whose numbers ascend; no group is empty.

    *count* is the number of sentences of the index.
    """

    def __init__(self, groups: Sequence[NDArray[np.int32]], count: int) -> None:
        self._size = len(groups)
        self._ranges: list[int] = []
        self._sets: dict[int, ArraySet] = {}
        self._rest: list[int] = []
        for place, numbers in enumerate(groups):
            if numbers[-1] - numbers[0] + 1 == len(numbers):
                self._ranges.append(place)
            elif (frequent := ArraySet.of_numbers(numbers, count)).numbers is None:
                self._sets[place] = frequent
            else:
                self._rest.append(place)
        bounds = [(groups[i][0], groups[i][-1] + 1) for i in self._ranges]
        self._bounds = np.array(bounds, dtype=np.int64).reshape(-1, 2)
        rest = [groups[i] for i in self._rest]
        self._numbers = np.concatenate([np.empty(0, np.int32), *rest])
        self._starts = np.cumsum([0, *map(len, rest)])[:-1]

    def sizes(self, among: ArraySet) -> list[int]:
        """Return how many sentences of each group are in *among*."""
        sizes = np.zeros(self._size, dtype=np.int64)
        if self._ranges:
            first, last = self._bounds.T
            sizes[self._ranges] = _before(among, last) - _before(among, first)
        for place, frequent in self._sets.items():
            sizes[place] = (frequent & among).bit_count()
        if self._rest:
            flags = among.flags()[self._numbers]
            sizes[self._rest] = np.add.reduceat(flags, self._starts, dtype=np.int64)
        counts: list[int] = sizes.tolist()
        return counts


def _before(among: ArraySet, ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many sentences of *among* have a number less than each of *ends*."""
    if among.numbers is not None:
        return np.searchsorted(among.numbers, ends)
    words = np.append(among.words, np.uint64(0))
    before = np.cumsum(bits_in(words), dtype=np.int64) - bits_in(words)
    at = ends // WORD
    below = (np.uint64(1) << (ends % WORD).astype(np.uint64)) - np.uint64(1)
    places: NDArray[np.int64] = before[at] + bits_in(words[at] & below)
    return places
