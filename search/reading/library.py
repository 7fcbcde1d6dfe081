"""The documents of an index in order of date, and what they are called by."""

from __future__ import annotations

from indexer.ingest.edition import Edition
from indexer.ingest.sentence import Sentence
from search.index import Index
from search.present.terminal import citation


def editions(index: Index) -> list[Edition]:
    """Return the documents that hold a sentence, from the oldest to the newest."""
    return index.editions


def by_name(index: Index) -> dict[str, Edition]:
    """Return the same by their names."""
    return index.editions_by_name


def edition(index: Index, name: str) -> Edition:
    """Return the document of that name.

    Raises:
        NotInIndexError: There is none; it names the nearest.
    """
    return index.edition(name)


def cited(sentence: Sentence, edition: Edition) -> str:
    """Return how a report cites a sentence: title, date, paragraph and sentence."""
    parts = [edition.title or edition.document, edition.date, citation(sentence)]
    return ", ".join(dict.fromkeys(filter(None, parts)))
