"""Sets of sentences by term and bigram, among all sentences of the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from indexer.analysis.analyzer import BIGRAM_MARK
from indexer.segments.multi_reader import SegmentReaders
from indexer.whoosh_format.reader import TERMS, Postings
from search.engine.scoring import Scorer, SentenceSet, numbers_in, set_of


class SentenceSets(Protocol):
    """Makes sets of the sentences that are searched: all of an index, or a few."""

    @property
    def all(self) -> SentenceSet:
        """All sentences that are searched."""

    def of(self, numbers: Iterable[int]) -> SentenceSet:
        """Return the set of the sentences *numbers*, which ascend."""

    def numbers(self, sentences: SentenceSet) -> Iterator[int]:
        """Yield the numbers of the sentences of a set in ascending order."""

    def with_term(self, field: str, term: str, /) -> SentenceSet:
        """Return the sentences that have a term."""

    def with_uncovered_bigram(self, bigram: str) -> SentenceSet:
        """Return the sentences whose letters have *bigram* where no noun bigram has it."""

    def with_boundary(self, bigram: str, /) -> SentenceSet:
        """Return the sentences in which a noun bigram starts or ends a longer morpheme."""


class AllSentences:
    """The sets of all sentences of an index: bit `i` is sentence `i`."""

    def __init__(self, readers: SegmentReaders, scorer: Scorer[Any, Any]) -> None:
        self._readers = readers
        self._scorer = scorer
        self.all = (1 << readers.postings.count) - 1

    def of(self, numbers: Iterable[int]) -> SentenceSet:
        """Return the set of the sentences *numbers*, which ascend."""
        return set_of(numbers)

    def numbers(self, sentences: SentenceSet) -> Iterator[int]:
        """Yield the numbers of the sentences of a set in ascending order."""
        return numbers_in(sentences)

    def with_term(self, field: str, term: str, /) -> SentenceSet:
        """Return the sentences that have a term."""
        postings = self._readers.postings.postings(field, term)
        return self._scorer.sentence_set(postings) if postings else 0

    def with_uncovered_bigram(self, bigram: str) -> SentenceSet:
        """Return the sentences whose letters have *bigram* where no noun bigram has it."""
        gaps = self._readers.bigrams.gaps(bigram)
        if not gaps:
            return 0
        return self._scorer.sentence_set(Postings(len(gaps), gaps, None))

    def with_boundary(self, bigram: str, /) -> SentenceSet:
        """Return the sentences in which a noun bigram starts or ends a longer morpheme."""
        flags = self._readers.boundaries.flags(bigram)
        postings = self._readers.postings.postings(TERMS, f"{BIGRAM_MARK}{bigram}")
        return self._scorer.sentence_set(postings, flags) if flags and postings else 0
