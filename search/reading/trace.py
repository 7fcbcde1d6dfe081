"""A phrase through the years: the number of sentences of each document that have it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from indexer.ingest.edition import Edition
from search.engine.similarity import Similarity
from search.index import Index
from search.query.filters import Filter
from search.results import Hit

NEAR = 0.5
"""Least share of the weight of the phrase's terms that a closest sentence has."""


class DocumentTrace(NamedTuple):
    """A phrase in one document: the number of sentences with it, and the best of them.

    If no sentence has it, `closest` is the best match for its single words, provided
    that it has at least `NEAR` of their weight.
    """

    edition: Edition
    sentences: int
    closest: Hit | None

    def to_json(self) -> dict[str, Any]:
        """Return the document, the count and the closest sentence as a JSON object."""
        return {
            **self.edition.to_json(),
            "sentences": self.sentences,
            "closest": self.closest.to_json() if self.closest else None,
        }


class Trace(NamedTuple):
    """A phrase in every document, the oldest first, and the notes of its search."""

    phrase: str
    documents: tuple[DocumentTrace, ...]
    notes: tuple[str, ...]

    def __bool__(self) -> bool:
        return any(document.sentences for document in self.documents)

    def to_json(self) -> dict[str, Any]:
        """Return the phrase, the documents and the notes as a JSON object."""
        return {
            "phrase": self.phrase,
            "documents": [document.to_json() for document in self.documents],
            "notes": list(self.notes),
        }


def trace(index: Index, phrase: str) -> Trace:
    """Follow *phrase* through the documents of *index*, from the oldest to the newest.

    The query is the phrase in quotation marks, so abbreviations and spacing make no
    difference, and `year:1999` is text. So are the single words of the closest sentence.
    """
    limit = index.manifest.sentences
    result = index.search(phrase_query(phrase), limit=limit, uncounted=False)
    exact = _by_document(result.hits)
    words = " ".join(f'"{word}"' for word in phrase.replace('"', " ").split())
    partial = _by_document(index.search(words, limit=limit, exact=True).hits)
    documents: list[DocumentTrace] = []
    for edition in index.editions:
        hits = exact.get(edition.document, [])
        closest = next(iter(hits), None)
        if not closest:
            candidates = partial.get(edition.document, [])
            closest = _near(candidates, phrase, index.similarity)
        documents.append(DocumentTrace(edition, len(hits), closest))
    return Trace(phrase, tuple(documents), result.notes)


def phrase_query(phrase: str) -> str:
    """Return the query for a phrase, in which its marks and operators are text."""
    return '"' + phrase.replace('"', " ") + '"'


class PhraseYears(NamedTuple):
    """How many sentences of each year and of each document have a phrase."""

    phrase: str
    by_year: dict[int, int]
    by_document: dict[str, int]
    notes: tuple[str, ...]


def phrase_years(
    index: Index, phrase: str, filters: Sequence[Filter] = ()
) -> PhraseYears:
    """Count *phrase* as `trace` does, among the sentences that match *filters*.

    No sentence is read. Documents without a year are in `by_document` alone.
    """
    result = index.search(
        phrase_query(phrase), limit=0, uncounted=False, filters=filters
    )
    by_document = result.facets.get("document", {})
    by_year = {int(year): n for year, n in result.facets.get("year", {}).items()}
    return PhraseYears(phrase, by_year, by_document, result.notes)


def sentences_by_year(index: Index) -> dict[int, int]:
    """Return how many sentences the documents of each year have, the oldest year first."""
    counts: Counter[int] = Counter()
    for source in index.manifest.sources:
        if source.year:
            counts[source.year] += source.sentences
    return dict(sorted(counts.items()))


def _by_document(hits: Sequence[Hit]) -> dict[str, list[Hit]]:
    by_document: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_document[hit.sentence.document].append(hit)
    return by_document


def _near(hits: Sequence[Hit], phrase: str, similarity: Similarity) -> Hit | None:
    """Return the best of *hits* if it has enough of the phrase's terms."""
    if not hits:
        return None
    weights = similarity.weights(phrase)
    sentence_terms = similarity.weights(hits[0].sentence.text)
    shared = sum(weight for term, weight in weights.items() if term in sentence_terms)
    return hits[0] if shared >= NEAR * sum(weights.values()) else None
