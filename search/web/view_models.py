"""The values that the templates render: hits with marks, facets with links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from indexer.errors import CommuniqueError
from indexer.ingest.edition import Edition
from indexer.ingest.reference import ParagraphRef
from indexer.ingest.sentence import Sentence
from search.engine.highlighting import Span
from search.index import Index
from search.limits import LONGEST_QUERY
from search.messages import Note
from search.query.expansion import EXPANSION_FORM
from search.query.filters import Filter
from search.query.parser import check_length
from search.reading import comparison_limits
from search.reading.comparison import EditionComparison
from search.reading.context import around
from search.results import Hit, SearchResult
from search.web.page_state import PAGE, PageState
from search.web.translations import Translations

FACETS = ("year", "document", "speaker", "act")

_CORRECTIONS = ("spelling", "keyboard")
"""The steps of query expansion whose forms may correct a typing error."""
_SIDES = 2
"""How many sentences on each side are shown where there are no paragraphs."""


class MarkedText(NamedTuple):
    """A part of a sentence, inside or outside a mark."""

    text: str
    marked: bool


class PassageLine(NamedTuple):
    """A sentence of an open passage, with its marks."""

    sentence: Sentence
    pieces: list[MarkedText]


class HitCard(NamedTuple):
    """A hit with its open passage and comparison, or the reason for no comparison."""

    hit: Hit
    edition: Edition
    pieces: list[MarkedText]
    passage: list[PassageLine]
    history: Sequence[EditionComparison] | None
    fault: str | None


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


class ResultsView(NamedTuple):
    """The values of the results template, besides the state."""

    result: SearchResult
    cards: list[HitCard]
    facets: dict[str, list[FacetValue]]
    corrections: list[tuple[str, PageState]]
    pages: int


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
    result = search(index, state, limit=PAGE, offset=(state.page - 1) * PAGE)
    return ResultsView(
        result=result,
        cards=[_card(index, state, result, hit, history_fault) for hit in result.hits],
        facets={name: _facet(name, result, state, texts) for name in FACETS},
        corrections=list(_corrections(result, state)),
        pages=-(-(result.total + result.uncounted) // PAGE),
    )


def search(
    index: Index,
    state: PageState,
    *,
    limit: int,
    offset: int = 0,
    more_filters: Sequence[Filter] = (),
) -> SearchResult:
    """Return the results of the query and filters of *state*, and of *more_filters*."""
    return index.search(
        state.q,
        limit=limit,
        offset=offset,
        every_word=state.every_word,
        exact=state.exact,
        literal=state.literal,
        filters=[*state.filters, *_years(index, state), *more_filters],
        order=state.order,
    )


def years(index: Index) -> list[int]:
    """Return the years of the documents, in ascending order."""
    return sorted({each.year for each in index.editions if each.year})


def chips(index: Index, state: PageState, texts: Translations) -> Iterator[Chip]:
    """Yield the filters that are set."""
    editions = {each.document: each for each in index.editions}
    for field, value, *_ in state.filters:
        label = value
        if field == "document" and value in editions:
            label = texts.heading(editions[value])
        yield Chip(field, label, state.toggle(field, value))
    if state.since or state.until:
        is_one_year = state.since == state.until
        label = state.since if is_one_year else f"{state.since}–{state.until}"
        yield Chip("year", label, state.with_changes(since="", until=""))


def pieces(text: str, spans: Sequence[Span]) -> list[MarkedText]:
    """Split *text* at its spans: `("전작권 전환", [(0, 3)])` → [전작권] and " 전환"."""
    parts: list[MarkedText] = []
    last = 0
    for start, end in spans:
        parts += [
            MarkedText(text[last:start], marked=False),
            MarkedText(text[start:end], marked=True),
        ]
        last = end
    return [
        part for part in (*parts, MarkedText(text[last:], marked=False)) if part.text
    ]


def _years(index: Index, state: PageState) -> Iterator[Filter]:
    indexed = years(index)
    if indexed and (state.since or state.until):
        # A range outside the indexed years stays as typed: the error names it.
        since = int(state.since or min(indexed[0], int(state.until)))
        until = int(state.until or max(indexed[-1], since))
        ends = dict.fromkeys(sorted((since, until)))
        yield Filter("year", "-".join(map(str, ends)), exact=True)


def _card(
    index: Index,
    state: PageState,
    result: SearchResult,
    hit: Hit,
    history_fault: str | None,
) -> HitCard:
    sentence = hit.sentence
    passage: list[PassageLine] = []
    history: Sequence[EditionComparison] | None = None
    fault = history_fault if sentence.id in state.compared else None
    if sentence.id in state.shown:
        passage = _passage(index, state, hit)
    if sentence.id in state.compared and not fault:
        try:
            history = comparison_limits.history(index, sentence.id).comparisons
        except CommuniqueError as error:
            fault = error.args[0]
    return HitCard(
        hit=hit,
        edition=result.editions[sentence.document],
        pieces=pieces(sentence.text, hit.spans),
        passage=passage,
        history=history,
        fault=fault,
    )


def _passage(index: Index, state: PageState, hit: Hit) -> list[PassageLine]:
    """Return the paragraph of a hit, or its neighbours in a text without paragraphs."""
    sentence = hit.sentence
    marks = {sentence.id: hit.spans}
    if sentence.paragraph is None:
        beside = around(index, [sentence], _SIDES)
        passage = [*beside.before, sentence, *beside.after]
    else:
        place = (
            Filter("document", sentence.document, exact=True),
            Filter("paragraph", str(sentence.paragraph), exact=True),
        )
        passage = index.sentences_of(
            ParagraphRef(sentence.document, str(sentence.paragraph))
        )
        unfiltered = state.with_changes(document=(), paragraph=(), speaker=(), act=())
        result = search(index, unfiltered, limit=len(passage), more_filters=place)
        marks |= {each.sentence.id: each.spans for each in result.hits}
    return [
        PassageLine(each, pieces(each.text, marks.get(each.id, ()))) for each in passage
    ]


def _facet(
    name: str, result: SearchResult, state: PageState, texts: Translations
) -> list[FacetValue]:
    values = []
    for value, count in result.facets.get(name, {}).items():
        label = value
        if name == "document":
            label = texts.heading(result.editions[value])
        if name == "year":
            chosen = state.since == state.until == value
            filtered = state.with_changes(since=value, until=value)
        else:
            chosen = value in getattr(state, name)
            filtered = state.toggle(name, value)
        values.append(FacetValue(label, count, filtered, chosen))
    return values


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
