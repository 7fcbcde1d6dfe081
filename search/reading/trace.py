"""A phrase through the years: how many sentences of each document have it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from indexer.ingest.edition import Edition
from search.engine.similarity import Similarity
from search.index import Index
from search.reading.library import editions
from search.results import Hit

NEAR = 0.5
"""Which share of the phrase's terms, by weight, the closest sentence must hold."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A phrase in one document: how many sentences have it, and the closest to it.

    Where none has it, the closest is one that has much of it, if there is any, and is
    marked by what it has.
    """

    edition: Edition
    sentences: int
    closest: Hit | None

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            **self.edition.to_json(),
            "sentences": self.sentences,
            "closest": self.closest.to_json() if self.closest else None,
        }


def trace(index: Index, phrase: str) -> list[Trace]:
    """Follow *phrase* through the documents of *index*, from the oldest to the newest.

    It is looked for as `search` looks for a phrase in quotation marks, so abbreviations
    and spacing make no difference.
    """
    everything = index.manifest.sentences
    having = _by_document(index.search(quoted(phrase), limit=everything).hits)
    near = _by_document(index.search(phrase, limit=everything, exact=True).hits)
    traces: list[Trace] = []
    for edition in editions(index):
        found = having.get(edition.document, [])
        closest = next(iter(found), None)
        if not closest:
            others = near.get(edition.document, [])
            closest = _near(others, phrase, index.similarity)
        traces.append(Trace(edition, len(found), closest))
    return traces


def quoted(phrase: str) -> str:
    """Return the query that looks for *phrase* as one."""
    return '"' + phrase.replace('"', " ") + '"'


def _by_document(hits: Sequence[Hit]) -> dict[str, list[Hit]]:
    found: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        found[hit.sentence.document].append(hit)
    return found


def _near(hits: Sequence[Hit], phrase: str, similarity: Similarity) -> Hit | None:
    """Return the best of *hits* if it holds enough of the phrase."""
    if not hits:
        return None
    wanted = similarity.weights(phrase)
    held = similarity.weights(hits[0].sentence.text)
    share = sum(weight for term, weight in wanted.items() if term in held)
    return hits[0] if share >= NEAR * sum(wanted.values()) else None
