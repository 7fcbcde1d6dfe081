"""The hits of the page, with their paragraphs, comparisons and reasons where these are open."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from indexer.errors import CommuniqueError
from indexer.ingest.edition import Edition
from indexer.ingest.reference import ParagraphRef
from indexer.ingest.sentence import Sentence
from indexer.text.folding import compact, fold
from search.explain import SentenceReading
from search.index import Index
from search.query.filters import Filter
from search.reading.context import around
from search.results import Hit
from search.web.marked_text import MarkedText, pieces
from search.web.page_search import search
from search.web.page_state import PageState
from search.web.sentence_history import SentenceHistory, sentence_history
from search.web.translations import Translations

_SIDES = 2
"""How many sentences on each side are shown where there are no paragraphs."""
_MOST_SIDES = 5
"""How many sentences of a paragraph are shown on each side of the hit at most."""
_NUMBER = re.compile(r"\d+(?:[^\w\s]\d+)*")
"""A number with its marks: 3.5, 9·19, 1,000."""


class PassageLine(NamedTuple):
    """A sentence of an open passage, with its marks."""

    sentence: Sentence
    pieces: list[MarkedText]


class EqualHit(NamedTuple):
    """A hit whose sentence equals that of a better hit, and its document."""

    hit: Hit
    edition: Edition


class HitCard(NamedTuple):
    """A hit with its open parts, each None or empty while it is closed.

    `equal` are the hits below it that have the same sentence, as in other years.
    `fault` is the reason why there is no comparison.
    """

    hit: Hit
    edition: Edition
    equal: list[EqualHit]
    pieces: list[MarkedText]
    passage: list[PassageLine]
    history: SentenceHistory | None
    reasons: SentenceReading | None
    fault: str | None


def equal_hits(hits: Sequence[Hit], state: PageState) -> list[list[Hit]]:
    """Return the hits of a page in groups of equal sentences, in the order of their best.

    Spaces, case and marks outside numbers make no difference: 3.5 is not 35. Only ranked hits
    are put together: an order by date shows each at its place. A hit below another one stands
    alone once it is opened.
    """
    opened = {*state.shown, *state.compared, *state.explained}
    groups: dict[Hashable, list[Hit]] = {}
    for hit in hits:
        id_ = hit.sentence.id
        key = _letters_and_numbers(hit.sentence.text) or id_
        is_alone = state.order != "rank" or (key in groups and id_ in opened)
        groups.setdefault(id_ if is_alone else key, []).append(hit)
    return list(groups.values())


def _letters_and_numbers(text: str) -> tuple[str, ...]:
    """Return the letters of *text* without marks, then its numbers with them."""
    letters = compact(text)
    return (letters, *_NUMBER.findall(fold(text)[0])) if letters else ()


def hit_card(
    index: Index,
    state: PageState,
    hits: Sequence[Hit],
    texts: Translations,
    history_fault: str | None,
) -> HitCard:
    """Return the card of *hits*, which have equal sentences: the best, with the others below.

    Its comparison is replaced by *history_fault* if that is set.
    """
    hit, *others = hits
    sentence = hit.sentence
    passage: list[PassageLine] = []
    history: SentenceHistory | None = None
    fault = history_fault if sentence.id in state.compared else None
    if sentence.id in state.shown:
        passage = _passage(index, state, hit)
    if sentence.id in state.compared and not fault:
        try:
            history = sentence_history(index, sentence, texts)
        except CommuniqueError as error:
            fault = error.args[0]
    return HitCard(
        hit=hit,
        edition=index.editions_by_name[sentence.document],
        equal=[
            EqualHit(each, index.editions_by_name[each.sentence.document])
            for each in others
        ],
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
