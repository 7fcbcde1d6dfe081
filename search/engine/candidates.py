"""Sets among a few candidates, by NumPy: what a set of all sentences costs is not spent.

The best sentences by score nearly always match. To see that they do, only their places in
the postings of the query's terms are looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import BIGRAM_MARK
from indexer.segments.multi_reader import SegmentReaders
from indexer.whoosh_format.reader import TERMS, Postings
from search.engine.array_terms import ArrayImpacts, numbers_of, places
from search.engine.scoring import numbers_in

Result = TypeVar("Result")


def memoized(function: Callable[..., Result]) -> Callable[..., Result]:
    """Return *function* with a cache of its results; made in a seventh of `lru_cache`'s time."""
    results: dict[tuple[Any, ...], Result] = {}

    def cached(*args: Any) -> Result:
        if args not in results:
            results[args] = function(*args)
        return results[args]

    return cached


class Candidates:
    """The sets of a few sentences: bit `i` is the sentence of the `i`th number.

    See `search.engine.sentence_sets.SentenceSets`. *numbers* ascend; *impacts* returns the
    impacts of a term.
    """

    def __init__(
        self,
        readers: SegmentReaders,
        impacts: Callable[[str], ArrayImpacts | None],
        numbers: Sequence[int],
    ) -> None:
        self._readers = readers
        self._impacts = impacts
        self._numbers = numbers
        self._array = np.array(numbers, dtype=np.int32)
        self._bits = {number: 1 << bit for bit, number in enumerate(numbers)}
        self.all = (1 << len(numbers)) - 1

    def of(self, numbers: Sequence[int]) -> int:
        """Return the set of those of the sentences *numbers* that are candidates."""
        return sum(self._bits.get(number, 0) for number in numbers)

    def numbers(self, sentences: int) -> Iterator[int]:
        """Yield the numbers of the sentences of a set in ascending order."""
        return (self._numbers[bit] for bit in numbers_in(sentences))

    def with_term(self, field: str, term: str, /) -> int:
        """Return the candidates that have a term."""
        if field == TERMS:
            impacts = self._impacts(term)
            return self._among(impacts.numbers) if impacts else 0
        postings = self._readers.postings.postings(field, term)
        return self._among(numbers_of(postings)) if postings else 0

    def those_with_term(self, term: str, among: int, /) -> int:
        """Return the sentences of *among* that have a scored term."""
        return among & self.with_term(TERMS, term)

    def with_phrase(self, terms: Sequence[str], among: int, /) -> int:
        """Return the sentences of *among* in which *terms* are adjacent."""
        numbers = tuple(self.numbers(among))
        return self.of(self._readers.forward_index.with_phrase(terms, numbers))

    def with_uncovered_bigram(self, bigram: str) -> int:
        """Return the candidates whose letters have *bigram* where no noun bigram has it."""
        gaps = self._readers.bigrams.gaps(bigram)
        return self._among(numbers_of(Postings(len(gaps), gaps, None))) if gaps else 0

    def with_boundary(self, bigram: str, /) -> int:
        """Return the candidates in which a noun bigram starts or ends a longer morpheme."""
        flags = self._readers.boundaries.flags(bigram)
        impacts = self._impacts(f"{BIGRAM_MARK}{bigram}") if flags else None
        if not impacts:
            return 0
        return self._among(impacts.numbers[np.frombuffer(flags, dtype=bool)])

    def _among(self, numbers: NDArray[np.int32]) -> int:
        if not len(numbers):
            return 0
        _, is_there = places(numbers, self._array)
        return int.from_bytes(
            np.packbits(is_there, bitorder="little").tobytes(), "little"
        )
