"""How close two sentences are, by the scores of the index.

The terms of a sentence are used as a query. The score of another sentence for that query,
divided by the sentence's own score, is the share of it that the other sentence contains.
Closeness is the geometric mean of the shares in both directions, so a long sentence that
contains a short one is not yet the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from indexer.analysis.analyzer import Analyzer
from indexer.ingest.reference import DocumentRef, reference_of
from indexer.ingest.sentence import Sentence
from search.engine.clauses import TermQuery
from search.engine.protocol import Engine

Closeness = Mapping[tuple[str, str], float]
"""Closeness, above 0 up to 1, by two sentence ids; a pair that is missing has 0."""

MOST = 128
"""How many sentences of a document one is compared with: the best for its terms."""


class Similarity:
    """Compares sentences of an index; document frequencies and own scores are cached.

    Terms weigh log((N + 1) / n) on top of the engine's own idf, N being the number of
    sentences and n the document frequency: words of every statement, as in 양 장관은 …
    재확인하였다, do not make two sentences close. Noun bigrams are left out; they repeat
    the morphemes and the noun-run terms.
    """

    def __init__(self, engine: Engine, analyzer: Analyzer, size: int) -> None:
        self._engine = engine
        self._analyzer = analyzer
        self._size = size
        self._frequencies: dict[str, int] = {}
        self._own_scores: dict[int, float] = {}

    def weights(self, text: str) -> dict[str, float]:
        """Return the terms of *text* with their weights; an unknown term counts n = 1."""
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
        """Return the closeness of each of *ones* to each of *others*, by their ids.

        Pairs without a common term are left out.
        """
        here, there = self._by_number(ones), self._by_number(others)
        back = {n: self._shares(n, other, ones) for n, other in there.items()}
        closeness: dict[tuple[str, str], float] = {}
        for number, one in here.items():
            for match, share in self._shares(number, one, others).items():
                if returned := back.get(match, {}).get(number):
                    closeness[one.id, there[match].id] = math.sqrt(share * returned)
        return closeness

    def _by_number(self, sentences: Sequence[Sentence]) -> dict[int, Sentence]:
        return {
            self._engine.sentence_numbers(reference_of(sentence)).start: sentence
            for sentence in sentences
        }

    def _shares(
        self, number: int, sentence: Sentence, others: Sequence[Sentence]
    ) -> dict[int, float]:
        """Return the share of *sentence* in the sentences of the documents of *others*."""
        weights = self.weights(sentence.text)
        if number not in self._own_scores:
            alone = self._engine.best_scores(weights, range(number, number + 1), 1)
            self._own_scores[number] = alone.get(number, 0.0)
        own_score = self._own_scores[number]
        if not own_score:
            return {}
        return {
            match: min(1.0, score / own_score)
            for document in dict.fromkeys(other.document for other in others)
            for match, score in self._engine.best_scores(
                weights, self._engine.sentence_numbers(DocumentRef(document)), MOST
            ).items()
        }

    def _frequency(self, term: str) -> int:
        if term not in self._frequencies:
            self._frequencies[term] = self._engine.count(TermQuery(term))
        return self._frequencies[term]
