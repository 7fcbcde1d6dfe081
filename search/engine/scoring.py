"""BM25 scores, added up by loops; `search.engine.array_scoring` is for a large corpus.

    score(sentence) = Σ over the terms of weight · idf · f · (K1 + 1)
                      / (f + K1 · (1 − B + B · length / average length))
    idf = log(1 + (N − n + 0.5) / (n + 0.5))

f is the frequency of the term in the sentence, n its document frequency, N the number of
sentences. A pair is a term that occurs where its two morphemes are adjacent. The formula is
Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with
the idf of Lucene, which is never negative and near 0 for a term of most sentences.
`search.query.weights` has the weights.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest
from itertools import accumulate, compress
from math import log
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from indexer.bm25 import K1, B
from indexer.whoosh_format.reader import Postings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SentenceSet: TypeAlias = int
"""A set of sentences as an integer: bit `i` is set if sentence `i` is in the set."""

LoopImpacts: TypeAlias = "list[tuple[int, float]]"

LARGE = 1 << 18
"""Number of sentences from which leaving out postings takes less time than adding all."""
_IMPACT = 128
"""The bytes of a pair of two numbers."""
_NOT_NULL = re.compile(rb"[^\0]")

Number = TypeVar("Number", float, "NDArray[np.float64]")
Impacts = TypeVar("Impacts")
Scores = TypeVar("Scores")


def idf(frequency: int, count: int) -> float:
    """Return the inverse document frequency of a term in *frequency* of *count* sentences."""
    return log(1 + (count - frequency + 0.5) / (frequency + 0.5))


def bm25(weight: float, frequency: Number, length: Number, average: float) -> Number:
    """Return the BM25 score of a term.

    Args:
        weight: The weight of the term times its idf.
        frequency: How often the sentence has the term, for one or several sentences.
        length: The number of terms of the sentence, or of each.
        average: The average length of the sentences of the corpus.
    """
    saturation = frequency + K1 * ((1 - B) + B * length / average)
    return weight * frequency * (K1 + 1) / saturation


def scale_below(ceiling: float | None, score: float) -> float:
    """Scale *score* into 0 … *ceiling*, keeping the order of the scores of a tier."""
    return score if ceiling is None else ceiling * score / (1 + score)


class Scorer(Protocol[Impacts, Scores]):
    """Adds up the scores of the sentences of one index.

    Scores are a dict of float by sentence number (`LoopScorer`), or the terms of the sum,
    which `best` adds up as far as it must (`ArrayScorer`). Impacts are what one term adds
    to each score, in the scorer's own form; they do not depend on the query and can be
    cached.
    """

    def sentence_set(
        self, postings: Postings, flags: bytes | None = None
    ) -> SentenceSet:
        """Return the set of the sentences of *postings*.

        With *flags*, one byte per posting, only those are in the set whose byte is 1.
        """

    def impacts(self, postings: Postings) -> Impacts:
        """Return what a term of weight 1 adds to the scores."""

    def size_of(self, impacts: Impacts) -> int:
        """Return about how many bytes of memory *impacts* take."""

    def shared(self, impacts: Sequence[Impacts]) -> list[int]:
        """Return the numbers, ascending, of the sentences that have all of the terms."""

    def total(self, weighted: Iterable[tuple[Impacts, float]]) -> Scores:
        """Return the sum of the impacts, each times its weight in the query."""

    def best(
        self, scores: Scores, among: SentenceSet | None, limit: int
    ) -> list[tuple[int, float]]:
        """Return the numbers and scores of the best of *among*, ties by number.

        None stands for the sentences that have a term.
        """


class LoopScorer:
    """Adds up scores in a dict. Impacts are pairs of a number and a score."""

    def __init__(self, lengths: Sequence[int], average: float) -> None:
        self._lengths = lengths
        self._average = average

    def sentence_set(
        self, postings: Postings, flags: bytes | None = None
    ) -> SentenceSet:
        """Return the set of the sentences of *postings*, or of those with a flag of 1."""
        numbers = accumulate(postings.gaps)
        return set_of(numbers if flags is None else compress(numbers, flags))

    def impacts(self, postings: Postings) -> LoopImpacts:
        """Return the number of each sentence of the term with the score it adds."""
        weight = idf(postings.count, len(self._lengths))
        frequencies = postings.frequencies or (1,) * postings.count
        return [
            (number, bm25(weight, frequency, self._lengths[number], self._average))
            for number, frequency in zip(
                accumulate(postings.gaps), frequencies, strict=True
            )
        ]

    def size_of(self, impacts: LoopImpacts) -> int:
        """Return about how many bytes of memory *impacts* take."""
        return len(impacts) * _IMPACT

    def shared(self, impacts: Sequence[LoopImpacts]) -> list[int]:
        """Return the numbers, ascending, of the sentences that have all of the terms."""
        sets = ({number for number, _ in each} for each in impacts)
        return sorted(set.intersection(*sets))

    def total(self, weighted: Iterable[tuple[LoopImpacts, float]]) -> dict[int, float]:
        """Return the scores by sentence number; sentences without a term are missing."""
        scores: dict[int, float] = {}
        for impacts, weight in weighted:
            for number, score in impacts:
                scores[number] = scores.get(number, 0.0) + weight * score
        return scores

    def best(
        self, scores: dict[int, float], among: SentenceSet | None, limit: int
    ) -> list[tuple[int, float]]:
        """Return the numbers and scores of the best of *among*, ties by number."""
        numbers = scores if among is None else numbers_in(among)
        scored = ((number, scores.get(number, 0.0)) for number in numbers)
        return nsmallest(limit, scored, key=lambda pair: (-pair[1], pair[0]))


def set_of(numbers: Iterable[int]) -> SentenceSet:
    """Return the set of *numbers*, which must ascend: 0 and 3 give 0b1001."""
    bits = bytearray()
    for number in numbers:
        bits.extend(bytes(number // 8 + 1 - len(bits)))
        bits[-1] |= 1 << number % 8
    return int.from_bytes(bits, "little")


def numbers_in(sentences: SentenceSet) -> Iterator[int]:
    """Yield the numbers of the sentences of a set in ascending order."""
    data = sentences.to_bytes(-(-sentences.bit_length() // 8), "little")
    for match in _NOT_NULL.finditer(data):
        index = match.start()
        byte = data[index]
        while byte:
            low = byte & -byte
            yield index * 8 + low.bit_length() - 1
            byte ^= low
