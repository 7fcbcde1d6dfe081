"""A document to read: its paragraphs, with the hits of a query marked and linked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple
from weakref import WeakKeyDictionary

from indexer.build.manifest import SourceRecord
from indexer.ingest.edition import Edition
from indexer.ingest.reference import DocumentRef
from indexer.ingest.sentence import Sentence
from indexer.storage.synonyms import Abbreviation
from search.index import Index
from search.limits import LONGEST_QUERY
from search.not_found import NotInIndexError
from search.query.filters import Filter
from search.query.parser import check_length
from search.reading.keyness import Term, keywords_of
from search.results import Hit, SearchResult
from search.web.addresses import document_url
from search.web.html_answer import MovedError
from search.web.marked_text import MarkedText, pieces
from search.web.page_state import PageState
from search.web.source_file import source_of

SENTENCES = 300
"""How many sentences a page of a document shows; only tables of records have more."""

MOST_HITS = 500
"""How many hits are marked and linked in one document."""

_MOST_COUNTED = 10_000
"""Up to this size of the index the keywords of a document are counted."""
_KEYWORDS = 16


class HitPlace(NamedTuple):
    """The number of a hit in its document, and the addresses of its neighbours."""

    number: int
    previous: str | None
    next: str | None


class Line(NamedTuple):
    """A sentence with its marks; `hit` is None if it is no hit."""

    sentence: Sentence
    pieces: list[MarkedText]
    hit: HitPlace | None


class Part(NamedTuple):
    """Consecutive sentences of a paragraph or an annex; `name` is None without these."""

    name: str | None
    lines: list[Line]


class DocumentView(NamedTuple):
    """The values of the template of a document."""

    edition: Edition
    source: SourceRecord
    file_name: str | None
    parts: list[Part]
    page: int
    pages: int
    size: int
    result: SearchResult | None
    hits: list[tuple[int, str]]
    keywords: Sequence[Term]
    abbreviations: list[Abbreviation]
    older: Edition | None
    newer: Edition | None


def document_view(index: Index, reference: str, state: PageState) -> DocumentView:
    """Return the view of a document, on the page of the offset of *state*.

    Raises:
        MovedError: *reference* names a part of a document, which has another address.
        CommuniqueError: The index has nothing of that name, or the query is invalid.
    """
    edition = _edition(index, reference, state)
    name = edition.document
    source = source_of(index, name)
    path = Path(source.path)
    pages = -(-source.sentences // SENTENCES)
    page = min(state.offset // SENTENCES + 1, pages)
    start = (page - 1) * SENTENCES
    sentences = index.sentences_of(DocumentRef(name), start, start + SENTENCES)
    result = _hits(index, state, name) if state.q else None
    links = _links(result.hits if result else (), sentences, state)
    position = index.editions.index(edition)
    return DocumentView(
        edition=edition,
        source=source,
        file_name=path.name if path.is_file() else None,
        parts=_parts(sentences, result.hits if result else (), links),
        page=page,
        pages=pages,
        size=SENTENCES,
        result=result,
        hits=list(enumerate(links, 1)),
        keywords=_keywords(index, name),
        abbreviations=_abbreviations(index, sentences),
        older=index.editions[position - 1] if position else None,
        newer=next(iter(index.editions[position + 1 :]), None),
    )


def _edition(index: Index, reference: str, state: PageState) -> Edition:
    """Return the edition of a document; the id of a sentence has another address."""
    try:
        return index.edition(reference)
    except NotInIndexError:
        sentence = index.show(reference)[0]
    first = index.numbers_of(f"{sentence.document}:").start
    before = index.numbers_of(reference).start - first
    offset = before - before % SENTENCES
    raise MovedError(
        document_url(state, sentence.document, offset=offset, sentence=sentence)
    )


def _hits(index: Index, state: PageState, document: str) -> SearchResult:
    """Return the hits of the query in the document, in the order of its text."""
    check_length(state.q, LONGEST_QUERY)
    return index.search(
        state.q,
        limit=MOST_HITS,
        every_word=state.every_word,
        exact=state.exact,
        literal=state.literal,
        filters=[Filter("document", document, exact=True)],
        order="date",
        faceted=False,
        uncounted=False,
    )


def _links(
    hits: Sequence[Hit], sentences: Sequence[Sentence], state: PageState
) -> list[str]:
    """Return the address of each hit; on another page, one that leads to it."""
    on_page = {sentence.id for sentence in sentences}
    links = []
    for hit in hits:
        sentence = hit.sentence
        if sentence.id in on_page:
            url = document_url(state, sentence.document, sentence=sentence)
            links.append("#" + url.rpartition("#")[2])
        else:
            links.append(document_url(state, sentence.id))
    return links


def _parts(
    sentences: Sequence[Sentence], hits: Sequence[Hit], links: Sequence[str]
) -> list[Part]:
    by_id = {hit.sentence.id: (number, hit) for number, hit in enumerate(hits)}
    around = [None, *links, None]

    def line(sentence: Sentence) -> Line:
        if sentence.id not in by_id:
            return Line(sentence, pieces(sentence.text, ()), None)
        number, hit = by_id[sentence.id]
        place = HitPlace(number + 1, around[number], around[number + 2])
        return Line(sentence, pieces(sentence.text, hit.spans), place)

    return [
        Part(name, [line(sentence) for sentence in group])
        for name, group in groupby(sentences, key=lambda sentence: sentence.part)
    ]


_KEYWORDS_OF: WeakKeyDictionary[Index, dict[str, list[Term]]] = WeakKeyDictionary()
"""The keywords of the documents of an open index, as all documents are counted for one."""


def _keywords(index: Index, document: str) -> list[Term]:
    """Return the keywords of a document, none in an index that is too large to count."""
    if index.manifest.sentences > _MOST_COUNTED:
        return []
    if index not in _KEYWORDS_OF:
        _KEYWORDS_OF[index] = {
            each.edition.document: [t for t in each.terms if t.direction != "less"]
            for each in keywords_of(index, None, _KEYWORDS * 2)
        }
    return _KEYWORDS_OF[index][document][:_KEYWORDS]


def _abbreviations(index: Index, sentences: Sequence[Sentence]) -> list[Abbreviation]:
    """Return the abbreviations whose short form the sentences contain."""
    text = "\n".join(sentence.text for sentence in sentences)

    def occurs(short: str) -> bool:
        # SCM is not in SCMX, while 전작권을 contains 전작권.
        return bool(re.search(rf"(?<![A-Za-z]){re.escape(short)}(?![A-Za-z])", text))

    return [pair for pair in index.synonyms.pairs if occurs(pair.short)]
