"""What a search returns, and its JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from indexer.ingest.sentence import Sentence
from search.engine.highlighting import Span

if TYPE_CHECKING:
    from indexer.ingest.edition import Edition

SCHEMA = 1
"""Version of the JSON; raised when a key changes its meaning or goes."""


class Hit(NamedTuple):
    """A sentence that was found: its rank from 1, its score, and what to mark in it."""

    rank: int
    sentence: Sentence
    score: float
    spans: tuple[Span, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the hit as a JSON object."""
        sentence = sentence_to_json(self.sentence)
        return {
            "rank": self.rank,
            **sentence,
            "score": round(self.score, 6),
            "spans": [list(span) for span in self.spans],
        }


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer to a query; iterating over it gives the hits, best first.

    `total` counts every sentence found, `hits` holds those asked for. `understood` is
    the query as it was read, and `notes` are sentences for the user about that.
    `facets` count the values of `speaker`, `act`, `document` and `year` among all that was
    found; `editions` tell of the documents.
    """

    query: str
    understood: dict[str, Any] | None
    total: int
    hits: tuple[Hit, ...]
    notes: tuple[str, ...]
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    editions: dict[str, Edition] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def year(self, hit: Hit) -> int | None:
        """Return the year of a hit's document, if it tells."""
        edition = self.editions.get(hit.sentence.document)
        return edition.year if edition else None

    def to_json(self) -> dict[str, Any]:
        """Return the result as a JSON object."""
        return {
            "schema": SCHEMA,
            "query": self.query,
            "understood": self.understood,
            "total": self.total,
            "hits": [{**hit.to_json(), "year": self.year(hit)} for hit in self.hits],
            "notes": list(self.notes),
            "facets": self.facets,
        }


def sentences_to_json(reference: str, sentences: Iterable[Sentence]) -> dict[str, Any]:
    """Return what *reference* names as a JSON object."""
    records = [sentence_to_json(sentence) for sentence in sentences]
    return {"schema": SCHEMA, "reference": reference, "sentences": records}


def words_to_json(prefix: str, words: Iterable[tuple[str, int]]) -> dict[str, Any]:
    """Return the words that *prefix* begins as a JSON object."""
    records = [{"word": word, "sentences": number} for word, number in words]
    return {"schema": SCHEMA, "prefix": prefix, "words": records}


def sentence_to_json(sentence: Sentence) -> dict[str, Any]:
    """Return a sentence and its place as a JSON object."""
    return {
        "id": sentence.id,
        "document": sentence.document,
        "paragraph": sentence.paragraph,
        "sentence": sentence.number,
        "start": sentence.start,
        "end": sentence.end,
        "text": sentence.text,
        "speaker": sentence.speaker,
        "act": sentence.act,
    }
