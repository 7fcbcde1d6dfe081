"""BM25 scores added up by NumPy; imported for large corpora only, as NumPy takes 0.1 s.

All scores are added up, which in an index of up to `search.engine.scoring.LARGE` sentences
takes less time than to leave some out; for larger ones see `search.engine.block_scoring`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engine.array_terms import ArrayImpacts, ArrayTerms
from search.engine.scoring import SentenceSet

_DENSE = 8
"""A term in more than one of 8 sentences is frequent."""
TINY = float(np.finfo(np.float32).tiny)
"""Below every score of a sentence that has a term."""


class WeightedImpacts(NamedTuple):
    """The impacts of a term with its weight in the query."""

    impacts: ArrayImpacts
    weight: np.float32

    @property
    def bound(self) -> float:
        """The most that the term adds to a sentence."""
        return self.impacts.most * float(self.weight)

    def add_to(self, scores: NDArray[np.float32]) -> None:
        """Add the impacts to *scores*, an element for each sentence."""
        impacts, weight = self
        if impacts.every is not None:
            scores += impacts.every if weight == 1 else impacts.every * weight
        else:
            added = impacts.scores if weight == 1 else impacts.scores * weight
            np.add.at(scores, impacts.numbers, added)

    @property
    def numbers(self) -> NDArray[np.intp]:
        """The sentences, as NumPy indexes by them without a conversion."""
        return self.impacts.numbers.astype(np.intp)


class ArrayScorer(ArrayTerms):
    """Adds up scores in an array of float32 with an element for each sentence."""

    def __init__(self, lengths: bytes, average: float) -> None:
        super().__init__(lengths, average, _DENSE)

    def total(
        self,
        weights: Mapping[str, float],
        impacts: Callable[[str], ArrayImpacts | None],
    ) -> list[WeightedImpacts]:
        """Return the terms of the sum, those that can add most first."""
        terms = [
            WeightedImpacts(of_term, np.float32(weight))
            for term, weight in weights.items()
            if (of_term := impacts(term))
        ]
        return sorted(terms, key=lambda term: -term.bound)

    def best(
        self,
        scores: Sequence[WeightedImpacts],
        among: SentenceSet | None,
        limit: int,
    ) -> list[tuple[int, float]]:
        """Return the numbers and scores of the best of *among*, ties by number."""
        if not limit:
            return []
        is_among = None if among is None else self.array_set(among).flags()
        numbers, values = self._at_least_as_good(scores, is_among, limit)
        if is_among is not None and len(numbers) < limit:
            numbers = np.flatnonzero(is_among)
            values = self._sum(scores)[numbers]
        return in_order(numbers, values, limit)

    def _sum(self, terms: Iterable[WeightedImpacts]) -> NDArray[np.float32]:
        """Return the score of each sentence."""
        scores = np.zeros(self._count, dtype=np.float32)
        for term in terms:
            term.add_to(scores)
        return scores

    def _at_least_as_good(
        self,
        terms: Sequence[WeightedImpacts],
        is_among: NDArray[np.bool_] | None,
        limit: int,
    ) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Return the sentences with a score that *limit* sentences reach, and the scores."""
        scores = self._sum(terms)
        threshold = TINY
        for term in terms:
            numbers = term.numbers
            if is_among is not None:
                numbers = numbers[is_among[numbers]]
            if len(numbers) >= limit:
                threshold = reached(scores[numbers], limit)
                break
        is_near = scores >= threshold
        if is_among is not None:
            is_near &= is_among
        numbers = np.flatnonzero(is_near)
        return numbers, scores[numbers]


def reached(scores: NDArray[np.float32], limit: int) -> float:
    """Return the score that *limit* of *scores* reach, 0 if there are fewer."""
    if len(scores) < limit:
        return 0.0
    return float(np.partition(scores, -limit)[-limit])


def in_order(
    numbers: NDArray[np.intp], scores: NDArray[np.float32], limit: int
) -> list[tuple[int, float]]:
    """Return the best of the ascending *numbers* with their scores, ties by number."""
    if len(numbers) > limit:
        least = reached(scores, limit)
        better, equal = np.flatnonzero(scores > least), np.flatnonzero(scores == least)
        chosen = np.sort(np.append(better, equal[: limit - len(better)]))
        numbers, scores = numbers[chosen], scores[chosen]
    order = np.argsort(-scores, kind="stable")[:limit]
    return list(zip(numbers[order].tolist(), scores[order].tolist(), strict=True))
