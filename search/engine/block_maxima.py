"""The best sums of scores, found by the highest score of each list in each block.

A block is 64 sentence numbers in a row. The sum over all lists of the highest score in a
block bounds the sums of its sentences. The blocks of the highest bounds are added up first;
the score that enough of their sentences reach leaves out most other blocks. These are the
block maxima of Ding and Suel, "Faster Top-k Document Retrieval Using Block-Max Indexes"
(2011), for arrays: a step handles many blocks, and no list is read posting by posting.
Lists that can add most are added first, and after each of them further blocks are left out
(MaxScore: Turtle and Flood, "Query Evaluation: Strategies and Optimizations", 1995).

The result is exact. Rounding keeps the order of two sums of which no addend is less, and
bounds and scores are added in the same order: no bound is below a score of its block.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engine.array_scoring import TINY, reached

_SHIFT = 6
"""The block of a sentence is its number shifted right by these bits."""
BLOCK = 1 << _SHIFT
"""Sentences of a block: the bits of a word of a set."""
_LONG = 4
"""A list has maxima from a posting in every fourth block on."""
FIRST = 32
"""How many blocks are added up first."""
_GROWTH = 4
"""How many times as many blocks are added up in the next step."""
_EPSILON = float(np.finfo(np.float32).eps)
"""Twice the relative error of an addition."""


class ShortList(NamedTuple):
    """Sentences, ascending, and the score that a term or several terms give each."""

    numbers: NDArray[np.int32]
    scores: NDArray[np.float32]


class LongList(NamedTuple):
    """A list with block maxima, for a frequent term.

    The postings of block `i` begin at `starts[i]` and end at `starts[i + 1]`; the highest
    score among them is `highest[i]`, 0 if there is none. `places` are the places of the
    sentences in their blocks, 0 to 63.
    """

    places: NDArray[np.uint8]
    scores: NDArray[np.float32]
    starts: NDArray[np.int32]
    highest: NDArray[np.float32]

    def add_to(
        self, sums: NDArray[np.float32], blocks: NDArray[np.intp], weight: np.float32
    ) -> None:
        """Add the scores of the sentences of *blocks*, times *weight*, to their *sums*."""
        starts = self.starts[blocks]
        lengths = self.starts[blocks + 1] - starts
        before = np.cumsum(lengths) - lengths
        postings = np.repeat(starts - before, lengths)
        postings += np.arange(len(postings), dtype=np.int32)
        places = np.repeat(np.arange(0, len(sums), BLOCK), lengths)
        places += self.places[postings]
        sums[places] += self.scores[postings] * weight


def score_list(
    numbers: NDArray[np.int32], scores: NDArray[np.float32], count: int
) -> ShortList | LongList:
    """Return the list of the sentences *numbers* of an index of *count* sentences."""
    blocks = -(-count // BLOCK)
    if len(numbers) * _LONG < blocks:
        return ShortList(numbers, scores)
    starts = np.zeros(blocks + 1, dtype=np.int32)
    np.cumsum(np.bincount(numbers >> _SHIFT, minlength=blocks), out=starts[1:])
    filled = np.flatnonzero(starts[1:] > starts[:-1])
    highest = np.zeros(blocks, dtype=np.float32)
    highest[filled] = np.maximum.reduceat(scores, starts[filled])
    places = (numbers & (BLOCK - 1)).astype(np.uint8)
    return LongList(places, scores, starts, highest)


class BlockSums:
    """The sums of the lists of a query over the *count* sentences of an index.

    *first* is how many blocks are added up first.
    """

    def __init__(
        self,
        weighted: Iterable[tuple[ShortList | LongList, float]],
        count: int,
        first: int = FIRST,
    ) -> None:
        self._blocks = -(-count // BLOCK)
        self._first = first
        self._long: list[tuple[LongList, np.float32]] = []
        numbers = [np.empty(0, np.int32)]
        scores = [np.empty(0, np.float32)]
        for each, weight in weighted:
            if isinstance(each, LongList):
                self._long.append((each, np.float32(weight)))
            else:
                numbers.append(each.numbers)
                scores.append(each.scores * np.float32(weight))
        self._long.sort(key=lambda item: -item[0].highest.max() * item[1])
        # Short lists are added as one.
        self._numbers = np.concatenate(numbers).astype(np.intp)
        self._scores = np.concatenate(scores)

    def best(
        self, limit: int, among: NDArray[np.uint64] | None
    ) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Return sentences that have a term, the *limit* best among them, and their scores.

        *among* has a word of bits for each block, a bit for each sentence; None stands for
        all. The sentences are in ascending order, and all that tie with one are there.
        """
        bounds = self._bounds()
        if among is not None:
            bounds[among == 0] = 0
        numbers = np.empty(0, np.intp)
        scores = np.empty(0, np.float32)
        threshold = TINY
        size = self._first
        while len(blocks := np.flatnonzero(bounds >= threshold)):
            if len(blocks) > size:
                highest = np.argpartition(bounds[blocks], -size)[-size:]
                blocks = np.sort(blocks[highest])
            bounds[blocks] = 0
            blocks, sums = self._sums_near(blocks, threshold)
            if among is not None:
                flags = np.unpackbits(among[blocks].view(np.uint8), bitorder="little")
                sums *= flags
            places = np.flatnonzero(sums >= threshold)
            near = blocks[places >> _SHIFT] * BLOCK + (places & (BLOCK - 1))
            numbers = np.append(numbers, near)
            scores = np.append(scores, sums[places])
            threshold = max(threshold, reached(scores, limit))
            size *= _GROWTH
        near = np.flatnonzero(scores >= threshold)
        near = near[np.argsort(numbers[near])]
        return numbers[near], scores[near]

    def of(self, numbers: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return the sums of the sentences *numbers*, which ascend."""
        blocks, rows = np.unique(numbers >> _SHIFT, return_inverse=True)
        _, sums = self._sums_near(blocks, 0)
        scores: NDArray[np.float32] = sums[rows * BLOCK + (numbers & (BLOCK - 1))]
        return scores

    def _bounds(self) -> NDArray[np.float32]:
        """Return for each block a number that no sum of its sentences exceeds."""
        bounds = np.zeros(self._blocks, dtype=np.float32)
        np.add.at(bounds, self._numbers >> _SHIFT, self._scores)
        for each, weight in self._long:
            bounds += each.highest * weight
        return bounds

    def _sums_near(
        self, blocks: NDArray[np.intp], threshold: float
    ) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Return those of *blocks* that may have a sum of *threshold*, and all their sums.

        Before each list, the blocks are left out in which no sum so far can reach it by the
        highest scores of this list and those to come.
        """
        sums = self._short_sums(blocks)
        rest = np.empty((len(self._long), len(blocks)), dtype=np.float32)
        for row, (each, weight) in enumerate(self._long):
            rest[row] = each.highest[blocks] * weight
        # The additions here and those of the sums are rounded differently.
        slack = (len(self._long) + 2) * _EPSILON
        least = threshold * (1 - slack) - np.cumsum(rest[::-1], axis=0)[::-1]
        columns = np.arange(len(blocks))
        for row, (each, weight) in enumerate(self._long):
            if threshold > TINY:
                by_block = sums.reshape(-1, BLOCK)
                near = np.flatnonzero(by_block.max(axis=1) >= least[row][columns])
                if len(near) < len(blocks):
                    blocks, columns = blocks[near], columns[near]
                    sums = by_block[near].reshape(-1)
            each.add_to(sums, blocks, weight)
        return blocks, sums

    def _short_sums(self, blocks: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return the sum of the short lists for each sentence of *blocks*, which ascend."""
        sums = np.zeros(len(blocks) * BLOCK, dtype=np.float32)
        if len(self._numbers):
            # The number of a sentence less that of its place in `sums`.
            shift_of = np.full(self._blocks, -1, dtype=np.intp)
            shift_of[blocks] = (blocks - np.arange(len(blocks))) * BLOCK
            shifts = shift_of[self._numbers >> _SHIFT]
            inside = np.flatnonzero(shifts >= 0)
            places = self._numbers[inside] - shifts[inside]
            np.add.at(sums, places, self._scores[inside])
        return sums
