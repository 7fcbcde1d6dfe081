"""The result of a search, and the JSON of sentences and words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from indexer.ingest.sentence import Sentence
from search.engine.highlighting import Span

if TYPE_CHECKING:
    from indexer.ingest.edition import Edition

SCHEMA = 1
"""Version of the JSON; it rises when a key is removed or changes its meaning."""


class Hit(NamedTuple):
    """A sentence of the result: its rank from 1, its BM25 score, and the spans to mark.

    Spans are sorted, disjoint pairs of offsets in `sentence.text`, in characters.
    """

    rank: int
    sentence: Sentence
    score: float
    spans: tuple[Span, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the hit as a JSON object: the keys of its sentence, rank, score and spans.

        The score is rounded to six decimals.
        """
        sentence = sentence_to_json(self.sentence)
        return {
            "rank": self.rank,
            **sentence,
            "score": round(self.score, 6),
            "spans": [list(span) for span in self.spans],
        }


class SearchResult:
    """The answer to a query; iterating over it yields the hits, best first.

    `total` counts the sentences with the words; `hits` has those from the offset up to the
    limit. Last come `uncounted` sentences that have only parts of a compound, or the
    letters of the query only across word boundaries; `total` leaves them out.
    `understood` is the query after expansion, as `search.engine.clauses.to_json` returns
    it, None if nothing can be searched. `notes` are sentences for the user on how the
    query was read. `facets` counts the values of the sentences in `total`:
    {"speaker": {"양 장관": 5}, "act": …, "document": …, "year": …}.
    `editions` has the documents of the index by name.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (fields; `dataclasses` takes 1 ms to import)
        self,
        query: str,
        understood: dict[str, Any] | None,
        total: int,
        hits: tuple[Hit, ...],
        notes: tuple[str, ...],
        facets: dict[str, dict[str, int]] | None = None,
        editions: dict[str, Edition] | None = None,
        uncounted: int = 0,
    ) -> None:
        self.query = query
        self.understood = understood
        self.total = total
        self.hits = hits
        self.notes = notes
        self.facets = facets or {}
        self.editions = editions or {}
        self.uncounted = uncounted

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SearchResult) and vars(self) == vars(other)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def year(self, hit: Hit) -> int | None:
        """Return the year of the hit's document, None if the document states none."""
        edition = self.editions.get(hit.sentence.document)
        return edition.year if edition else None

    def to_json(self) -> dict[str, Any]:
        """Return the result as a JSON object; each hit also has the key `year`."""
        return {
            "schema": SCHEMA,
            "query": self.query,
            "understood": self.understood,
            "total": self.total,
            "uncounted": self.uncounted,
            "hits": [{**hit.to_json(), "year": self.year(hit)} for hit in self.hits],
            "notes": list(self.notes),
            "facets": self.facets,
        }


def sentences_to_json(reference: str, sentences: Iterable[Sentence]) -> dict[str, Any]:
    """Return the sentences that the typed *reference* names as a JSON object."""
    records = [sentence_to_json(sentence) for sentence in sentences]
    return {"schema": SCHEMA, "reference": reference, "sentences": records}


def words_to_json(prefix: str, words: Iterable[tuple[str, int]]) -> dict[str, Any]:
    """Return completions of *prefix*, with the sentences of each, as a JSON object."""
    records = [{"word": word, "sentences": number} for word, number in words]
    return {"schema": SCHEMA, "prefix": prefix, "words": records}


def sentence_to_json(sentence: Sentence) -> dict[str, Any]:
    """Return a sentence as a JSON object; its number is under the key `sentence`."""
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
        "page": sentence.page,
    }
