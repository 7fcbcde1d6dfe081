"""The terms of an index as NumPy arrays: sets of sentences, and what terms add to scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.whoosh_format.lengths import LENGTHS
from indexer.whoosh_format.reader import Postings
from search.engine.array_groups import ArrayGroups
from search.engine.array_sets import ArraySet
from search.engine.scoring import SentenceSet, bm25, idf

_LENGTHS = np.array(LENGTHS, dtype=np.float64)


class ArrayImpacts(NamedTuple):
    """The sentences of a term, ascending, the score in each, and the highest of these.

    `every` has a score for every sentence, if it is worth its memory: to add it needs no
    scattered access.
    """

    numbers: NDArray[np.int32]
    scores: NDArray[np.float32]
    most: float
    every: NDArray[np.float32] | None


class ArrayTerms:
    """The part of a `search.engine.scoring.Scorer` that does not depend on a query.

    A term in more than one of *dense* sentences has a score for every sentence, with 0 none.
    """

    def __init__(self, lengths: bytes, average: float, dense: int) -> None:
        self._count = len(lengths)
        self._lengths = np.frombuffer(lengths, dtype=np.uint8)
        self._average = average
        self._dense = dense

    def all_sentences(self) -> ArraySet:
        """Return the set of all sentences."""
        return ArraySet.of_integer(-1, self._count)

    def set_of(self, numbers: Sequence[int]) -> ArraySet:
        """Return the set of *numbers*, which ascend."""
        return self._set_of(np.asarray(numbers, dtype=np.int32))

    def numbers_in(self, sentences: SentenceSet) -> list[int]:
        """Return the numbers of the sentences of a set in ascending order."""
        numbers: list[int] = self.array_set(sentences).all_numbers().tolist()
        return numbers

    def sentence_set(self, postings: Postings) -> ArraySet:
        """Return the set of the sentences of *postings*."""
        return self._set_of(numbers_of(postings))

    def set_of_impacts(
        self, impacts: ArrayImpacts, flags: bytes | None = None
    ) -> ArraySet:
        """Return the set of the sentences of a term, or of those with a flag of 1."""
        numbers = impacts.numbers
        if flags is not None:
            numbers = numbers[np.frombuffer(flags, dtype=bool)]
        return self._set_of(numbers)

    def _set_of(self, numbers: NDArray[np.int32]) -> ArraySet:
        return ArraySet.of_numbers(numbers, self._count)

    def groups(self, postings: Sequence[Postings]) -> ArrayGroups:
        """Return the sentences of each of *postings*, of which none is empty."""
        return ArrayGroups(list(map(numbers_of, postings)), self._count)

    def sizes(self, groups: ArrayGroups, among: SentenceSet) -> list[int]:
        """Return how many sentences of each group are in *among*."""
        return groups.sizes(self.array_set(among))

    def impacts(self, postings: Postings) -> ArrayImpacts:
        """Return the sentences of *postings* with the scores of a term of weight 1."""
        numbers = numbers_of(postings)
        weight = idf(postings.count, self._count)
        lengths = _LENGTHS[self._lengths[numbers]]
        scores = bm25(weight, _frequencies(postings), lengths, self._average).astype(
            np.float32
        )
        every = None
        if len(numbers) * self._dense > self._count:
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

    def array_set(self, sentences: SentenceSet) -> ArraySet:
        """Return a set that may be an integer as one of arrays."""
        if isinstance(sentences, int):
            return ArraySet.of_integer(sentences, self._count)
        return sentences


def places(
    numbers: NDArray[np.int32], others: NDArray[np.int32]
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return the place of each of *others* among *numbers*, and whether it is there."""
    at = np.searchsorted(numbers, others)
    at[at == len(numbers)] = 0
    return at, numbers[at] == others


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
