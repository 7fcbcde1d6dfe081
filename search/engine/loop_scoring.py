"""BM25 scores added up by loops, for small indexes and for the first queries of others.

A process that answers one query would wait longer for NumPy than for these loops. Terms
are added in the order of the most that each can add, and once those that remain cannot
lift a sentence without the others among the best, only the sentences that are near the best
are looked up in them (MaxScore: Turtle and Flood, "Query Evaluation: Strategies and
Optimizations", 1995).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from heapq import nlargest, nsmallest
from itertools import accumulate, compress
from typing import NamedTuple

from indexer.bm25 import K1, B
from indexer.whoosh_format.lengths import LENGTHS
from indexer.whoosh_format.reader import Postings
from search.engine.scoring import idf, numbers_in, set_of

_LONG = 1000
"""Postings of a list before which it is worth looking whether it can be left out."""
_PROBES = 4
"""How many times the limit of sentences are looked up in all lists then."""
_CHEAPER = 4
"""How many postings are passed in the time that one sentence is looked up among them."""
_SLACK = 1 + 1e-9
"""A factor for sums of bounds, as the order of a sum changes its last digit."""
_IMPACTS = 300
"""The bytes of impacts without their numbers."""
_BITS = bytes.maketrans(b"01", b"\0\1")
"""Turns binary digits into bytes of 0 and 1."""


class LoopImpacts(NamedTuple):
    """The sentences of a term, ascending, and the factors of its score in each.

    `most` is a bound of the score of a term of weight 1.
    """

    numbers: array[int]
    frequencies: Sequence[int] | None
    idf: float
    most: float


class WeightedTerm(NamedTuple):
    """The impacts of a term with its weight in the query."""

    impacts: LoopImpacts
    weight: float

    @property
    def bound(self) -> float:
        """The most that the term adds to a sentence."""
        return self.impacts.most * self.weight


class LoopScorer:
    """Adds up scores in a dict; see `search.engine.scoring.Scorer`.

    *lengths* has the byte of each sentence's length, as `whoosh_format.lengths` codes it.
    """

    def __init__(self, lengths: bytes, average: float) -> None:
        self._lengths = lengths
        self._norms = [K1 * ((1 - B) + B * n / (average or 1)) for n in LENGTHS]

    def all_sentences(self) -> int:
        """Return the set of all sentences."""
        return (1 << len(self._lengths)) - 1

    def set_of(self, numbers: Sequence[int]) -> int:
        """Return the set of *numbers*, which ascend."""
        return set_of(numbers, len(self._lengths))

    def numbers_in(self, sentences: int) -> Iterator[int]:
        """Return the numbers of the sentences of a set in ascending order."""
        return numbers_in(sentences)

    def sentence_set(self, postings: Postings) -> int:
        """Return the set of the sentences of *postings*."""
        count, gaps, _ = postings
        # Those of a document are in a row, and may be all of the index.
        if gaps.count(1) - (gaps[0] == 1) == count - 1:
            return (1 << count) - 1 << gaps[0]
        return self.set_of(list(accumulate(gaps)))

    def set_of_impacts(self, impacts: LoopImpacts, flags: bytes | None = None) -> int:
        """Return the set of the sentences of a term, or of those with a flag of 1."""
        numbers = impacts.numbers
        return self.set_of(numbers if flags is None else [*compress(numbers, flags)])

    def groups(self, postings: Sequence[Postings]) -> list[int]:
        """Return the set of each of *postings*."""
        return list(map(self.sentence_set, postings))

    def sizes(self, groups: list[int], among: int) -> list[int]:
        """Return how many sentences of each group are in *among*."""
        return [(group & among).bit_count() for group in groups]

    def impacts(self, postings: Postings) -> LoopImpacts:
        """Return the sentences of *postings* with the factors of the score in each."""
        weight = idf(postings.count, len(self._lengths))
        often = max(postings.frequencies) if postings.frequencies else 1
        most = weight * (K1 + 1) * often / (often + self._norms[0])
        numbers = array("I", accumulate(postings.gaps))
        return LoopImpacts(numbers, postings.frequencies, weight, most)

    def size_of(self, impacts: LoopImpacts) -> int:
        """Return about how many bytes of memory *impacts* take."""
        numbers = impacts.numbers
        return _IMPACTS + len(numbers) * (numbers.itemsize + 1)

    def shared(self, impacts: Sequence[LoopImpacts]) -> list[int]:
        """Return the numbers, ascending, of the sentences that have all of the terms."""
        first, *others = sorted((each.numbers for each in impacts), key=len)
        numbers = set(first)
        for other in others:
            numbers.intersection_update(other)
        return sorted(numbers)

    def total(
        self,
        weights: Mapping[str, float],
        impacts: Callable[[str], LoopImpacts | None],
    ) -> list[WeightedTerm]:
        """Return the terms of the sum, those that can add most first."""
        terms = [
            WeightedTerm(of_term, weight)
            for term, weight in weights.items()
            if (of_term := impacts(term))
        ]
        return sorted(terms, key=lambda term: -term.bound)

    def best(
        self, scores: Sequence[WeightedTerm], among: int | None, limit: int
    ) -> list[tuple[int, float]]:
        """Return the numbers and scores of the best of *among*, ties by number."""
        if not limit:
            return []
        members = None
        if among is not None:
            digits = f"{among:b}"[::-1].encode().translate(_BITS)
            members = digits.ljust(len(self._lengths), b"\0")
        scored = self._near_the_best(scores, members, limit)
        if among is not None and len(scored) < limit:
            for number in numbers_in(among):
                scored.setdefault(number, 0.0)
        return nsmallest(limit, scored.items(), key=lambda pair: (-pair[1], pair[0]))

    def _near_the_best(
        self, terms: Sequence[WeightedTerm], members: bytes | None, limit: int
    ) -> dict[int, float]:
        """Return all sentences that may be among the *limit* best, with their scores.

        *members* has a byte for each sentence, 1 if it counts; None stands for all.
        """
        bounds = [term.bound * _SLACK for term in reversed(terms)]
        remaining = [*accumulate(bounds, initial=0.0)][::-1]
        partial: dict[int, float] = {}
        threshold, first = 0.0, 0
        for term, rest in zip(terms, remaining, strict=False):
            is_long = len(term.impacts.numbers) >= _LONG
            if is_long and rest < remaining[0] and len(partial) >= limit:
                reached = self._reached(partial, terms[first:], limit)
                threshold = max(threshold, reached)
            if rest < threshold:
                break
            self._add(_within(term, members) if members else term, partial)
            first += 1
        least = threshold - remaining[first]
        near = {number: score for number, score in partial.items() if score >= least}
        for term, rest in zip(terms[first:], remaining[first + 1 :], strict=True):
            self._look_up(term, near)
            least = threshold - rest
            near = {number: score for number, score in near.items() if score >= least}
        return near

    def _add(self, term: WeightedTerm, scores: dict[int, float]) -> None:
        """Add what the term adds to each of its sentences."""
        added = zip(term.impacts.numbers, self._values(term), strict=True)
        if not scores:
            scores.update(added)
            return
        score_of = scores.get
        for number, score in added:
            scores[number] = score_of(number, 0.0) + score

    def _values(self, term: WeightedTerm) -> Iterator[float]:
        """Yield what the term adds to each of its sentences."""
        (numbers, frequencies, inverse, _), weight = term
        factor = weight * inverse * (K1 + 1)
        codes = map(self._lengths.__getitem__, numbers)
        tables = {
            often: [factor * often / (often + norm) for norm in self._norms]
            for often in set(frequencies or (1,))
        }
        if frequencies is None:
            return map(tables[1].__getitem__, codes)
        pairs = zip(frequencies, codes, strict=True)
        return (tables[often][code] for often, code in pairs)

    def _look_up(self, term: WeightedTerm, scores: dict[int, float]) -> None:
        """Add what the term adds to the sentences that are in *scores*."""
        (numbers, frequencies, inverse, _), weight = term
        if len(scores) * _CHEAPER > len(numbers):
            for number, score in zip(numbers, self._values(term), strict=True):
                if number in scores:
                    scores[number] += score
            return
        factor, count = weight * inverse * (K1 + 1), len(numbers)
        for number in scores:
            place = bisect_left(numbers, number)
            if place < count and numbers[place] == number:
                often = frequencies[place] if frequencies else 1
                norm = self._norms[self._lengths[number]]
                scores[number] += factor * often / (often + norm)

    def _reached(
        self,
        partial: dict[int, float],
        terms: Sequence[WeightedTerm],
        limit: int,
    ) -> float:
        """Return a score that *limit* of the sentences reach.

        The best sentences so far are looked up in the *terms* that remain.
        """
        probes = nlargest(limit * _PROBES, partial, key=partial.__getitem__)
        scores = {number: partial[number] for number in probes}
        for term in terms:
            self._look_up(term, scores)
        return nlargest(limit, scores.values())[-1] / _SLACK


def _within(term: WeightedTerm, members: bytes) -> WeightedTerm:
    """Return *term* without the sentences whose byte in *members* is 0."""
    numbers, frequencies, *factors = term.impacts
    flags = bytes(map(members.__getitem__, numbers))
    if frequencies is not None:
        frequencies = [*compress(frequencies, flags)]
    numbers = array("I", compress(numbers, flags))
    return term._replace(impacts=LoopImpacts(numbers, frequencies, *factors))
