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
        self, sentences: Sequence[Sentence], candidates: Sequence[Sentence]
    ) -> dict[tuple[str, str], float]:
        """Return the closeness of *sentences* to *candidates*, by the ids of each pair.

        Pairs without a common term are left out.
        """
        by_number = self._by_number(sentences)
        candidates_by_number = self._by_number(candidates)
        shares_back = {
            number: self._shares(number, candidate, sentences)
            for number, candidate in candidates_by_number.items()
        }
        closeness: dict[tuple[str, str], float] = {}
        for number, sentence in by_number.items():
            for match, share in self._shares(number, sentence, candidates).items():
                if share_back := shares_back.get(match, {}).get(number):
                    pair = sentence.id, candidates_by_number[match].id
                    closeness[pair] = math.sqrt(share * share_back)
        return closeness

    def _by_number(self, sentences: Sequence[Sentence]) -> dict[int, Sentence]:
        return {
            self._engine.sentence_numbers(reference_of(sentence)).start: sentence
            for sentence in sentences
        }

    def _shares(
        self, number: int, sentence: Sentence, candidates: Sequence[Sentence]
    ) -> dict[int, float]:
        """Return the share of *sentence* in each sentence of the candidates' documents."""
        weights = self.weights(sentence.text)
        if number not in self._own_scores:
            own_scores = self._engine.best_scores(weights, range(number, number + 1), 1)
            self._own_scores[number] = own_scores.get(number, 0.0)
        own_score = self._own_scores[number]
        if not own_score:
            return {}
        return {
            match: min(1.0, score / own_score)
            for document in dict.fromkeys(other.document for other in candidates)
            for match, score in self._engine.best_scores(
                weights, self._engine.sentence_numbers(DocumentRef(document)), MOST
            ).items()
        }

    def _frequency(self, term: str) -> int:
        if term not in self._frequencies:
            self._frequencies[term] = self._engine.count(TermQuery(term))
        return self._frequencies[term]
