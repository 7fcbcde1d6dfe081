"""BM25 scores added up by NumPy; imported for large corpora only, as NumPy takes 0.1 s.

The best sentences are chosen by MaxScore (Turtle & Flood, "Query Evaluation: Strategies and
Optimizations", 1995), a list at a time. Terms are added in the order of the most that each
can add. Once the terms that remain cannot lift a sentence without the others among the
best, only sentences that are already near them are looked up in the remaining lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from threading import local
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.whoosh_format.reader import Postings
from search.engine.scoring import LARGE, SentenceSet, bm25, idf

_DENSE = 8
"""A term in more than one of 8 sentences is frequent."""
_FEW = 1000
"""How many best sentences are chosen without adding up all scores."""
_TINY = float(np.finfo(np.float32).tiny)
"""Below every score of a sentence that has a term."""
_PROBED = 3
"""After every third list, the best sentences so far are looked up in all lists."""
_PROBES = 4
"""How many times the limit of sentences are looked up then."""
_CHEAPER = 4
"""How many postings are added in the time that one sentence is looked up among them."""
_NONE = np.empty(0, np.intp)
_SLACK = 1.0001
"""A factor for sums of bounds, as sums of 32-bit numbers are rounded."""


class ArrayImpacts(NamedTuple):
    """The sentences of a term, ascending, the score in each, and the highest of these.

    `every` has a score for every sentence if the term is frequent and the index is not
    large: to add it needs no scattered access.
    """

    numbers: NDArray[np.int32]
    scores: NDArray[np.float32]
    most: float
    every: NDArray[np.float32] | None


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

    def of(self, numbers: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return what the term adds to each of *numbers*, which ascend."""
        at, is_there = places(self.impacts.numbers, numbers.astype(np.int32))
        return self.impacts.scores[at] * self.weight * is_there


class ArrayScorer:
    """Adds up scores in an array of float32 with an element for each sentence."""

    def __init__(
        self, lengths: Sequence[int], average: float, large: int = LARGE
    ) -> None:
        self._large = large
        self._count = len(lengths)
        self._lengths = np.array(lengths, dtype=np.float64)
        self._average = average
        self._local = local()

    def sentence_set(
        self, postings: Postings, flags: bytes | None = None
    ) -> SentenceSet:
        """Return the set of the sentences of *postings*, or of those with a flag of 1."""
        bits = np.zeros(self._count, dtype=bool)
        bits[numbers_of(postings)] = (
            True if flags is None else np.frombuffer(flags, dtype=bool)
        )
        return int.from_bytes(np.packbits(bits, bitorder="little").tobytes(), "little")

    def impacts(self, postings: Postings) -> ArrayImpacts:
        """Return the sentences of *postings* with the scores of a term of weight 1."""
        numbers = numbers_of(postings)
        weight = idf(postings.count, self._count)
        scores = bm25(
            weight, _frequencies(postings), self._lengths[numbers], self._average
        ).astype(np.float32)
        every = None
        if len(numbers) * _DENSE > self._count and self._count < self._large:
            every = np.zeros(self._count, dtype=np.float32)
            every[numbers] = scores
        return ArrayImpacts(numbers, scores, float(scores.max()), every)

    def size_of(self, impacts: ArrayImpacts) -> int:
        """Return about how many bytes of memory *impacts* take."""
        every = 0 if impacts.every is None else impacts.every.nbytes
        return impacts.numbers.nbytes + impacts.scores.nbytes + every

    def shared(self, impacts: Sequence[ArrayImpacts]) -> list[int]:
        """Return the numbers, ascending, of the sentences that have all of the terms."""
        first, *others = sorted((each.numbers for each in impacts), key=len)
        for numbers in others:
            first = first[places(numbers, first)[1]]
        numbers_in_all: list[int] = first.tolist()
        return numbers_in_all

    def total(
        self, weighted: Iterable[tuple[ArrayImpacts, float]]
    ) -> list[WeightedImpacts]:
        """Return the terms of the sum, those that can add most first."""
        terms = [WeightedImpacts(impacts, np.float32(w)) for impacts, w in weighted]
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
        is_among = None if among is None else self._flags(among)
        is_pruned = self._count >= self._large and limit <= _FEW
        choose = self._near_the_best if is_pruned else self._at_least_as_good
        numbers, values = choose(scores, is_among, limit)
        if is_among is not None and len(numbers) < limit:
            numbers = np.flatnonzero(is_among)
            values = self._sum(scores)[numbers]
        return _sorted(numbers, values, limit)

    def _flags(self, sentences: SentenceSet) -> NDArray[np.bool_]:
        """Return for each sentence whether it is in a set."""
        data = sentences.to_bytes(-(-self._count // 8), "little")
        packed = np.frombuffer(data, np.uint8)
        return np.unpackbits(packed, count=self._count, bitorder="little").view(bool)

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
        """Return the sentences with a score that *limit* sentences reach, and the scores.

        All scores are added up, which takes less time than to leave some out.
        """
        scores = self._sum(terms)
        threshold = _TINY
        for term in terms:
            numbers = term.numbers
            if is_among is not None:
                numbers = numbers[is_among[numbers]]
            if len(numbers) >= limit:
                threshold = _reached(scores[numbers], limit)
                break
        is_near = scores >= threshold
        if is_among is not None:
            is_near &= is_among
        numbers = np.flatnonzero(is_near)
        return numbers, scores[numbers]

    def _near_the_best(
        self,
        terms: Sequence[WeightedImpacts],
        is_among: NDArray[np.bool_] | None,
        limit: int,
    ) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Return all sentences that may be among the *limit* best, with their scores.

        The best sentences so far, looked up in all lists, give a score that the best reach.
        *is_among* has a flag for each sentence, None stands for those with a term.
        """
        if len(terms) == 1 and is_among is None:
            impacts, weight = terms[0]
            return terms[0].numbers, impacts.scores * weight
        bounds = [term.bound * _SLACK for term in reversed(terms)]
        remaining = [*accumulate(bounds, initial=0.0)][::-1]
        partial = self._zeros()
        added: list[NDArray[np.intp]] = []
        lists: list[NDArray[np.intp]] = []
        threshold = 0.0
        try:
            for count, (term, rest) in enumerate(
                zip(terms, remaining, strict=False), 1
            ):
                if rest < threshold:
                    break
                added.append(numbers := term.numbers)
                term.add_to(partial)
                if is_among is not None:
                    numbers = numbers[is_among[numbers]]
                lists.append(numbers)
                if count % _PROBED == 0:
                    numbers = _highest(numbers, partial, limit * _PROBES)
                    scores = partial[numbers] + sum(
                        t.of(numbers) for t in terms[count:]
                    )
                    # The order of a sum changes its last digit.
                    threshold = max(threshold, _reached(scores, limit) / _SLACK)
            first = len(added)
            least = threshold - remaining[first]
            numbers = _union([each[partial[each] >= least] for each in lists])
            for term, rest in zip(terms[first:], remaining[first + 1 :], strict=True):
                if len(term.impacts.numbers) < len(numbers) * _CHEAPER:
                    added.append(term.numbers)
                    term.add_to(partial)
                else:
                    partial[numbers] += term.of(numbers)
                scores = partial[numbers]
                threshold = max(threshold, _reached(scores, limit))
                numbers = numbers[scores >= threshold - rest]
            return numbers, partial[numbers]
        finally:
            for numbers in added:
                partial[numbers] = 0

    def _zeros(self) -> NDArray[np.float32]:
        """Return an array of zeros for this thread, which must leave it so."""
        zeros: NDArray[np.float32] | None = getattr(self._local, "zeros", None)
        if zeros is None:
            zeros = self._local.zeros = np.zeros(self._count, dtype=np.float32)
        return zeros


def _reached(scores: NDArray[np.float32], limit: int) -> float:
    """Return the score that *limit* of *scores* reach, 0 if there are fewer."""
    if len(scores) < limit:
        return 0.0
    return float(np.partition(scores, -limit)[-limit])


def _highest(
    numbers: NDArray[np.intp], scores: NDArray[np.float32], count: int
) -> NDArray[np.intp]:
    """Return the *count* of *numbers* with the highest *scores*, ascending."""
    if len(numbers) <= count:
        return numbers
    return np.sort(numbers[np.argpartition(scores[numbers], -count)[-count:]])


def _union(lists: Sequence[NDArray[np.intp]]) -> NDArray[np.intp]:
    """Return the distinct numbers of *lists*, ascending."""
    if not lists:
        return _NONE
    numbers = np.sort(np.concatenate(lists))
    is_first = np.ones(len(numbers), dtype=bool)
    np.not_equal(numbers[1:], numbers[:-1], out=is_first[1:])
    return numbers[is_first]


def places(
    numbers: NDArray[np.int32], others: NDArray[np.int32]
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return the place of each of *others* among *numbers*, and whether it is there."""
    at = np.searchsorted(numbers, others)
    at[at == len(numbers)] = 0
    return at, numbers[at] == others


def _sorted(
    numbers: NDArray[np.intp], scores: NDArray[np.float32], limit: int
) -> list[tuple[int, float]]:
    """Return the best of the ascending *numbers* with their scores, ties by number."""
    if len(numbers) > limit:
        least = _reached(scores, limit)
        better, equal = np.flatnonzero(scores > least), np.flatnonzero(scores == least)
        chosen = np.sort(np.append(better, equal[: limit - len(better)]))
        numbers, scores = numbers[chosen], scores[chosen]
    order = np.argsort(-scores, kind="stable")[:limit]
    return list(zip(numbers[order].tolist(), scores[order].tolist(), strict=True))


def numbers_of(postings: Postings) -> NDArray[np.int32]:
    """Return the numbers of the sentences of *postings*, ascending."""
    gaps = postings.gaps
    if isinstance(gaps, bytes):
        return np.cumsum(np.frombuffer(gaps, dtype=np.uint8), dtype=np.int32)
    return np.cumsum(gaps, dtype=np.int32)


def _frequencies(postings: Postings) -> NDArray[np.float64]:
    """Return the frequencies, or a 0-dimensional 1 if each of them is 1."""
    frequencies = postings.frequencies
    if not frequencies:
        return np.array(1.0)
    if isinstance(frequencies, bytes):
        return np.frombuffer(frequencies, dtype=np.uint8).astype(np.float64)
    return np.array(frequencies, dtype=np.float64)
