"""The parts of an embedded engine that depend on its scorer, with their caches."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from indexer.segments.multi_reader import SegmentReaders
from search.engine.clauses import Clause
from search.engine.matching import NO_SENTENCES, Matcher
from search.engine.scoring import Scorer, SentenceSet
from search.engine.sentence_sets import AllSentences, shortened, size_of_set
from search.engine.sized_cache import SizedCache
from search.engine.term_impacts import TermImpacts
from search.engine.value_counts import ValueCounts

_SET_BYTES = 3 << 25
"""The size of the cache of the sets that terms make."""
_MATCH_BYTES = 1 << 27
"""The size of the cache of the matches of words and tiers."""


class ScoredMatches:
    """Scores, and the sentences that match, by one scorer."""

    def __init__(self, readers: SegmentReaders, scorer: Scorer[Any, Any, Any]) -> None:
        self.scorer = scorer
        self.impacts = TermImpacts(readers, scorer)
        sets = AllSentences(readers, scorer, self.impacts)
        cache = SizedCache(_SET_BYTES, size_of_set)
        match_cache = SizedCache(_MATCH_BYTES, size_of_set, shortened)
        self.matcher = Matcher(readers, sets, cache, match_cache)
        self.value_counts = ValueCounts(readers.postings, scorer)
        # Cached for the facets, and for further pages. Most tiers add few sentences, which
        # take less room than the union of the tiers.
        self.matches_last = match_cache(self._match_last)

    def matches_any(self, tiers: tuple[Clause, ...]) -> SentenceSet:
        """Return the sentences that match any of *tiers*."""
        prefixes = (tiers[: place + 1] for place in range(len(tiers)))
        return reduce(or_, map(self.matches_last, prefixes), NO_SENTENCES)

    def _match_last(self, tiers: tuple[Clause, ...]) -> SentenceSet:
        """Return the sentences that match the last of *tiers* and none before it."""
        return self.matcher.matches(tiers[-1], self.matches_any(tiers[:-1]))
