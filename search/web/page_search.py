"""The search of a state of the page."""

from __future__ import annotations

from collections.abc import Sequence

from search.index import Index
from search.query.filters import Filter
from search.query.search_options import SearchOptions
from search.results import SearchResult
from search.web.page_state import PageState

_MOST_DOCUMENTS = 500
"""How many documents stand for the whole index."""


def search(
    index: Index,
    state: PageState,
    *,
    limit: int,
    offset: int = 0,
    more_filters: Sequence[Filter] = (),
) -> SearchResult:
    """Return the results of the query and filters of *state*, and of *more_filters*."""
    options = search_options(state, more_filters)
    return index.search(
        state.q,
        limit=limit,
        offset=offset,
        # The hits of a document are in the order of its text.
        order="date" if state.order == "document" else state.order,
        **options._asdict(),
    )


def search_options(
    state: PageState, more_filters: Sequence[Filter] = ()
) -> SearchOptions:
    """Return the options and the filters of *state*, and *more_filters*."""
    filters = [*state.filters, *more_filters]
    return SearchOptions(state.every_word, state.exact, state.literal, filters)


def with_hits(index: Index, state: PageState) -> PageState:
    """Return *state*, narrowed to all documents if it has neither a query nor a filter.

    Such a search has no hits, though the reader who removes the only filter means all
    sentences. Of more than `_MOST_DOCUMENTS`, the newest count.
    """
    if state.q or state.has_filters:
        return state
    newest = index.editions[-_MOST_DOCUMENTS:]
    return state.with_changes(document=tuple(each.document for each in newest))
