"""The impacts of the terms and pairs of a generation, which are read when they are needed."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from indexer.analysis.analyzer import PAIR_SEPARATOR
from indexer.segments.multi_reader import SegmentReaders
from indexer.whoosh_format.reader import TERMS, Postings
from search.engine.scoring import Scorer
from search.engine.sized_cache import SizedCache

_TERM_BYTES = 1 << 28
_PAIR_BYTES = 1 << 27
"""The sizes of the caches. Pairs are few and slow to read again."""
_NO_IMPACTS = 64
"""The bytes that count for a term that no sentence has."""


class TermImpacts:
    """Returns the impacts of a term, in the form of the scorer, when it is called."""

    def __init__(self, readers: SegmentReaders, scorer: Scorer[Any, Any, Any]) -> None:
        self._readers = readers
        self._scorer = scorer
        self._of_term = SizedCache(_TERM_BYTES, self._size_of)(self._read)
        self._of_pair = SizedCache(_PAIR_BYTES, self._size_of)(self._read)

    def __call__(self, term: str) -> Any:
        """Return the impacts of a term or a pair; None if no sentence has it."""
        return (self._of_pair if PAIR_SEPARATOR in term else self._of_term)(term)

    def postings(self, term: str) -> Postings | None:
        """Return the postings of a term or a pair; None if no sentence has it.

        A frequency of a pair is at most 255, as those of terms in the index.
        """
        if PAIR_SEPARATOR in term:
            return self._pair_postings(term.split(PAIR_SEPARATOR))
        return self._readers.postings.postings(TERMS, term)

    def _read(self, term: str) -> Any:
        postings = self.postings(term)
        return self._scorer.impacts(postings) if postings else None

    def _size_of(self, impacts: Any) -> int:
        return self._scorer.size_of(impacts) if impacts else _NO_IMPACTS

    def _pair_postings(self, terms: Sequence[str]) -> Postings | None:
        """Return the postings of two adjacent morphemes, such as 신뢰 and 구축."""
        impacts = list(filter(None, map(self, terms)))
        if len(impacts) < len(terms):
            return None
        numbers = self._scorer.shared(impacts)
        counts = self._readers.forward_index.phrase_counts(terms, numbers)
        if not counts:
            return None
        gaps = array("I", (b - a for (a, _), (b, _) in pairwise([(0, 0), *counts])))
        return Postings(len(gaps), gaps, bytes(min(count, 255) for _, count in counts))
