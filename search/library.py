"""The documents of an index in order of date, and what they are called by."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from indexer.edition import Edition
from indexer.errors import CommuniqueError
from indexer.sentence import Sentence
from search.index import Index, NotInIndexError
from search.terminal import citation


class UnknownReferenceError(CommuniqueError):
    """A document, a paragraph or a sentence that the index does not hold."""

    def __init__(self, kind: str, reference: str, nearest: str) -> None:
        super().__init__(
            f"the index holds no {kind} {reference!r}; the nearest is {nearest}."
        )


def editions(index: Index) -> list[Edition]:
    """Return the documents that hold a sentence, from the oldest to the newest."""
    return index.editions


def by_name(index: Index) -> dict[str, Edition]:
    """Return the same by their names."""
    return {edition.document: edition for edition in editions(index)}


def edition(index: Index, name: str) -> Edition:
    """Return the document of that name.

    Raises:
        UnknownReferenceError: There is none; it names the nearest.
    """
    known = by_name(index)
    if name not in known:
        raise UnknownReferenceError("document", name, _nearest(name, list(known)))
    return known[name]


def sentences(index: Index, reference: str) -> list[Sentence]:
    """Return the sentences of a document, a paragraph or a sentence by its id.

    Raises:
        UnknownReferenceError: The index holds none of that name; it names the nearest.
    """
    try:
        return index.show(reference)
    except NotInIndexError:
        names = [edition.document for edition in editions(index)]
        document, colon, _ = reference.partition(":")
        if not colon:
            nearest = _nearest(reference, names)
            raise UnknownReferenceError("document", reference, nearest) from None
        inside = index.document(_nearest(document, names))
        ids = [sentence.id for sentence in inside]
        nearest = _nearest(reference, ids)
        raise UnknownReferenceError("sentence", reference, nearest) from None


def cited(sentence: Sentence, edition: Edition) -> str:
    """Return how a report cites a sentence: title, date, paragraph and sentence."""
    parts = [edition.title or edition.document, edition.date, citation(sentence)]
    return ", ".join(dict.fromkeys(filter(None, parts)))


def _nearest(name: str, names: Sequence[str]) -> str:
    return get_close_matches(name, names, n=1, cutoff=0)[0]
