"""How close two sentences are, by the index's own scores.

A sentence's terms are a query like any other; what it scores against itself is the most
that any sentence could reach, so the share of that which another reaches tells how much
of it is there. The geometric mean of both directions is what counts: a long sentence
that holds a short one is not yet the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from indexer.analysis.analyzer import Analyzer
from indexer.ingest.sentence import Sentence
from search.engine.clauses import TermQuery
from search.engine.protocol import Engine

Closeness = Mapping[tuple[str, str], float]
"""From 0 to 1 for two ids of sentences; two that are not in it are not close at all."""

MOST = 128
"""How many sentences of a document one is held to be like at most, the best for its words."""


class Similarity:
    """Compares sentences of an index; what was computed once is kept.

    Terms weigh log((N + 1) / n), N being the number of sentences in the index and n that
    of those with the term, on top of the engine's own idf: what every statement says,
    양 장관은 … 재확인하였다, tells nothing about which says the same. The pairs of
    syllables are left out; they say again what the morphemes and the noun runs say.
    """

    def __init__(self, engine: Engine, analyzer: Analyzer, size: int) -> None:
        self._engine = engine
        self._analyzer = analyzer
        self._size = size
        self._frequencies: dict[str, int] = {}
        self._own: dict[str, float] = {}

    def weights(self, text: str) -> dict[str, float]:
        """Return the terms of *text* with their weights; unknown ones are as rare as can be."""
        analysis = self._analyzer.analyze(text)
        terms = [
            token.term for token in (*analysis.morphemes, *analysis.noun_run_terms)
        ]
        return {
            term: math.log((self._size + 1) / max(1, self._frequency(term)))
            for term in dict.fromkeys(terms)
        }

    def between(
        self, ones: Sequence[Sentence], others: Sequence[Sentence]
    ) -> dict[tuple[str, str], float]:
        """Return how close those of *ones* and *others* are that share anything."""
        back = {other.id: self._shares(other, ones) for other in others}
        found: dict[tuple[str, str], float] = {}
        for one in ones:
            for id_, share in self._shares(one, others).items():
                if returned := back.get(id_, {}).get(one.id):
                    found[one.id, id_] = math.sqrt(share * returned)
        return found

    def _shares(
        self, sentence: Sentence, others: Sequence[Sentence]
    ) -> dict[str, float]:
        """Return which share of *sentence* is in each of *others*, of those with any."""
        weights = self.weights(sentence.text)
        if sentence.id not in self._own:
            alone = self._engine.weigh(weights, sentence.id, 1)
            self._own[sentence.id] = alone.get(sentence.id, 0.0)
        own = self._own[sentence.id]
        if not own:
            return {}
        return {
            id_: min(1.0, score / own)
            for document in dict.fromkeys(other.document for other in others)
            for id_, score in self._engine.weigh(weights, document, MOST).items()
        }

    def _frequency(self, term: str) -> int:
        if term not in self._frequencies:
            found = self._engine.count(TermQuery(term))
            self._frequencies[term] = found
        return self._frequencies[term]
