"""The engine on a server: an OpenSearch index, as `indexer.opensearch.mapping` has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from threading import get_ident
from typing import Any
from uuid import uuid4

from indexer.ingest.reference import RecordRef, Reference, SentenceRef, reference_of
from indexer.ingest.sentence import Sentence
from indexer.opensearch.address import Server
from indexer.opensearch.client import Client, patiently, searched
from indexer.opensearch.mapping import NUMBER, frequency, sentence_of
from indexer.whoosh_format.reader import TAGS
from search.engine.clauses import Clause
from search.engine.opensearch.queries import (
    Query,
    having,
    named,
    numbered,
    ranked,
    scored,
    term,
)
from search.engine.protocol import Ranked, Ranking, TermScore
from search.engine.scoring import below, kind_weight

_PAGE = 10_000
"""How many hits or values a server gives at a time, unless it is told otherwise."""
_KEPT = 1 << 10
"""How many answers to the same question are kept: a generation does not change."""
_MOST_SENTENCES = 1 << 14
"""From so many sentences on those that are kept are forgotten."""
_TERMS_AT_ONCE = 500
"""How many terms one search scores where there may be more; a server has a limit."""


class OpenSearchEngine:
    """Searches a generation on a server; see `search.engine.protocol.Engine`."""

    def __init__(self, client: Client, server: Server, index: str) -> None:
        self._client = client
        self._server = server
        self._where = {
            "index": index,
            "search_type": "dfs_query_then_fetch",
            "allow_partial_search_results": False,
        }
        self._name = uuid4().hex
        self._sentences: dict[int, Sentence] = {}
        self._numbers: dict[Reference, int] = {}
        self._sentence_numbers = lru_cache(_KEPT)(self._find_numbers)
        self._counted = lru_cache(_KEPT)(self._count)
        self._tag_counts = lru_cache(_KEPT)(self._count_tags)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def rank(
        self,
        tiers: Sequence[Clause],
        weights: Mapping[str, float],
        *,
        limit: int,
        offset: int,
        counted: bool = True,
    ) -> Ranking:
        """Rank the sentences that have one of *tiers*, an earlier one above a later."""
        wanted = limit + offset
        if len(self._sentences) >= _MOST_SENTENCES:
            self._sentences, self._numbers = {}, {}
        found = list(map(having, tiers))
        bodies = [
            ranked(scored([tier], found[:number], weights), min(wanted, _PAGE))
            for number, tier in enumerate(found)
        ]
        hits: list[Ranked] = []
        totals: list[int] = []
        # What is not counted is not asked for before it is needed.
        groups = [bodies] if counted else [[body] for body in bodies]
        for group in groups:
            if len(hits) == wanted and not counted:
                break
            for body, answer in zip(group, self._asked(group), strict=True):
                totals.append(answer["hits"]["total"]["value"])
                ceiling = hits[-1].score if hits else None
                tier = len(totals) - 1
                for hit in self._hits(body, answer, wanted - len(hits)):
                    self._keep(hit)
                    score, number = hit["sort"]
                    hits.append(Ranked(number, below(ceiling, score), tier))
        return Ranking(tuple(totals), tuple(hits[offset:]))

    def count(self, clause: Clause) -> int:
        """Return how many sentences have *clause*."""
        return self._counted(clause)

    def finds(self, clause: Clause) -> bool:
        """Tell whether any sentence has *clause*."""
        return bool(self.count(clause))

    def has(self, number: int, clause: Clause) -> bool:
        """Return whether the sentence of that number matches *clause*."""
        query = scored([numbered([number]), having(clause)], [], {})
        (answer,) = self._asked([{"query": query, "size": 0}])
        return bool(answer["hits"]["total"]["value"])

    def scores(
        self, number: int, weights: Mapping[str, float]
    ) -> tuple[TermScore, ...]:
        """Return what each term adds to the score of a sentence, most first."""
        names = list(weights)
        bodies = [
            {
                "query": {"bool": {"filter": [numbered([number])], "must": [one]}},
                "explain": True,
                "_source": False,
            }
            for one in (term(name, weights[name]) for name in names)
        ]
        found = [
            _term_score(name, weights[name] * kind_weight(name), hit)
            for name, answer in zip(names, self._asked(bodies), strict=True)
            for hit in answer["hits"]["hits"]
        ]
        return tuple(sorted(found, key=lambda score: -score.score))

    def counts(self, clause: Clause, field: str) -> dict[str, int]:
        """Return how many sentences with *clause* have each value of a field."""
        return dict(self._tag_counts(clause)[field])

    def tags(self, field: str) -> list[str]:
        """Return the values that sentences have of a field."""
        return sorted(self._tag_counts(None)[field])

    def weigh(
        self, weights: Mapping[str, float], numbers: range, limit: int
    ) -> dict[int, float]:
        """Return the scores of the best of the sentences *numbers*."""
        names = list(weights)
        scores: dict[int, float] = {}
        for start in range(0, len(names), _TERMS_AT_ONCE):
            some = {name: weights[name] for name in names[start:][:_TERMS_AT_ONCE]}
            query = scored([numbered(numbers)], [], some)
            query["bool"]["minimum_should_match"] = 1
            for hit in self._every(ranked(query, _PAGE)):
                self._keep(hit)
                score, number = hit["sort"]
                scores[number] = scores.get(number, 0.0) + score
        best = sorted(scores.items(), key=lambda item: -item[1])[:limit]
        return {number: score for number, score in best if score}

    def sentence_numbers(self, reference: Reference) -> range:
        """Return the numbers of the sentences of *reference*."""
        number = self._numbers.get(reference)
        if number is not None:
            return range(number, number + 1)
        return self._sentence_numbers(reference)

    def ids(self, numbers: Sequence[int]) -> list[str]:
        """Return the ids of sentences."""
        return [sentence.id for sentence in self.stored_sentences(numbers)]

    def stored_sentences(self, numbers: Sequence[int]) -> list[Sentence]:
        """Return the sentences of *numbers*."""
        cached = self._sentences
        sentences = {n: cached[n] for n in numbers if n in cached}
        if len(numbers) > len(sentences) and isinstance(numbers, range):
            sentences = self._fetched(numbers)
        missing = [n for n in dict.fromkeys(numbers) if n not in sentences]
        for start in range(0, len(missing), _PAGE):
            sentences |= self._fetched(missing[start : start + _PAGE])
        return [sentences[number] for number in numbers]

    def _fetched(self, numbers: Sequence[int]) -> dict[int, Sentence]:
        query = numbered(numbers)
        body = {"query": query, "size": _PAGE, "sort": [{NUMBER: "asc"}]}
        return {hit["sort"][0]: self._keep(hit) for hit in self._every(body)}

    def _count(self, clause: Clause) -> int:
        """Return how many sentences have *clause*."""
        body = {"query": having(clause), "size": 0, "track_total_hits": True}
        (answer,) = self._asked([body])
        total: int = answer["hits"]["total"]["value"]
        return total

    def _find_numbers(self, reference: Reference) -> range:
        """Return the range that begins with the first sentence of *reference*."""
        body = {
            "query": named(reference),
            "size": 1,
            "sort": [{NUMBER: "asc"}],
            "track_total_hits": True,
        }
        (answer,) = self._asked([body])
        for hit in answer["hits"]["hits"]:
            sentence = self._keep(hit)
            if isinstance(reference, SentenceRef | RecordRef):
                same = reference_of(sentence) == reference
                return range(hit["sort"][0], hit["sort"][0] + same)
            count = answer["hits"]["total"]["value"]
            return range(hit["sort"][0], hit["sort"][0] + count)
        return range(0)

    def _count_tags(self, clause: Clause | None) -> dict[str, dict[str, int]]:
        """Return how many sentences with *clause* have each value of each field."""
        body: Query = {
            "size": 0,
            "aggs": {name: {"terms": {"field": name, "size": _PAGE}} for name in TAGS},
        }
        if clause is not None:
            body["query"] = having(clause)
        (answer,) = self._asked([body])
        counts = {}
        for name in TAGS:
            buckets = answer["aggregations"][name]["buckets"]
            found = {bucket["key"]: bucket["doc_count"] for bucket in buckets}
            if len(buckets) == _PAGE:
                found = dict(self._all_values(body, name))
            ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
            counts[name] = dict(ordered)
        return counts

    def _all_values(self, body: Query, field: str) -> Iterator[tuple[str, int]]:
        """Yield all values of a field that has very many, page by page."""
        pages: Query = {
            "size": _PAGE,
            "sources": [{"value": {"terms": {"field": field}}}],
        }
        while True:
            asked = {**body, "aggs": {"values": {"composite": pages}}}
            (answer,) = self._asked([asked])
            found = answer["aggregations"]["values"]
            for bucket in found["buckets"]:
                yield bucket["key"]["value"], bucket["doc_count"]
            if "after_key" not in found:
                return
            pages["after"] = found["after_key"]

    def _every(self, body: Query) -> Iterator[dict[str, Any]]:
        """Yield all hits of a search."""
        (answer,) = self._asked([body])
        return self._hits(body, answer, None)

    def _hits(
        self, body: Query, answer: dict[str, Any], wanted: int | None
    ) -> Iterator[dict[str, Any]]:
        """Yield as many hits as are wanted; *answer* has the first page of them."""
        hits = answer["hits"]["hits"]
        while hits and wanted != 0:
            page = hits if wanted is None else hits[:wanted]
            yield from page
            if wanted is not None:
                wanted -= len(page)
            if len(hits) < body["size"] or wanted == 0:
                return
            following = {**body, "search_after": hits[-1]["sort"]}
            hits = self._asked([following])[0]["hits"]["hits"]

    def _keep(self, hit: dict[str, Any]) -> Sentence:
        """Cache the sentence of a hit, which is sorted by its number last; return it."""
        sentence = sentence_of(hit["_source"])
        number = hit["sort"][-1]
        self._sentences[number] = sentence
        self._numbers[reference_of(sentence)] = number
        return sentence

    def _asked(self, bodies: Sequence[Query]) -> list[dict[str, Any]]:
        """Return the answers to searches, which are sent together."""
        if not bodies:
            return []
        # Copies of a shard may differ in what they count: whoever turns pages asks the
        # same ones, and others may ask others.
        preference = f"{self._name}-{get_ident()}"
        where = {**self._where, "preference": preference}
        lines = [line for body in bodies for line in (where, body)]
        return patiently(self._server, lambda: searched(self._client, lines))


def _term_score(name: str, weight: float, hit: dict[str, Any]) -> TermScore:
    """Read from the server's explanation of a score what it follows from."""
    told: dict[str, float] = {}
    _tell(hit["_explanation"], told)
    times, length = frequency(told["doc.freq"])
    return TermScore(
        term=name,
        weight=weight,
        frequency=times,
        length=length,
        sentences=int(told["term.docFreq"]),
        score=hit["_score"],
    )


def _tell(explanation: dict[str, Any], told: dict[str, float]) -> None:
    told[explanation["description"].split(" ")[0]] = explanation["value"]
    for inner in explanation["details"]:
        _tell(inner, told)
