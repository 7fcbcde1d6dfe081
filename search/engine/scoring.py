"""BM25 scores, and the interface of what adds them up.

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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import log
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from indexer.bm25 import K1, B
from indexer.whoosh_format.reader import Postings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from search.engine.array_sets import ArraySet

SentenceSet: TypeAlias = "int | ArraySet"
"""A set of sentences as an integer, in which bit `i` is set if sentence `i` is in the set, or
as arrays. Both have the operators &, |, ~ and `bit_count`; 0 is the empty set of either."""

LARGE = 1 << 18
"""Number of sentences from which leaving out blocks takes less time than adding all."""
_SPARSE = 25
"""A set of more than one in 25 sentences is made of digits, of fewer by their bits."""
_BITS = tuple(1 << bit for bit in range(8))
_ONE = ord("1")
_NOT_NULL = re.compile(rb"[^\0]")

Number = TypeVar("Number", float, "NDArray[np.float64]")
Impacts = TypeVar("Impacts")
Scores = TypeVar("Scores")
Set = TypeVar("Set", bound="int | ArraySet")


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


class Scorer(Protocol[Impacts, Scores, Set]):
    """Adds up the scores of the sentences of one index.

    `loop_scoring.LoopScorer` does it by loops, `array_scoring.ArrayScorer` by NumPy, and
    `block_scoring.BlockScorer` by NumPy for a large index. Impacts are what one term adds
    to each score, in the scorer's own form; they do not depend on the query and can be
    cached. Scores are the terms of the sum, which `best` adds up as far as it must.
    """

    def all_sentences(self) -> Set:
        """Return the set of all sentences."""

    def set_of(self, numbers: Sequence[int]) -> Set:
        """Return the set of *numbers*, which ascend."""

    def numbers_in(self, sentences: Set) -> Iterable[int]:
        """Return the numbers of the sentences of a set in ascending order."""

    def sentence_set(self, postings: Postings) -> Set:
        """Return the set of the sentences of *postings*."""

    def set_of_impacts(self, impacts: Impacts, flags: bytes | None = None) -> Set:
        """Return the set of the sentences of a term.

        With *flags*, one byte per posting, only those are in the set whose byte is 1.
        """

    def groups(self, postings: Sequence[Postings]) -> Any:
        """Return the sentences of each of *postings*, in the form that `sizes` reads."""

    def sizes(self, groups: Any, among: Set) -> list[int]:
        """Return how many sentences of each group are in *among*."""

    def impacts(self, postings: Postings) -> Impacts:
        """Return what a term of weight 1 adds to the scores."""

    def size_of(self, impacts: Impacts) -> int:
        """Return about how many bytes of memory *impacts* take."""

    def shared(self, impacts: Sequence[Impacts]) -> list[int]:
        """Return the numbers, ascending, of the sentences that have all of the terms."""

    def total(
        self, weights: Mapping[str, float], impacts: Callable[[str], Impacts | None], /
    ) -> Scores:
        """Return the sum of the impacts of terms, each times its weight in the query.

        *impacts* returns those of a term, None if no sentence has it.
        """

    def best(
        self, scores: Scores, among: Set | None, limit: int
    ) -> list[tuple[int, float]]:
        """Return the numbers and scores of the best of *among*, ties by number.

        None stands for the sentences that have a term.
        """


def set_of(numbers: Sequence[int], count: int = 0) -> int:
    """Return the set of *numbers*, which must ascend: 0 and 3 give 0b1001.

    *count*, that of all sentences, makes the set of many of them in less time.
    """
    if len(numbers) * _SPARSE > count > 0:
        digits = bytearray(b"0") * count
        for number in numbers:
            digits[~number] = _ONE
        return int(digits, 2)
    bits = bytearray(numbers[-1] // 8 + 1 if numbers else 0)
    for number in numbers:
        bits[number >> 3] |= _BITS[number & 7]
    return int.from_bytes(bits, "little")


def numbers_in(sentences: int) -> Iterator[int]:
    """Yield the numbers of the sentences of a set in ascending order."""
    data = sentences.to_bytes(-(-sentences.bit_length() // 8), "little")
    for match in _NOT_NULL.finditer(data):
        index = match.start()
        byte = data[index]
        while byte:
            low = byte & -byte
            yield index * 8 + low.bit_length() - 1
            byte ^= low
