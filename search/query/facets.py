"""Facets: how many hits have each speaker, act, document and year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from indexer.ingest.edition import Edition
from search.engine.clauses import Or
from search.engine.protocol import Engine
from search.query.plan import QueryPlan


def facets(
    plan: QueryPlan, engine: Engine, editions: Iterable[Edition]
) -> dict[str, dict[str, int]]:
    """Return the number of hits for each value of each field.

    Example: `{"speaker": {"에스퍼": 4}, "act": …, "document": …, "year": {"2020": 9}}`.
    The result is empty if the query has nothing to search for.
    """
    if not plan.counted:
        return {}
    # The clauses are those of `Engine.rank`, so an engine may keep their matches.
    clause = Or(tuple(plan.counted))
    counts = {
        name: engine.value_counts(clause, name)
        for name in ("speaker", "act", "document")
    }
    years: Counter[str] = Counter()
    for edition in editions:
        if edition.year:
            years[str(edition.year)] += counts["document"].get(edition.document, 0)
    return {**counts, "year": {year: n for year, n in sorted(years.items()) if n}}
