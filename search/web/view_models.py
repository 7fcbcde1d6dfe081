"""The values that the templates render: hits with marks, facets with links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from indexer.errors import CommuniqueError
from indexer.ingest.edition import Edition
from indexer.ingest.reference import ParagraphRef
from indexer.ingest.sentence import Sentence
from indexer.storage.synonyms import Abbreviation
from search.engine.highlighting import Span
from search.explain import SentenceReading
from search.index import Index
from search.limits import LONGEST_QUERY
from search.messages import Note
from search.query.expansion import EXPANSION_FORM
from search.query.filters import Filter
from search.query.parser import check_length
from search.query.search_options import SearchOptions
from search.reading import comparison_limits
from search.reading.comparison import EditionComparison
from search.reading.context import around
from search.reading.speaker_groups import GROUPS, groups_of, speakers_of_sides
from search.reading.year_range import year_range
from search.results import Hit, SearchResult
from search.web.concordance_lines import Lines, lines_view
from search.web.latin import is_latin, latin_definitions
from search.web.page_state import PageState
from search.web.side_by_side import nearest_first
from search.web.translations import Translations
from search.web.typed_filters import typed_filters

FACETS = ("year", "side", "speaker", "act", "document")

_CORRECTIONS = ("spelling", "keyboard")
"""The steps of query expansion whose forms may correct a typing error."""
_SIDES = 2
"""How many sentences on each side are shown where there are no paragraphs."""
_MOST_DOCUMENTS = 500
"""How many documents stand for the whole index."""
_MOST_CHIPS = 10
"""How many filters are tried one by one where there are no hits."""
_MOST_SIDES = 5
"""How many sentences of a paragraph are shown on each side of the hit at most."""


class MarkedText(NamedTuple):
    """A part of a sentence, inside or outside a mark."""

    text: str
    marked: bool


class PassageLine(NamedTuple):
    """A sentence of an open passage, with its marks."""

    sentence: Sentence
    pieces: list[MarkedText]


class HitCard(NamedTuple):
    """A hit with its open parts, each None or empty while it is closed.

    `fault` is the reason why there is no comparison.
    """

    hit: Hit
    edition: Edition
    pieces: list[MarkedText]
    passage: list[PassageLine]
    history: Sequence[EditionComparison] | None
    reasons: SentenceReading | None
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
    lines = None if is_list else lines_view(index, state, search_options(index, state))
    size = lines.total if lines else result.total + result.uncounted
    return ResultsView(
        result=result,
        cards=[_card(index, state, result, hit, history_fault) for hit in result.hits],
        facets=_facets(index, state, texts, result),
        wider=[] if result.total else list(_wider(index, state, texts)),
        definitions=(
            latin_definitions(index, state.q)
            if not result.total and is_latin(state.q)
            else []
        ),
        corrections=list(_corrections(result, state)),
        pages=-(-size // state.page_size),
        lines=lines,
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
    options = search_options(index, state, more_filters)
    return index.search(
        state.q,
        limit=limit,
        offset=offset,
        # The hits of a document are in the order of its text.
        order="date" if state.order == "document" else state.order,
        **options._asdict(),
    )


def search_options(
    index: Index, state: PageState, more_filters: Sequence[Filter] = ()
) -> SearchOptions:
    """Return the options and the filters of *state*, and *more_filters*."""
    filters = [
        *state.filters,
        *speakers_of_sides(index, state.side),
        *year_range(index, state.since, state.until),
        *more_filters,
    ]
    return SearchOptions(state.every_word, state.exact, state.literal, filters)


def chips(index: Index, state: PageState, texts: Translations) -> Iterator[Chip]:
    """Yield the filters that are set, first those typed in the query."""
    if not state.literal:
        for typed in typed_filters(state.q):
            label = f"−{typed.value}" if typed.excluded else typed.value
            yield Chip(typed.field, label, state.with_changes(q=typed.rest))
    headings = texts.headings(index.editions)
    for field, value, *_ in state.filters:
        label = headings.get(value, value) if field == "document" else value
        yield Chip(field, label, state.toggle(field, value))
    for value in state.side:
        yield Chip("side", texts.side(value), state.toggle("side", value))
    if state.since or state.until:
        is_one_year = state.since == state.until
        label = state.since if is_one_year else f"{state.since}–{state.until}"
        yield Chip("year", label, state.with_changes(since="", until=""))


def _wider(
    index: Index, state: PageState, texts: Translations
) -> Iterator[tuple[Chip, int]]:
    """Yield each filter of the state with the number of hits without it."""
    for chip in list(chips(index, state, texts))[:_MOST_CHIPS]:
        # Another filter may be the one that no sentence of the index can match.
        with suppress(CommuniqueError):
            yield chip, search(index, chip.state, limit=0).total


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
            compared = comparison_limits.history(index, sentence.id)
            history = nearest_first(index, sentence.document, compared.comparisons)
        except CommuniqueError as error:
            fault = error.args[0]
    return HitCard(
        hit=hit,
        edition=result.editions[sentence.document],
        pieces=pieces(sentence.text, hit.spans),
        passage=passage,
        history=history,
        reasons=_reasons(index, state, sentence) if state.q else None,
        fault=fault,
    )


def _reasons(
    index: Index, state: PageState, sentence: Sentence
) -> SentenceReading | None:
    """Return how an explained hit matches the query, None for another hit."""
    if sentence.id not in state.explained:
        return None
    return index.explain(
        state.q,
        sentence.id,
        every_word=state.every_word,
        exact=state.exact,
        literal=state.literal,
    ).sentence


def _passage(index: Index, state: PageState, hit: Hit) -> list[PassageLine]:
    """Return the paragraph of a hit, or its neighbours in a text without paragraphs.

    Of a long paragraph it is the part around the hit.
    """
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
        unfiltered = state.without_filters
        result = search(index, unfiltered, limit=len(passage), more_filters=place)
        marks |= {each.sentence.id: each.spans for each in result.hits}
    place_of_hit = passage.index(sentence)
    passage = passage[
        max(0, place_of_hit - _MOST_SIDES) : place_of_hit + _MOST_SIDES + 1
    ]
    return [
        PassageLine(each, pieces(each.text, marks.get(each.id, ()))) for each in passage
    ]


def _facets(
    index: Index, state: PageState, texts: Translations, result: SearchResult
) -> dict[str, list[FacetValue]]:
    """Return the values of each facet, counted without the filters on its field."""
    counts: dict[str, Mapping[str, int]] = dict(result.facets)
    for name in ("year", "document", "speaker", "act"):
        others = _without_filters_on(state, name)
        if others != state:
            result = search(index, with_hits(index, others), limit=0)
            counts[name] = result.facets.get(name, {})
    groups = groups_of(index) if counts.get("speaker") else {}
    sides: Counter[str] = Counter()
    for speaker, number in counts.get("speaker", {}).items():
        if speaker in groups:
            sides[groups[speaker]] += number
    # A side without a hit is an answer too, unlike a side that the corpus lacks.
    counts["side"] = {side: sides[side] for side in GROUPS if side in groups.values()}
    labels = {"document": texts.headings(index.editions)}
    labels["side"] = {side: texts.side(side) for side in counts["side"]}
    return {
        name: [
            _facet_value(name, value, number, state, labels.get(name, {}))
            for value, number in _in_order(index, name, counts.get(name, {}))
        ]
        for name in FACETS
    }


def _without_filters_on(state: PageState, name: str) -> PageState:
    """Return the state without the chosen filters on a field."""
    changes: dict[str, Any] = {name: ()}
    if name == "year":
        changes |= {"since": "", "until": ""}
    if name == "speaker":
        changes["side"] = ()
    is_changed = any(value != getattr(state, key) for key, value in changes.items())
    return state.with_changes(**changes) if is_changed else state


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


def with_hits(index: Index, state: PageState) -> PageState:
    """Return *state*, narrowed to all documents if it has neither a query nor a filter.

    Such a search has no hits, though the reader who removes the only filter means all
    sentences. Of more than `_MOST_DOCUMENTS`, the newest count.
    """
    if state.q or state.has_filters:
        return state
    newest = index.editions[-_MOST_DOCUMENTS:]
    return state.with_changes(document=tuple(each.document for each in newest))


def _facet_value(
    name: str, value: str, number: int, state: PageState, labels: Mapping[str, str]
) -> FacetValue:
    chosen = value in getattr(state, name)
    if name == "year":
        chosen = chosen or state.since == state.until == value
    return FacetValue(
        labels.get(value, value), number, state.toggle(name, value), chosen
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
