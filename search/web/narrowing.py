"""Filters on the page: chips of those that are set, and facets of those that can be set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

from indexer.errors import CommuniqueError
from search.index import Index
from search.query.speaker_groups import OTHER, group_names
from search.results import SearchResult
from search.web.page_search import search, with_hits
from search.web.page_state import NARROWING, PageState
from search.web.translations import Translations
from search.web.typed_filters import typed_filters

FACETS = ("year", "side", "speaker", "act", "document")

_LIMITS = {"from": "since", "to": "until"}
"""The texts of the filters that are limits of the years."""
_MOST_CHIPS = 10
"""How many filters are tried one by one where there are no hits."""


class FacetValue(NamedTuple):
    """A value of the hits, its number of hits, and the state that filters by it."""

    label: str
    number: int
    state: PageState
    chosen: bool


class Chip(NamedTuple):
    """A filter that is set, and the state without it."""

    field: str
    label: str
    state: PageState


def chips(index: Index, state: PageState, texts: Translations) -> Iterator[Chip]:
    """Yield the filters that are set, first those typed in the query."""
    if not state.literal:
        for typed in typed_filters(state.q):
            is_side = typed.field == "side"
            value = texts.side(typed.value) if is_side else typed.value
            label = f"−{value}" if typed.excluded else value
            field = _LIMITS.get(typed.field, typed.field)
            yield Chip(field, label, state.with_changes(q=typed.rest))
    headings = texts.headings(index.editions)
    for name in NARROWING:
        for value in getattr(state, name):
            label = headings.get(value, value) if name == "document" else value
            label = texts.side(value) if name == "side" else label
            yield Chip(name, label, state.toggle(name, value))
    if state.since or state.until:
        is_one_year = state.since == state.until
        label = state.since if is_one_year else f"{state.since}–{state.until}"
        yield Chip("year", label, state.with_changes(since="", until=""))


def wider(
    index: Index, state: PageState, texts: Translations
) -> Iterator[tuple[Chip, int]]:
    """Yield each filter of the state with the number of hits without it."""
    for chip in list(chips(index, state, texts))[:_MOST_CHIPS]:
        # Another filter may be the one that no sentence of the index can match.
        with suppress(CommuniqueError):
            yield chip, search(index, chip.state, limit=0).total


def facet_values(
    index: Index, state: PageState, texts: Translations, result: SearchResult
) -> dict[str, list[FacetValue]]:
    """Return the values of each facet, counted without the filters on its field."""
    counts: dict[str, Mapping[str, int]] = dict(result.facets)
    counts["side"] = _side_counts(index, result)
    for name in FACETS:
        if getattr(state, name):
            others = with_hits(index, state.with_changes(**{name: ()}))
            unnarrowed = search(index, others, limit=0)
            counts[name] = (
                _side_counts(index, unnarrowed)
                if name == "side"
                else unnarrowed.facets.get(name, {})
            )
    labels = {"document": texts.headings(index.editions)}
    labels["side"] = {side: texts.side(side) for side in counts["side"]}
    return {
        name: [
            _facet_value(name, value, number, state, labels.get(name, {}))
            for value, number in _in_order(index, name, counts.get(name, {}))
        ]
        for name in FACETS
    }


def _side_counts(index: Index, result: SearchResult) -> dict[str, int]:
    """Return the hits of each group of speakers of the index.

    A side without a hit is an answer too, unlike a side that the corpus lacks.
    """
    groups = index.speaker_groups
    counts = dict.fromkeys(group_names(groups), 0)
    if counts:
        for speaker, number in result.facets.get("speaker", {}).items():
            if speaker in groups:
                counts[groups[speaker]] += number
        counts[OTHER] = result.total - sum(counts.values())
    return counts


def _in_order(
    index: Index, name: str, counts: Mapping[str, int]
) -> list[tuple[str, int]]:
    """Return the counts of a facet; of years and documents the newest is the first."""
    if name == "year":
        return sorted(counts.items(), key=lambda pair: -int(pair[0]))
    if name == "document":
        newest_first = reversed(index.editions)
        names = (each.document for each in newest_first)
        return [(each, counts[each]) for each in names if each in counts]
    return list(counts.items())


def _facet_value(
    name: str, value: str, number: int, state: PageState, labels: Mapping[str, str]
) -> FacetValue:
    chosen = value in getattr(state, name)
    if name == "year":
        chosen = chosen or state.since == state.until == value
    return FacetValue(
        labels.get(value, value), number, state.toggle(name, value), chosen
    )
