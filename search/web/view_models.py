"""What the templates show: hits with their marks, facets with their links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from indexer.errors import CommuniqueError
from indexer.ingest.edition import Edition
from indexer.ingest.reference import ParagraphRef
from indexer.ingest.sentence import Sentence
from search.engine.highlighting import Span
from search.index import Index
from search.messages import Note
from search.query.expansion import LED
from search.query.filters import Filter
from search.query.parser import check_length
from search.reading.comparison import EditionComparison
from search.reading.context import around
from search.results import Hit, SearchResult
from search.web import comparison_limits
from search.web.page_state import PAGE, State
from search.web.parameters import LONGEST_QUERY
from search.web.translations import Texts

FACETS = ("year", "document", "speaker", "act")

_CORRECTIONS = ("spelling", "keyboard")
"""The steps of the ladder whose forms are what the user may have meant."""
_SIDES = 2
"""How many sentences on each side are shown where there are no paragraphs."""


class Piece(NamedTuple):
    """A stretch of a sentence, marked or not."""

    text: str
    marked: bool


class Line(NamedTuple):
    """A sentence of a passage, with its marks."""

    sentence: Sentence
    pieces: list[Piece]


class Card(NamedTuple):
    """A hit, and what is open of it: its passage, its history, or why there is none."""

    hit: Hit
    edition: Edition
    pieces: list[Piece]
    passage: list[Line]
    history: Sequence[EditionComparison] | None
    fault: str | None


class FacetValue(NamedTuple):
    """A value that results have, how many, and the state that narrows to it."""

    label: str
    number: int
    state: State
    chosen: bool


class Chip(NamedTuple):
    """A filter that is set, and the state without it."""

    field: str
    label: str
    state: State


class View(NamedTuple):
    """All that the template of the results is given, besides the state."""

    result: SearchResult
    cards: list[Card]
    facets: dict[str, list[FacetValue]]
    meant: list[tuple[str, State]]
    pages: int


def view(index: Index, state: State, texts: Texts) -> View:
    """Return what is to be shown in *state*.

    Raises:
        CommuniqueError: The query, or what results are narrowed by, makes no sense.
    """
    check_length(state.q, LONGEST_QUERY)
    result = searched(index, state, limit=PAGE, offset=(state.page - 1) * PAGE)
    return View(
        result=result,
        cards=[_card(index, state, result, hit) for hit in result.hits],
        facets={name: _facet(name, result, state, texts) for name in FACETS},
        meant=list(_meant(result, state)),
        pages=-(-result.total // PAGE),
    )


def searched(
    index: Index,
    state: State,
    *,
    limit: int,
    offset: int = 0,
    also: Sequence[Filter] = (),
) -> SearchResult:
    """Return what the query of *state* finds, narrowed by *also* besides."""
    return index.search(
        state.q,
        limit=limit,
        offset=offset,
        every_word=state.every_word,
        exact=state.exact,
        filters=[*state.filters, *_years(index, state), *also],
        order=state.order,
    )


def years(index: Index) -> list[int]:
    """Return the years of the documents."""
    return sorted({each.year for each in index.editions if each.year})


def chips(index: Index, state: State, texts: Texts) -> Iterator[Chip]:
    """Yield the filters that are set."""
    known = {each.document: each for each in index.editions}
    for field, value, *_ in state.filters:
        label = value
        if field == "document" and value in known:
            label = texts.heading(known[value])
        yield Chip(field, label, state.with_one(field, value))
    if state.since or state.until:
        span = dict.fromkeys((state.since, state.until))
        label = state.since if len(span) == 1 else f"{state.since}–{state.until}"
        yield Chip("year", label, state.but(since="", until=""))


def pieces(text: str, spans: Sequence[Span]) -> list[Piece]:
    """Return *text* in pieces, those of *spans* marked."""
    found: list[Piece] = []
    done = 0
    for start, end in spans:
        found += [
            Piece(text[done:start], marked=False),
            Piece(text[start:end], marked=True),
        ]
        done = end
    return [piece for piece in (*found, Piece(text[done:], marked=False)) if piece.text]


def _years(index: Index, state: State) -> Iterator[Filter]:
    known = years(index)
    if known and (state.since or state.until):
        # Where the documents end before they begin to be wanted, there are none.
        since = int(state.since or min(known[0], int(state.until)))
        until = int(state.until or max(known[-1], since))
        ends = dict.fromkeys(sorted((since, until)))
        yield Filter("year", "-".join(map(str, ends)), exact=True)


def _card(index: Index, state: State, result: SearchResult, hit: Hit) -> Card:
    sentence = hit.sentence
    passage: list[Line] = []
    history: Sequence[EditionComparison] | None = None
    fault = None
    if sentence.id in state.shown:
        passage = _passage(index, state, hit)
    if sentence.id in state.compared:
        try:
            history = comparison_limits.history(index, sentence.id).comparisons
        except CommuniqueError as refused:
            fault = refused.args[0]
    return Card(
        hit=hit,
        edition=result.editions[sentence.document],
        pieces=pieces(sentence.text, hit.spans),
        passage=passage,
        history=history,
        fault=fault,
    )


def _passage(index: Index, state: State, hit: Hit) -> list[Line]:
    """Return the paragraph of a hit, or where there are none what stands around it."""
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
        whole = state.but(document=(), paragraph=(), speaker=(), act=())
        found = searched(index, whole, limit=len(passage), also=place)
        marks |= {each.sentence.id: each.spans for each in found.hits}
    return [Line(each, pieces(each.text, marks.get(each.id, ()))) for each in passage]


def _facet(
    name: str, result: SearchResult, state: State, texts: Texts
) -> list[FacetValue]:
    found = []
    for value, count in result.facets.get(name, {}).items():
        label = value
        if name == "document":
            label = texts.heading(result.editions[value])
        if name == "year":
            chosen = state.since == state.until == value
            narrowed = state.but(since=value, until=value)
        else:
            chosen = value in getattr(state, name)
            narrowed = state.with_one(name, value)
        found.append(FacetValue(label, count, narrowed, chosen))
    return found


def _meant(result: SearchResult, state: State) -> Iterator[tuple[str, State]]:
    """Yield the queries that may have been meant."""
    for note in result.notes:
        if not isinstance(note, Note) or note.form != LED:
            continue
        words, forms = note.facts["word"], note.facts["forms"]
        if note.facts["step"] not in _CORRECTIONS:
            continue
        if isinstance(words, tuple) and isinstance(forms, tuple):
            for form in forms:
                query = state.q.replace(words[0], form)
                if query != state.q:
                    yield query, state.but(q=query)
