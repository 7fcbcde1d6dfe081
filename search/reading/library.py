"""The documents of an index in order of date, and what they are called by."""

from __future__ import annotations

from indexer.ingest.edition import Edition
from indexer.ingest.sentence import Sentence
from search.closest_name import nearest
from search.index import Index
from search.not_found import NotInIndexError
from search.present.terminal import citation


def editions(index: Index) -> list[Edition]:
    """Return the documents that hold a sentence, from the oldest to the newest."""
    return index.editions


def by_name(index: Index) -> dict[str, Edition]:
    """Return the same by their names."""
    return {edition.document: edition for edition in editions(index)}


def edition(index: Index, name: str) -> Edition:
    """Return the document of that name.

    Raises:
        NotInIndexError: There is none; it names the nearest.
    """
    known = by_name(index)
    if name not in known:
        raise NotInIndexError("document", name, nearest(name, list(known)) or "")
    return known[name]


def cited(sentence: Sentence, edition: Edition) -> str:
    """Return how a report cites a sentence: title, date, paragraph and sentence."""
    parts = [edition.title or edition.document, edition.date, citation(sentence)]
    return ", ".join(dict.fromkeys(filter(None, parts)))
