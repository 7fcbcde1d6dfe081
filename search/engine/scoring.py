"""Scoring: BM25, by loops for a communiqué and by NumPy for a large corpus.

The formula is Whoosh's BM25F for one field: Robertson and Zaragoza, "The Probabilistic
Relevance Framework: BM25 and Beyond" (2009), with an idf of log(N / (n + 1)) + 1. Both
ways of adding it up give the scores that Whoosh's own searcher gives.

Sets of sentences are whole numbers, whose bit `i` stands for the sentence `i`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest
from itertools import accumulate, compress
from math import log
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from indexer.analysis.analyzer import NOUN_RUN_MARK
from indexer.bm25 import K1, B
from indexer.whoosh_format.reader import Postings

if TYPE_CHECKING:
    from numpy.typing import NDArray

WHOLE_WEIGHT = 0.5
"""Noun runs as terms gained most at this weight, of 0.25, 0.5 and 1.

It was measured as `indexer.bm25` was; weighting by the share of terms matched only lost.
"""

MANY = 4096
"""From so many sentences on NumPy saves more than the tenth of a second it loads in."""

_GROUP = 256
"""How many sentences a group has, of those whose scores are looked through."""
_DENSE = 8
"""A term that more than one sentence in so many has is kept as a score for each."""

_SOME = re.compile(rb"[^\0]")

Number = TypeVar("Number", float, Any)


def idf(having: int, count: int) -> float:
    """Return what a term weighs that *having* of *count* sentences have."""
    return log(count / (having + 1)) + 1


def bm25(weight: float, frequency: Number, length: Number, average: float) -> Number:
    """Return the score of a term of an idf of *weight* in a sentence of *length* terms."""
    saturation = frequency + K1 * ((1 - B) + B * length / average)
    return weight * frequency * (K1 + 1) / saturation


def kind_weight(term: str) -> float:
    """Return what a term of its kind weighs."""
    return WHOLE_WEIGHT if term.startswith(NOUN_RUN_MARK) else 1.0


def below(ceiling: float | None, score: float) -> float:
    """Press *score* under *ceiling*, in the same order: scores tell the rank."""
    return score if ceiling is None else ceiling * score / (1 + score)


class Scorer(Protocol):
    """Adds up the scores of the sentences of one index."""

    def members(self, postings: Postings, flags: bytes | None = None) -> int:
        """Return the set of the sentences of a term, or of those that *flags* has 1 for."""

    def impacts(self, postings: Postings, boost: float) -> Any:
        """Return what a term adds to its sentences' scores, in the scorer's own form."""

    def total(self, impacts: Iterable[tuple[Any, float]]) -> Any:
        """Add up the impacts of several terms, each times its weight in a query."""

    def best(self, total: Any, among: int, limit: int) -> list[tuple[int, float]]:
        """Return the best sentences of a set with their scores; ties stand by place."""


def scorer(lengths: Sequence[int], average: float) -> Scorer:
    """Return the scorer that is the faster for so many sentences."""
    kind = ArrayScorer if len(lengths) >= MANY else LoopScorer
    return kind(lengths, average)


class LoopScorer:
    """Adds up scores by loops."""

    def __init__(self, lengths: Sequence[int], average: float) -> None:
        self._lengths = lengths
        self._average = average

    def members(self, postings: Postings, flags: bytes | None = None) -> int:
        """Return the set of the sentences of a term, or of those that *flags* has 1 for."""
        having = accumulate(postings.gaps)
        return members(having if flags is None else compress(having, flags))

    def impacts(self, postings: Postings, boost: float) -> list[tuple[int, float]]:
        """Return the numbers of a term's sentences, and what it adds to their scores."""
        weight = boost * idf(postings.count, len(self._lengths))
        frequencies = postings.frequencies or (1,) * postings.count
        return [
            (number, bm25(weight, times, self._lengths[number], self._average))
            for number, times in zip(
                accumulate(postings.gaps), frequencies, strict=True
            )
        ]

    def total(
        self, impacts: Iterable[tuple[list[tuple[int, float]], float]]
    ) -> dict[int, float]:
        """Add up the impacts of several terms, each times its weight in a query."""
        scores: dict[int, float] = {}
        for term, weight in impacts:
            for number, score in term:
                scores[number] = scores.get(number, 0.0) + weight * score
        return scores

    def best(
        self, total: dict[int, float], among: int, limit: int
    ) -> list[tuple[int, float]]:
        """Return the best sentences of a set with their scores; ties stand by place."""
        scored = ((number, total.get(number, 0.0)) for number in numbers(among))
        return nsmallest(limit, scored, key=lambda pair: (-pair[1], pair[0]))


class ArrayScorer:
    """Adds up scores in arrays.

    Impacts are numbers and scores, or for a frequent term a score for every sentence:
    adding those is a matter of memory, not of looking places up.
    """

    def __init__(self, lengths: Sequence[int], average: float) -> None:
        import numpy as np

        self._np = np
        self._count = len(lengths)
        self._padded = -(-self._count // _GROUP) * _GROUP
        self._lengths = np.array(lengths, dtype=np.float64)
        self._average = average

    def members(self, postings: Postings, flags: bytes | None = None) -> int:
        """Return the set of the sentences of a term, or of those that *flags* has 1 for."""
        np = self._np
        having = np.zeros(self._count, dtype=bool)
        every = flags is None
        having[self._numbers(postings)] = every or np.frombuffer(flags, dtype=bool)
        return int.from_bytes(
            np.packbits(having, bitorder="little").tobytes(), "little"
        )

    def impacts(self, postings: Postings, boost: float) -> Any:
        """Return scores for every sentence, or numbers with scores."""
        np = self._np
        places = self._numbers(postings)
        frequencies: Any = postings.frequencies or 1.0
        if isinstance(frequencies, bytes):
            frequencies = np.frombuffer(frequencies, dtype=np.uint8)
        elif postings.frequencies:
            frequencies = np.array(frequencies, dtype=np.uint8)
        weight = boost * idf(postings.count, self._count)
        scores = bm25(weight, frequencies, self._lengths[places], self._average)
        scores = scores.astype(np.float32)
        if postings.count * _DENSE < self._count:
            return places, scores
        every = np.zeros(self._padded, dtype=np.float32)
        every[places] = scores
        return every

    def total(self, impacts: Iterable[tuple[Any, float]]) -> Any:
        """Add up the impacts of several terms, each times its weight in a query."""
        np = self._np
        scores = np.zeros(self._padded, dtype=np.float32)
        for term, weight in impacts:
            if isinstance(term, tuple):
                places, added = term
                added = added if weight == 1 else added * np.float32(weight)
                np.add.at(scores, places, added)
            else:
                scores += term if weight == 1 else term * np.float32(weight)
        return scores

    def best(self, total: Any, among: int, limit: int) -> list[tuple[int, float]]:
        """Return the best sentences of a set with their scores; ties stand by place.

        That so many groups have a score tells of a score that the best all reach. Those
        that reach it are few; only if too many of them are not asked for, all are.
        """
        np = self._np
        asked = np.frombuffer(among.to_bytes(self._padded // 8, "little"), np.uint8)
        # A group is not a row but a column, so that rows are compared with each other.
        tops = total.reshape(_GROUP, -1).max(axis=0)
        best = limit * 2
        # All sentences reach a score of 0.
        if best < len(tops) and (reached := np.partition(tops, -best)[-best]):
            found = np.flatnonzero(total >= reached)
            found = found[asked[found >> 3] >> (found & 7) & 1 == 1]
            if len(found) >= limit:
                return self._sorted(total, found, limit)
        found = np.flatnonzero(np.unpackbits(asked, bitorder="little"))
        return self._sorted(total, found, limit)

    def _sorted(self, total: Any, found: Any, limit: int) -> list[tuple[int, float]]:
        """Return the best of the sentences *found*, which ascend, with their scores."""
        scores = total[found]
        order = self._np.argsort(-scores, kind="stable")[:limit]
        return list(zip(found[order].tolist(), scores[order].tolist(), strict=True))

    def _numbers(self, postings: Postings) -> NDArray[Any]:
        """Return the numbers of a term's sentences."""
        np = self._np
        gaps: Any = postings.gaps
        if isinstance(gaps, bytes):
            gaps = np.frombuffer(gaps, dtype=np.uint8)
        found: NDArray[Any] = np.cumsum(gaps, dtype=np.intp)
        return found


def members(numbers: Iterable[int]) -> int:
    """Return the set of the sentences of *numbers*, which ascend."""
    bits = bytearray()
    for number in numbers:
        bits.extend(bytes(number // 8 + 1 - len(bits)))
        bits[-1] |= 1 << number % 8
    return int.from_bytes(bits, "little")


def numbers(members: int) -> Iterator[int]:
    """Yield the numbers of the sentences of a set, in order."""
    data = members.to_bytes(-(-members.bit_length() // 8), "little")
    for match in _SOME.finditer(data):
        place = match.start()
        byte = data[place]
        while byte:
            low = byte & -byte
            yield place * 8 + low.bit_length() - 1
            byte ^= low
