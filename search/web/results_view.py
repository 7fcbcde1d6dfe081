"""The values of the template of results: hits, facets, and advice where there are none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from indexer.storage.synonyms import Abbreviation
from search.index import Index
from search.limits import LONGEST_QUERY
from search.messages import Note
from search.query.expansion import EXPANSION_FORM
from search.query.parser import check_length
from search.results import SearchResult
from search.web.concordance_lines import Lines, lines_view
from search.web.hit_cards import HitCard, equal_hits, hit_card
from search.web.latin import is_latin, latin_definitions
from search.web.narrowing import Chip, FacetValue, facet_values, wider
from search.web.page_search import search, search_options
from search.web.page_state import PageState
from search.web.translations import Translations

_CORRECTIONS = ("spelling", "keyboard")
"""The steps of query expansion whose forms may correct a typing error."""


class ResultsView(NamedTuple):
    """The values of the results template, besides the state.

    `cards` are the hits, and are empty in the view with `lines`. Without hits, `wider` has
    each filter with the number of hits without it, and `definitions` what the corpus defines
    in Latin letters if the query has no Hangul.
    """

    result: SearchResult
    cards: list[HitCard]
    facets: dict[str, list[FacetValue]]
    wider: list[tuple[Chip, int]]
    definitions: list[Abbreviation]
    corrections: list[tuple[str, PageState]]
    pages: int
    lines: Lines | None


def results_view(
    index: Index,
    state: PageState,
    texts: Translations,
    *,
    history_fault: str | None = None,
) -> ResultsView:
    """Search for the query of *state* and return the values of the results template.

    Args:
        index: The index.
        state: The state of the page.
        texts: The language of the page.
        history_fault: The reason to show in place of the open comparisons.

    Raises:
        CommuniqueError: The query or a filter is invalid.
    """
    check_length(state.q, LONGEST_QUERY)
    is_list = state.view == "hits"
    limit = state.page_size if is_list else 0
    result = search(index, state, limit=limit, offset=state.offset if is_list else 0)
    lines = None if is_list else lines_view(index, state, search_options(state))
    size = lines.total if lines else result.total + result.uncounted
    return ResultsView(
        result=result,
        cards=[
            hit_card(index, state, hits, texts, history_fault)
            for hits in equal_hits(result.hits, state)
        ],
        facets=facet_values(index, state, texts, result),
        wider=[] if result.total else list(wider(index, state, texts)),
        definitions=(
            latin_definitions(index, state.q)
            if not result.total and is_latin(state.q)
            else []
        ),
        corrections=list(_corrections(result, state)),
        pages=-(-size // state.page_size),
        lines=lines,
    )


def _corrections(
    result: SearchResult, state: PageState
) -> Iterator[tuple[str, PageState]]:
    """Yield the query with each correction that expansion found, and its state."""
    for note in result.notes:
        if not isinstance(note, Note) or note.form != EXPANSION_FORM:
            continue
        words, forms = note.facts["word"], note.facts["forms"]
        if note.facts["step"] not in _CORRECTIONS:
            continue
        if isinstance(words, tuple) and isinstance(forms, tuple):
            for form in forms:
                query = state.q.replace(words[0], form)
                if query != state.q:
                    yield query, state.with_changes(q=query)
