"""What a search engine must do for the front end, whichever engine it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from indexer.documents import Sentence
from search.meaning import Clause


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best sentences with their scores, and how many each tier added, in order."""

    totals: tuple[int, ...]
    best: tuple[tuple[Sentence, float], ...]

    @property
    def total(self) -> int:
        """How many sentences there are in all."""
        return sum(self.totals)


@dataclass(frozen=True, slots=True)
class TermScore:
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

    A score is the sum over the terms of their weight times BM25, as Robertson and
    Zaragoza give it in "The Probabilistic Relevance Framework: BM25 and Beyond" (2009),
    with Whoosh's idf, log(N / (n + 1)) + 1; a whole's term has half the weight. Ties
    stand in the order of the text.
    """

    def rank(
        self,
        tiers: Sequence[Clause],
        weights: Mapping[str, float],
        *,
        limit: int,
        offset: int,
    ) -> Ranking:
        """Rank the sentences that have one of *tiers* by the terms of *weights*.

        What has an earlier tier stands above what has only a later one, whose scores
        are pressed under the lowest above them. The first *offset* are left out.
        """

    def count(self, clause: Clause) -> int:
        """Return how many sentences have *clause*."""

    def has(self, id_: str, clause: Clause) -> bool:
        """Tell whether the sentence of that id has *clause*."""

    def scores(self, id_: str, weights: Mapping[str, float]) -> tuple[TermScore, ...]:
        """Return what the terms that the sentence has add to its score, most first."""

    def sentence(self, id_: str) -> Sentence | None:
        """Return the sentence of that id."""

    def paragraph(self, reference: str) -> list[Sentence]:
        """Return the sentences of a paragraph, named as `scm-52-2020:11`, in order."""

    def document(self, name: str) -> list[Sentence]:
        """Return the sentences of a document, in order."""

    def close(self) -> None:
        """Let go of the index."""
