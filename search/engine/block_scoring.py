"""BM25 scores of a large index: only blocks of sentences that may have one of the best.

The terms of a noun are combined into one list, see `search.engine.term_groups`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from search.engine.array_scoring import in_order
from search.engine.array_terms import ArrayImpacts, ArrayTerms
from search.engine.block_maxima import (
    FIRST,
    BlockSums,
    LongList,
    ShortList,
    score_list,
)
from search.engine.scoring import SentenceSet
from search.engine.sized_cache import SizedCache
from search.engine.term_groups import Group, term_groups

_LIST_BYTES = 3 << 27
"""The size of the cache of lists."""
_EMPTY = 64
"""The bytes that count for a group without a sentence."""

Impacts = Callable[[str], ArrayImpacts | None]


class BlockScorer(ArrayTerms):
    """Adds up *first* blocks, and then those that may have a better sentence."""

    def __init__(self, lengths: bytes, average: float, first: int = FIRST) -> None:
        super().__init__(lengths, average, dense=0)
        self._first = first
        self._list = SizedCache(_LIST_BYTES, _size_of)(self._combined)

    def total(self, weights: Mapping[str, float], impacts: Impacts) -> BlockSums:
        """Return the sum of the terms, of which `best` adds up a part."""
        lists = [
            (of_group, factor)
            for group, factor in term_groups(weights)
            if (of_group := self._list(group, impacts))
        ]
        return BlockSums(lists, self._count, self._first)

    def best(
        self, scores: BlockSums, among: SentenceSet | None, limit: int
    ) -> list[tuple[int, float]]:
        """Return the numbers and scores of the best of *among*, ties by number."""
        if not limit:
            return []
        if among is None:
            return in_order(*scores.best(limit, None), limit)
        among = self.array_set(among)
        numbers, values = scores.best(limit, among.words)
        if len(numbers) < limit:
            numbers = among.all_numbers().astype(np.intp)
            values = scores.of(numbers)
        return in_order(numbers, values, limit)

    def _combined(self, group: Group, impacts: Impacts) -> ShortList | LongList | None:
        """Return what the terms of a group add together; None if no sentence has one."""
        weighted = [
            (of_term, weight) for term, weight in group if (of_term := impacts(term))
        ]
        if not weighted:
            return None
        numbers = np.concatenate([of_term.numbers for of_term, _ in weighted])
        scores = np.concatenate([each.scores * np.float32(w) for each, w in weighted])
        if len(weighted) > 1:
            order = np.argsort(numbers, kind="stable")
            numbers = numbers[order]
            firsts = np.flatnonzero(np.diff(numbers, prepend=-1))
            numbers = numbers[firsts]
            scores = np.add.reduceat(scores[order], firsts)
        return score_list(numbers, scores, self._count)


def _size_of(scores: ShortList | LongList | None) -> int:
    return sum(array.nbytes for array in scores) if scores else _EMPTY
