"""The interface of a search engine: clauses in, ranked sentence numbers out.

A sentence is identified by its number, which counts from 0 in the order of the corpus.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from indexer.ingest.sentence import Sentence
from search.engine.clauses import Clause

if TYPE_CHECKING:
    from indexer.ingest.reference import Reference


class Ranked(NamedTuple):
    """A hit: the number of the sentence, its score, and the index of its tier."""

    number: int
    score: float
    tier: int


class Ranking(NamedTuple):
    """The best hits, and how many sentences each tier adds to the tiers before it."""

    totals: tuple[int, ...]
    hits: tuple[Ranked, ...]

    @property
    def total(self) -> int:
        """How many sentences match any of the tiers."""
        return sum(self.totals)


class TermScore(NamedTuple):
    """The share of a term in the score of a sentence, with the factors of the formula.

    `frequency` is how often the term occurs in the sentence, `length` the number of terms
    of the sentence (stored with about 12 % precision), `sentences` the document frequency
    of the term: the number of sentences that have it.
    """

    term: str
    weight: float
    frequency: int
    length: int
    sentences: int
    score: float


class Engine(Protocol):
    """Finds, ranks and returns sentences.

    The score of a sentence is the sum over the terms of weight × BM25 (Robertson &
    Zaragoza 2009; see `search.engine.scoring`); noun-run terms count half. Ties are in
    the order of the corpus. All engines give the same scores up to the sixth digit.

    Methods may be called from several threads at once. Any method except `close` may
    raise `indexer.storage.checksums.FileDamagedError` in a folder, and
    `indexer.opensearch.address.ServerError` on a server. Sentence numbers must be those
    of sentences in the index: they are not checked.
    """

    def rank(
        self,
        tiers: Sequence[Clause],
        weights: Mapping[str, float],
        *,
        limit: int,
        offset: int,
        counted: bool = True,
    ) -> Ranking:
        """Rank the sentences that match any of *tiers*, scored by *weights*.

        A sentence that matches an earlier tier ranks above all that match only a later
        one, whose scores are scaled below the lowest score above them.

        Example: a tier `TermQuery("동맹")` with 21 matches, of which the best has number
        24, gives `Ranking(totals=(21,), hits=(Ranked(24, 4.45, 0),))` for a limit of 1.

        Args:
            tiers: Clauses, the preferred one first.
            weights: The weight of each term, for example `{"동맹": 1.0, "=동맹": 1.0}`.
            limit: How many hits to return at most.
            offset: How many of the best hits to leave out.
            counted: Whether `totals` must be exact. If not, tiers that cannot add a hit
                are not evaluated, and `totals` holds what was counted so far.
        """

    def count(self, clause: Clause) -> int:
        """Return how many sentences match *clause*."""

    def frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """Return the document frequency of each of *terms*, 0 for an unknown one.

        It is in proportion to the number of terms, unlike a `count` of each.
        """

    def has_match(self, clause: Clause) -> bool:
        """Return whether any sentence matches *clause*."""

    def matches(self, number: int, clause: Clause) -> bool:
        """Return whether the sentence of that number matches *clause*."""

    def term_scores(
        self, number: int, weights: Mapping[str, float]
    ) -> tuple[TermScore, ...]:
        """Return what each term of *weights* adds to the score of a sentence, most first.

        Terms that the sentence does not have are left out.
        """

    def best_scores(
        self, weights: Mapping[str, float], numbers: range, limit: int
    ) -> dict[int, float]:
        """Return the scores of the best of the sentences *numbers*, by their numbers.

        At most *limit* sentences are returned, and none that has no term of *weights*.

        Example: `{3: 2.89}` for the weights of 동맹 and `range(0, 5)`.
        """

    def value_counts(self, clause: Clause, field: str) -> dict[str, int]:
        """Return how many sentences that match *clause* have each value of a field.

        Example: `{"에스퍼": 4, "서욱": 2}`, the most frequent value first, ties by value.
        """

    def field_values(self, field: str) -> list[str]:
        """Return the values of a field, one of `indexer.whoosh_format.reader.TAGS`, sorted."""

    def sentence_numbers(self, reference: Reference) -> range:
        """Return the numbers of the sentences of *reference*; empty if it names nothing."""

    def ids(self, numbers: Sequence[int]) -> list[str]:
        """Return the ids of sentences, in the order of *numbers*, without their texts."""

    def stored_sentences(self, numbers: Sequence[int]) -> list[Sentence]:
        """Return the sentences of *numbers*, in that order."""

    def close(self) -> None:
        """Close files and connections; the engine cannot be used afterwards."""
