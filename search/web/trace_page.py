"""Up to five phrases through the years: a picture, a table, and the first sentence of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from indexer.ingest.edition import Edition
from indexer.ingest.sentence import Sentence
from search.index import Index
from search.present.charts import Chart, phrase_chart
from search.present.timeline_svg import line_svg, number_text
from search.query.filters import Filter
from search.reading.trace import (
    PhraseYears,
    phrase_query,
    phrase_years,
    sentences_by_year,
)
from search.web.page_state import PageState
from search.web.translations import Translations
from search.web.typed_filters import typed_filters

_OF_PLACE = ("year", "from", "to", "document")
"""The filters that choose the years of the picture."""


class PhraseView(NamedTuple):
    """A phrase, the state of a search for it, and its first sentence, None without any."""

    counts: PhraseYears
    state: PageState
    total: int
    first: Sentence | None
    edition: Edition | None


class TraceRow(NamedTuple):
    """A year of the table: for each phrase its number and the state of its hits."""

    year: int
    cells: list[tuple[str, PageState]]


class TraceView(NamedTuple):
    """The values of the template; `svg` is None if no document has a year."""

    phrases: list[PhraseView]
    svg: Markup | None
    rows: list[TraceRow]


def trace_chart(
    index: Index,
    phrases: Sequence[str],
    state: PageState,
    texts: Translations,
    *,
    normalized: bool,
) -> tuple[Chart, list[PhraseYears]]:
    """Return the chart of phrases and their counts, in the filters of *state*."""
    filters = _filters(state)
    counts = [phrase_years(index, phrase, filters) for phrase in phrases]
    title = texts("trace_normalized") if normalized else texts("trace_counted")
    sizes = sentences_by_year(index)
    if of_place := [each for each in filters if each.field in _OF_PLACE]:
        years = index.search("", limit=0, filters=of_place).facets["year"]
        sizes = {year: n for year, n in sizes.items() if str(year) in years}
    return phrase_chart(title, counts, sizes, normalized=normalized), counts


def _filters(state: PageState) -> list[Filter]:
    """Return the filters of a search, those typed in its query included."""
    typed = [] if state.literal else typed_filters(state.q)
    return [*(Filter(t.field, t.value, t.excluded) for t in typed), *state.filters]


def trace_view(
    index: Index,
    phrases: Sequence[str],
    state: PageState,
    texts: Translations,
    *,
    normalized: bool,
) -> TraceView:
    """Return the view of *phrases* among the sentences of the filters of *state*.

    A cell of the table leads to its sentences.
    """
    chart, counts = trace_chart(index, phrases, state, texts, normalized=normalized)
    views = [_phrase(index, each, state) for each in counts]
    rows = []
    for place, year in enumerate(chart.years):
        if chart.series and chart.series[0].values[place] is not None:
            cells = [
                (
                    number_text(series.values[place]),
                    _in_year(view.state, year),
                )
                for series, view in zip(chart.series, views, strict=True)
            ]
            rows.append(TraceRow(year, cells))
    # Its texts are escaped.
    svg = Markup(line_svg(chart)) if rows else None  # noqa: S704
    return TraceView(views, svg, rows)


def _phrase(index: Index, counts: PhraseYears, state: PageState) -> PhraseView:
    """Look up the first sentence that has a phrase, by date."""
    typed = [] if state.literal else typed_filters(state.q)
    query = " ".join((phrase_query(counts.phrase), *(each.typed for each in typed)))
    hits = index.search(
        query,
        limit=1,
        order="date",
        faceted=False,
        uncounted=False,
        filters=state.filters,
    )
    first = hits.hits[0].sentence if hits.hits else None
    return PhraseView(
        counts=counts,
        state=state.with_changes(
            q=query,
            view="hits",
            every_word=False,
            exact=False,
            literal=False,
            order="date",
        ),
        total=sum(counts.by_document.values()),
        first=first,
        edition=index.editions_by_name[first.document] if first else None,
    )


def _in_year(state: PageState, year: int) -> PageState:
    """Return the state in one year, in view of which a range of years is needless."""
    return state.with_changes(year=(str(year),), since="", until="", order="date")
