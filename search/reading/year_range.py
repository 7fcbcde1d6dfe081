"""Years from one to another, either of which may be left open."""

from __future__ import annotations

from search.index import Index
from search.query.filters import Filter


def years(index: Index) -> list[int]:
    """Return the years of the documents, in ascending order."""
    return sorted({each.year for each in index.editions if each.year})


def year_range(index: Index, since: str, until: str) -> list[Filter]:
    """Return the filter on the years from *since* to *until*; an empty one is no limit.

    Years in the wrong order are exchanged. No filter is returned without a limit.
    """
    if not (since or until):
        return []
    indexed = years(index)
    # A range outside the indexed years stays as typed: the error names it.
    first = int(since or min([*indexed[:1], int(until)]))
    last = int(until or max([*indexed[-1:], first]))
    ends = dict.fromkeys(sorted((first, last)))
    return [Filter("year", "-".join(map(str, ends)), exact=True)]
