"""Protocols of the readers that a search uses, for one segment or several.

The readers of one segment are in `indexer.storage` and `indexer.whoosh_format`, those of
several in `indexer.segments.multi_reader`. Sentences go by their numbers, which count from 0
in the order of the corpus.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from indexer.ingest.sentence import Sentence
from indexer.whoosh_format.reader import Postings


class PostingsSource(Protocol):
    """The terms of each sentence, and the sentences of each term."""

    @property
    def count(self) -> int:
        """The number of sentences."""

    @property
    def size(self) -> int:
        """The number of terms of all sentences together."""

    @property
    def average_length(self) -> float:
        """The average number of terms of a sentence."""

    def postings(self, field: str, term: str, /) -> Postings | None:
        """Return the postings of a term, or None if no sentence has it."""

    def frequency(self, field: str, term: str) -> int:
        """Return the number of sentences that have a term."""

    def terms(self, field: str) -> list[str]:
        """Return the terms of a field, sorted."""

    def id(self, number: int) -> str:
        """Return the id of a sentence."""

    def length(self, number: int) -> int:
        """Return the number of terms of a sentence, rounded as Whoosh stores it."""

    def length_bytes(self) -> bytes:
        """Return a byte for the length of each sentence (see `whoosh_format.lengths`)."""


class SentenceSource(Protocol):
    """The stored sentences."""

    def __len__(self) -> int: ...

    def sentence(self, number: int) -> Sentence:
        """Return a sentence."""

    def text(self, number: int) -> str:
        """Return the text of a sentence; faster than `sentence`."""


class BigramSource(Protocol):
    """The sentences of bigrams that no noun bigram covers; see `invert.bigrams`."""

    def gaps(self, bigram: str) -> Sequence[int]:
        """Return the gaps between the numbers of the sentences; empty if there are none."""


class BoundarySource(Protocol):
    """Where noun bigrams begin or end a longer morpheme."""

    def flags(self, bigram: str) -> bytes:
        """Return a byte for each sentence that has the noun bigram, in their order.

        It is 1 if the bigram begins or ends a longer morpheme there; empty if all are 0.
        """


class PhraseSource(Protocol):
    """The morphemes of each sentence in their order."""

    def with_phrase(self, terms: Sequence[str], among: Sequence[int]) -> list[int]:
        """Return the sentences of *among* in which *terms* are adjacent, ascending."""

    def phrase_counts(
        self, terms: Sequence[str], among: Sequence[int]
    ) -> list[tuple[int, int]]:
        """Return each sentence of *among* that has adjacent *terms*, and how often.

        Overlapping occurrences count each: `핵 핵` is twice in `핵 핵 핵`.
        """
