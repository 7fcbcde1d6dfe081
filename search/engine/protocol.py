"""What a search engine must do for the front end, whichever engine it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from indexer.ingest.sentence import Sentence
from search.engine.clauses import Clause


class Ranked(NamedTuple):
    """A sentence that was found: its id, its score, the number of its tier, and its place."""

    id: str
    score: float
    tier: int
    place: int


class Ranking(NamedTuple):
    """The best sentences, and how many each tier added, in order."""

    totals: tuple[int, ...]
    best: tuple[Ranked, ...]

    @property
    def total(self) -> int:
        """How many sentences there are in all."""
        return sum(self.totals)


class TermScore(NamedTuple):
    """What a term adds to a sentence's score, and what that follows from.

    `frequency` is how often the sentence has it, `length` how many terms the sentence
    has, as far as the engine remembers, and `sentences` how many have the term.
    """

    term: str
    weight: float
    frequency: int
    length: int
    sentences: int
    score: float


class Engine(Protocol):
    """Finds sentences by their terms.

    A score is the sum over the terms of their weight times BM25 (see `search.engine.scoring`);
    a whole's term has half the weight. The engines' scores are the same, but for their
    seventh digit. Ties stand in the order of the text. Several
    threads may ask at once.
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
        """Rank the sentences that have one of *tiers* by the terms of *weights*.

        What has an earlier tier stands above what has only a later one, whose scores
        are pressed under the lowest above them. The first *offset* are left out. Unless
        they are to be *counted*, tiers that no longer matter are not looked for.
        """

    def count(self, clause: Clause) -> int:
        """Return how many sentences have *clause*."""

    def finds(self, clause: Clause) -> bool:
        """Tell whether any sentence has *clause*."""

    def has(self, id_: str, clause: Clause) -> bool:
        """Tell whether the sentence of that id has *clause*."""

    def scores(self, id_: str, weights: Mapping[str, float]) -> tuple[TermScore, ...]:
        """Return what the terms that the sentence has add to its score, most first."""

    def counts(self, clause: Clause, field: str) -> dict[str, int]:
        """Return how many sentences with *clause* have each value of a field, most first."""

    def tags(self, field: str) -> list[str]:
        """Return the values that sentences have of a field.

        The fields are those of `indexer.whoosh_format.reader.TAGS`.
        """

    def weigh(
        self, weights: Mapping[str, float], reference: str, limit: int
    ) -> dict[str, float]:
        """Return the scores of the best sentences of a document or an id, by their ids.

        They are those that `rank` gives for the terms of *weights*; sentences with none
        of the terms are left out.
        """

    def sentences(self, reference: str) -> list[Sentence]:
        """Return the sentences of a document, a paragraph or an id, in order."""

    def close(self) -> None:
        """Let go of the index."""
