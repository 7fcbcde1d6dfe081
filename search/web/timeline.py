"""The picture above the hits: sentences by year, stacked by the side of the speaker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from markupsafe import Markup

from search.index import Index
from search.limits import LAST_YEAR
from search.present.charts import Chart, Series, axis
from search.present.timeline_svg import stacked_svg
from search.query.speaker_groups import OTHER
from search.results import SearchResult
from search.web.page_search import search, with_hits
from search.web.page_state import PageState
from search.web.translations import Translations

_COLOURS = {"한측": 1, "미측": 2, "공동": 3, OTHER: 5}
"""The groups of speakers, each a column, and their colours."""

_ALL_YEARS: Mapping[str, Any] = {"since": "", "until": "", "year": ()}
"""The changes of a state that show the hits of all years."""


class TimelineRow(NamedTuple):
    """A year of the table: the state that narrows to it, and a number for each column."""

    year: int
    state: PageState
    chosen: bool
    numbers: tuple[int, ...]


class TimelineView(NamedTuple):
    """The picture, and the same numbers as a table; `undated` sentences have no year."""

    svg: Markup
    columns: tuple[str, ...]
    rows: list[TimelineRow]
    undated: int


def timeline(
    index: Index, state: PageState, result: SearchResult, texts: Translations
) -> TimelineView | None:
    """Return the timeline of the hits, or None where the documents have one year or none.

    The years to which the search is narrowed are set off; the others are shown too.
    """
    years = axis(each.year for each in index.editions if each.year)
    if len(years) < 2 or not result.total:
        return None
    if state.since or state.until or state.year:
        every_year = state.with_changes(**_ALL_YEARS)
        result = search(index, with_hits(index, every_year), limit=0)
        # A query without a word to search for has hits by its years alone.
        if not result.total:
            return None
    totals = {int(year): number for year, number in result.facets["year"].items()}
    by_side = _by_side(index, state, result, totals)
    chart = Chart(
        title=texts("timeline"),
        years=years,
        series=tuple(
            Series(
                texts.side(side), colour, tuple(counts.get(year, 0) for year in years)
            )
            for (side, colour), counts in zip(_COLOURS.items(), by_side, strict=True)
            if any(counts.values())
        ),
        links=tuple(_narrowed(state, year).url for year in years),
        chosen=frozenset(year for year in years if _is_chosen(state, year)),
    )
    return TimelineView(
        svg=Markup(stacked_svg(chart)),  # noqa: S704 (its texts are escaped)
        columns=tuple(series.name for series in chart.series),
        rows=[
            TimelineRow(year, _narrowed(state, year), year in chart.chosen, numbers)
            for year, numbers in _numbers(chart)
            if any(numbers)
        ],
        undated=result.total - sum(totals.values()),
    )


def _numbers(chart: Chart) -> list[tuple[int, tuple[int, ...]]]:
    return [
        (year, tuple(int(series.values[place] or 0) for series in chart.series))
        for place, year in enumerate(chart.years)
    ]


def _narrowed(state: PageState, year: int) -> PageState:
    return state.with_changes(**{**_ALL_YEARS, "year": (str(year),)})


def _is_chosen(state: PageState, year: int) -> bool:
    """Return whether the search is narrowed to years of which *year* is one."""
    if not (state.year or state.since or state.until):
        return False
    is_within = int(state.since or 0) <= year <= int(state.until or LAST_YEAR)
    ranges = [each.partition("-") for each in state.year]
    return is_within and (
        not ranges
        or any(
            int(first) <= year <= int(last or first)
            for first, _, last in ranges
            if first.strip().isdecimal() and (last or first).strip().isdecimal()
        )
    )


def _by_side(
    index: Index, state: PageState, result: SearchResult, totals: Mapping[int, int]
) -> list[dict[int, int]]:
    """Return how many sentences of each year each column has."""
    groups = index.speaker_groups
    present = {groups.get(speaker) for speaker in result.facets["speaker"]}
    columns: list[dict[int, int]] = []
    for side in list(_COLOURS)[:-1]:
        counts: dict[str, int] = {}
        # The speakers of the hits are those of the sides to which the search is narrowed.
        if side in present:
            of_side = state.with_changes(side=(side,), **_ALL_YEARS)
            counts = search(index, of_side, limit=0).facets["year"]
        columns.append({int(year): number for year, number in counts.items()})
    rest = {y: n - sum(each.get(y, 0) for each in columns) for y, n in totals.items()}
    return [*columns, rest]
