"""The addresses of the pages, which carry the whole search that led to them."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlencode

from starlette.datastructures import QueryParams

from indexer.ingest.sentence import Sentence
from search.web.page_state import PageState
from search.web.typed_filters import without_typed


def page_url(path: str, parameters: Iterable[tuple[str, str]]) -> str:
    """Return a path of this server with a query string."""
    query = urlencode([pair for pair in parameters if pair[1]])
    return f"{quote(path, safe='/:')}?{query}" if query else quote(path, safe="/:")


def anchor(sentence: Sentence) -> str:
    """Return the id of the element of a sentence: `s-11.1`, `s-annex1.2`, `s-law-7`.

    The id of a record is free text, which is quoted: an id in HTML has no white space.
    """
    place = sentence.id
    if sentence.number is not None:
        place = place.removeprefix(f"{sentence.document}:")
    return "s-" + quote(place, safe="")


def document_url(
    state: PageState,
    reference: str,
    *,
    offset: int = 0,
    sentence: Sentence | None = None,
) -> str:
    """Return the address of a document, in which the hits of the query are marked.

    Args:
        state: The search, which goes into the address without its place among the hits.
        reference: The name of the document, or the id of a sentence: the server answers
            that with the address of its place in its document.
        offset: The number of sentences before the page of the document.
        sentence: The sentence to which the address leads.
    """
    parameters = list(state.first_hits.parameters())
    if offset:
        parameters.append(("offset", str(offset)))
    fragment = f"#{quote(anchor(sentence))}" if sentence else ""
    return page_url(f"/documents/{reference}", parameters) + fragment


def searched_phrase(state: PageState) -> str:
    """Return the words of the query as a phrase, without the filters typed beside them."""
    words = state.q if state.literal else without_typed(state.q)
    return " ".join(words.replace('"', " ").split())


def trace_url(
    state: PageState, phrases: Iterable[str], *, normalized: bool = False
) -> str:
    """Return the address of phrases through the years, in the filters of *state*."""
    parameters = [("phrase", phrase) for phrase in phrases]
    parameters += [("normalize", "1")] if normalized else []
    return page_url("/trace", [*parameters, *state.first_hits.parameters()])


def in_language(path: str, query: QueryParams, language: str) -> str:
    """Return the address of the same page in another language."""
    others = [pair for pair in query.multi_items() if pair[0] != "lang"]
    return page_url(path, [*others, ("lang", language)])
