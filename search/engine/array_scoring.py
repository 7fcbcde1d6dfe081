"""BM25 scores added up by NumPy; imported for large corpora only, as NumPy takes 0.1 s."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from indexer.whoosh_format.reader import Postings
from search.engine.scoring import SentenceSet, bm25, idf

ArrayImpacts: TypeAlias = (
    NDArray[np.float32] | tuple[NDArray[np.intp], NDArray[np.float32]]
)

_GROUP = 256
"""Sentences per group; `ArrayScorer.best` looks at the best score of each group first."""
_DENSE = 8
"""A term in more than one of 8 sentences is stored as a score for every sentence."""


class ArrayScorer:
    """Adds up scores in an array of float32 with an element for each sentence.

    The impacts of a rare term are two arrays, the numbers of its sentences and their
    scores. Those of a frequent term are one array with a score for every sentence: adding
    it needs no scattered access.
    """

    def __init__(self, lengths: Sequence[int], average: float) -> None:
        self._count = len(lengths)
        self._padded = -(-self._count // _GROUP) * _GROUP
        self._lengths = np.array(lengths, dtype=np.float64)
        self._average = average

    def sentence_set(
        self, postings: Postings, flags: bytes | None = None
    ) -> SentenceSet:
        """Return the set of the sentences of *postings*, or of those with a flag of 1."""
        bits = np.zeros(self._count, dtype=bool)
        bits[self._numbers(postings)] = (
            True if flags is None else np.frombuffer(flags, dtype=bool)
        )
        return int.from_bytes(np.packbits(bits, bitorder="little").tobytes(), "little")

    def impacts(self, postings: Postings) -> ArrayImpacts:
        """Return scores for every sentence, or the numbers and scores of some."""
        numbers = self._numbers(postings)
        weight = idf(postings.count, self._count)
        scores = bm25(
            weight, self._frequencies(postings), self._lengths[numbers], self._average
        ).astype(np.float32)
        if postings.count * _DENSE < self._count:
            return numbers, scores
        every = np.zeros(self._padded, dtype=np.float32)
        every[numbers] = scores
        return every

    def total(
        self, weighted: Iterable[tuple[ArrayImpacts, float]]
    ) -> NDArray[np.float32]:
        """Return the score of each sentence, padded with zeros to whole groups.

        Terms of equal weight are added as they are, and the sum is scaled between two
        weights: a query has few distinct weights, but many terms.
        """
        scores = np.zeros(self._padded, dtype=np.float32)
        scale = 1.0
        for impacts, weight in sorted(weighted, key=itemgetter(1)):
            if weight != scale:
                scores *= np.float32(scale / weight)
                scale = weight
            if isinstance(impacts, tuple):
                np.add.at(scores, *impacts)
            else:
                scores += impacts
        if scale != 1:
            scores *= np.float32(scale)
        return scores

    def best(
        self, scores: NDArray[np.float32], among: SentenceSet, limit: int
    ) -> list[tuple[int, float]]:
        """Return the numbers and scores of the best of *among*, ties by number.

        The 2 · limit best groups give a score that at least as many sentences reach. Only
        those sentences are sorted, unless fewer than *limit* of them are in *among*.
        """
        bits = np.frombuffer(among.to_bytes(self._padded // 8, "little"), np.uint8)
        # A group is a column, so that `max` compares rows, which are contiguous.
        tops = scores.reshape(_GROUP, -1).max(axis=0)
        groups = limit * 2
        # All sentences reach a score of 0.
        if groups < len(tops) and (reached := np.partition(tops, -groups)[-groups]):
            numbers = np.flatnonzero(scores >= reached)
            numbers = numbers[bits[numbers >> 3] >> (numbers & 7) & 1 == 1]
            if len(numbers) >= limit:
                return self._sorted(scores, numbers, limit)
        numbers = np.flatnonzero(np.unpackbits(bits, bitorder="little"))
        return self._sorted(scores, numbers, limit)

    def _sorted(
        self, scores: NDArray[np.float32], numbers: NDArray[np.intp], limit: int
    ) -> list[tuple[int, float]]:
        """Return the best of the ascending *numbers* with their scores."""
        some = scores[numbers]
        order = np.argsort(-some, kind="stable")[:limit]
        return list(zip(numbers[order].tolist(), some[order].tolist(), strict=True))

    def _numbers(self, postings: Postings) -> NDArray[np.intp]:
        gaps = postings.gaps
        if isinstance(gaps, bytes):
            return np.cumsum(np.frombuffer(gaps, dtype=np.uint8), dtype=np.intp)
        return np.cumsum(gaps, dtype=np.intp)

    def _frequencies(self, postings: Postings) -> NDArray[np.float64]:
        """Return the frequencies, or a 0-dimensional 1 if each of them is 1."""
        frequencies = postings.frequencies
        if not frequencies:
            return np.array(1.0)
        if isinstance(frequencies, bytes):
            return np.frombuffer(frequencies, dtype=np.uint8).astype(np.float64)
        return np.array(frequencies, dtype=np.float64)
