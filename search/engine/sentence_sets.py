"""Sets of sentences by term and bigram, among all sentences of the index."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from indexer.analysis.analyzer import BIGRAM_MARK, PAIR_SEPARATOR
from indexer.segments.multi_reader import SegmentReaders
from indexer.whoosh_format.reader import TERMS, Postings
from search.engine.scoring import Scorer, SentenceSet, Set

_PAIR = 2
_FEW = 64
"""Sentences of which a pair is looked up in each."""
_PART = 4
"""A pair is read in all sentences if more than a fourth of those that may have it count."""
_OBJECTS = 500
"""The bytes of the objects around a set in a cache."""


class SentenceSets(Protocol[Set]):
    """Makes sets of the sentences that are searched: all of an index, or a few."""

    @property
    def all(self) -> Set:
        """All sentences that are searched."""

    def of(self, numbers: Sequence[int]) -> Set:
        """Return the set of the sentences *numbers*, which ascend."""

    def numbers(self, sentences: Set) -> Iterable[int]:
        """Return the numbers of the sentences of a set in ascending order."""

    def with_term(self, field: str, term: str, /) -> Set:
        """Return the sentences that have a term."""

    def those_with_term(self, term: str, among: Set, /) -> Set:
        """Return the sentences of *among*, which are few, that have a scored term."""

    def with_phrase(self, terms: Sequence[str], among: Set, /) -> Set:
        """Return the sentences of *among* in which *terms* are adjacent."""

    def with_uncovered_bigram(self, bigram: str) -> Set:
        """Return the sentences whose letters have *bigram* where no noun bigram has it."""

    def with_boundary(self, bigram: str, /) -> Set:
        """Return the sentences in which a noun bigram starts or ends a longer morpheme."""


def size_of_set(sentences: SentenceSet | tuple[SentenceSet, ...]) -> int:
    """Return about how many bytes of memory a set takes, or several together."""
    sets = sentences if isinstance(sentences, tuple) else (sentences,)
    return _OBJECTS + sum(map(_bytes_of, sets))


def shortened(sentences: SentenceSet) -> SentenceSet:
    """Return the set in the form that takes less memory."""
    return sentences if isinstance(sentences, int) else sentences.shortened()


def _bytes_of(sentences: SentenceSet) -> int:
    if isinstance(sentences, int):
        return sentences.bit_length() // 8
    return sentences.nbytes


class AllSentences:
    """The sets of all sentences of an index.

    *impacts* returns the impacts of a term. They are cached, and hold the numbers of its
    sentences decoded.
    """

    def __init__(
        self,
        readers: SegmentReaders,
        scorer: Scorer[Any, Any, Any],
        impacts: Callable[[str], Any],
    ) -> None:
        self._readers = readers
        self._scorer: Scorer[Any, Any, SentenceSet] = scorer
        self._impacts = impacts
        self.all = scorer.all_sentences()

    def of(self, numbers: Sequence[int]) -> SentenceSet:
        """Return the set of the sentences *numbers*, which ascend."""
        return self._scorer.set_of(numbers)

    def numbers(self, sentences: SentenceSet) -> Iterable[int]:
        """Return the numbers of the sentences of a set in ascending order."""
        return self._scorer.numbers_in(sentences)

    def with_term(self, field: str, term: str, /) -> SentenceSet:
        """Return the sentences that have a term."""
        if field == TERMS:
            return self._with_scored(term)
        postings = self._readers.postings.postings(field, term)
        return self._scorer.sentence_set(postings) if postings else 0

    def those_with_term(self, term: str, among: SentenceSet, /) -> SentenceSet:
        """Return the sentences of *among*, which are few, that have a scored term."""
        impacts = self._impacts(term)
        numbers = impacts.numbers if impacts else ()
        places = ((n, bisect_left(numbers, n)) for n in self.numbers(among))
        return self.of(
            [n for n, at in places if at < len(numbers) and numbers[at] == n]
        )

    def with_phrase(self, terms: Sequence[str], among: SentenceSet, /) -> SentenceSet:
        """Return the sentences of *among* in which *terms* are adjacent.

        If *among* are many, a pair is read in all sentences: its impacts are cached, and the
        scores need them too.
        """
        if len(terms) == _PAIR and among.bit_count() > _FEW:
            fewest = min(
                self._readers.postings.frequency(TERMS, term) for term in terms
            )
            if among.bit_count() * _PART > fewest:
                return among & self._with_scored(PAIR_SEPARATOR.join(terms))
        numbers = tuple(self.numbers(among))
        return self.of(self._readers.forward_index.with_phrase(terms, numbers))

    def with_uncovered_bigram(self, bigram: str) -> SentenceSet:
        """Return the sentences whose letters have *bigram* where no noun bigram has it."""
        gaps = self._readers.bigrams.gaps(bigram)
        if not gaps:
            return 0
        return self._scorer.sentence_set(Postings(len(gaps), gaps, None))

    def with_boundary(self, bigram: str, /) -> SentenceSet:
        """Return the sentences in which a noun bigram starts or ends a longer morpheme."""
        flags = self._readers.boundaries.flags(bigram)
        return self._with_scored(f"{BIGRAM_MARK}{bigram}", flags) if flags else 0

    def _with_scored(self, term: str, flags: bytes | None = None) -> SentenceSet:
        impacts = self._impacts(term)
        return self._scorer.set_of_impacts(impacts, flags) if impacts else 0
