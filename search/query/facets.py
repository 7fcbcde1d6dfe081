"""Facets: how many of all sentences found have each speaker, act, document and year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from indexer.ingest.edition import Edition
from search.engine.clauses import Or
from search.engine.protocol import Engine
from search.query.plan import Meaning


def facets(
    meaning: Meaning, engine: Engine, editions: Iterable[Edition]
) -> dict[str, dict[str, int]]:
    """Return the counts of each facet; none where there was nothing to search for."""
    if not meaning.tiers:
        return {}
    found = Or(tuple(meaning.clauses))
    counts = {
        name: engine.counts(found, name) for name in ("speaker", "act", "document")
    }
    years: Counter[str] = Counter()
    for edition in editions:
        if edition.year:
            years[str(edition.year)] += counts["document"].get(edition.document, 0)
    return {**counts, "year": {year: n for year, n in sorted(years.items()) if n}}
