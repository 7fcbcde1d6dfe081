"""How similar two sentences are: the terms of each, with their scores.

A term scores w · (1 + w) · f · (K1 + 1) / (f + K1), where w = log((N + 1) / n), N is the
number of sentences, n the document frequency of the term and f its frequency in the
sentence. Words of every statement, as in 양 장관은 … 재확인하였다, thus do not make two
sentences close. The length of the sentence is left out of BM25: it would cancel out of
`search.reading.closeness` except where terms repeat. Noun bigrams are left out; they repeat
the morphemes and the noun-run terms.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from indexer.analysis.analyzer import NOUN_RUN_MARK, Analyzer
from indexer.analysis.script_runs import split_words
from search.engine.protocol import Engine
from search.engine.scoring import bm25

_CACHED_WORDS = 1 << 14
"""How many words have their terms cached."""
NOUN_RUN = 0.5
"""The weight of a noun-run term beside the morphemes that it repeats."""


class ScoredTerms(NamedTuple):
    """The terms of a sentence with their scores, and the sum of these."""

    scores: Mapping[str, float]
    total: float


class Similarity:
    """Weighs the terms of sentences by how rare they are.

    The work is in proportion to the texts: of the index only the document frequencies of
    their terms are read, and cached.
    """

    most_cached = 1 << 12
    """How many texts have their scored terms cached."""

    def __init__(self, engine: Engine, analyzer: Analyzer, size: int) -> None:
        self._engine = engine
        self._analyzer = analyzer
        self._size = size
        self._frequencies: dict[str, int] = {}
        self._word_terms = lru_cache(_CACHED_WORDS)(self._terms_of_word)
        self._scored: dict[str, ScoredTerms] = {}

    def weights(self, text: str) -> dict[str, float]:
        """Return the terms of *text* with their weights; an unknown term counts n = 1."""
        terms = self._counts(text)
        self._load_frequencies(terms)
        return {term: self._weight(term) for term in terms}

    def scored_terms(self, texts: Sequence[str]) -> list[ScoredTerms]:
        """Return the scored terms of each text."""
        cached = self._scored
        counts = {text: self._counts(text) for text in texts if text not in cached}
        self._load_frequencies(chain.from_iterable(counts.values()))
        scored = {text: self._score(terms) for text, terms in counts.items()}
        result = [cached.get(text) or scored[text] for text in texts]
        if len(cached) + len(scored) > self.most_cached:
            self._scored = cached = {}
        if len(scored) <= self.most_cached:
            cached.update(scored)
        return result

    def _score(self, counts: Mapping[str, int]) -> ScoredTerms:
        scores = {}
        for term, count in counts.items():
            factor = NOUN_RUN if term.startswith(NOUN_RUN_MARK) else 1.0
            weight = self._weight(term)
            scores[term] = bm25(factor * weight * (1 + weight), count, 1.0, 1.0)
        return ScoredTerms(scores, sum(scores.values()))

    def _weight(self, term: str) -> float:
        return math.log((self._size + 1) / max(1, self._frequencies[term]))

    def _counts(self, text: str) -> Counter[str]:
        """Return how often each morpheme and each noun-run term is in *text*."""
        return Counter(chain.from_iterable(map(self._word_terms, split_words(text))))

    def _terms_of_word(self, word: str) -> tuple[str, ...]:
        analysis = self._analyzer.analyze_word(word)
        return tuple(t.term for t in (*analysis.morphemes, *analysis.noun_run_terms))

    def _load_frequencies(self, terms: Iterable[str]) -> None:
        unknown = {term for term in terms if term not in self._frequencies}
        self._frequencies.update(self._engine.frequencies(unknown))
