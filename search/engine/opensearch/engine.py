"""The engine on a server: searches an index laid out by `indexer.opensearch.mapping`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from threading import get_ident
from typing import Any
from uuid import uuid4

from indexer.ingest.reference import RecordRef, Reference, SentenceRef, reference_of
from indexer.ingest.sentence import Sentence
from indexer.opensearch.address import Server
from indexer.opensearch.client import Client, patiently, search_all
from indexer.opensearch.mapping import frequency, sentence_of
from indexer.whoosh_format.reader import TAGS
from search.engine.clauses import Clause, TermQuery
from search.engine.opensearch.queries import (
    Query,
    match_query,
    number_query,
    ordered_search,
    ranking_search,
    reference_query,
    scored_query,
    term_query,
)
from search.engine.protocol import Ranked, Ranking, TermScore
from search.engine.scoring import scale_below

_PAGE = 10_000
"""The most hits or values that a server returns in one answer by default."""
_MOST_CACHED = 1 << 10
"""How many answers of each kind are cached; a generation does not change."""
_MOST_SENTENCES = 1 << 14
"""How many sentences are cached before the cache is emptied."""
_TERMS_AT_ONCE = 500
"""How many terms one request has at most; a server limits the clauses of a query."""


class OpenSearchEngine:
    """Searches a generation on a server; see `search.engine.protocol.Engine`."""

    def __init__(self, client: Client, server: Server, index: str) -> None:
        self._client = client
        self._server = server
        self._target = {
            "index": index,
            "search_type": "dfs_query_then_fetch",
            "allow_partial_search_results": False,
        }
        self._name = uuid4().hex
        self._sentences: dict[int, Sentence] = {}
        self._numbers: dict[Reference, int] = {}
        self._cached_numbers = lru_cache(_MOST_CACHED)(self._find_numbers)
        self._cached_count = lru_cache(_MOST_CACHED)(self._count)
        self._cached_value_counts = lru_cache(_MOST_CACHED)(self._count_values)

    def close(self) -> None:
        """Close the connections."""
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
        """Rank the sentences that match any of *tiers*, an earlier one above a later."""
        size = limit + offset
        if len(self._sentences) >= _MOST_SENTENCES:
            self._sentences, self._numbers = {}, {}
        queries = list(map(match_query, tiers))
        bodies = [
            ranking_search(
                scored_query([query], queries[:tier], weights), min(size, _PAGE)
            )
            for tier, query in enumerate(queries)
        ]
        hits: list[Ranked] = []
        totals: list[int] = []
        # Without exact totals, a tier is searched only if more hits are needed.
        groups = [bodies] if counted else [[body] for body in bodies]
        for group in groups:
            if len(hits) == size and not counted:
                break
            for body, answer in zip(group, self._answers(group), strict=True):
                tier = len(totals)
                totals.append(answer["hits"]["total"]["value"])
                ceiling = hits[-1].score if hits else None
                for hit in self._hits(body, answer, size - len(hits)):
                    self._cache(hit)
                    score, number = hit["sort"]
                    hits.append(Ranked(number, scale_below(ceiling, score), tier))
        return Ranking(tuple(totals), tuple(hits[offset:]))

    def count(self, clause: Clause) -> int:
        """Return how many sentences match *clause*."""
        return self._cached_count(clause)

    def frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """Return the document frequency of each of *terms*."""
        bodies = [_count_search(TermQuery(term)) for term in terms]
        answers = (
            answer
            for start in range(0, len(bodies), _TERMS_AT_ONCE)
            for answer in self._answers(bodies[start : start + _TERMS_AT_ONCE])
        )
        totals = (answer["hits"]["total"]["value"] for answer in answers)
        return dict(zip(terms, totals, strict=True))

    def has_match(self, clause: Clause) -> bool:
        """Return whether any sentence matches *clause*."""
        return bool(self.count(clause))

    def matches(self, number: int, clause: Clause) -> bool:
        """Return whether the sentence of that number matches *clause*."""
        query = scored_query([number_query([number]), match_query(clause)], [], {})
        (answer,) = self._answers([{"query": query, "size": 0}])
        return bool(answer["hits"]["total"]["value"])

    def term_scores(
        self, number: int, weights: Mapping[str, float]
    ) -> tuple[TermScore, ...]:
        """Return what each term adds to the score of a sentence, most first."""
        sentence = number_query([number])
        bodies = [
            {
                "query": {
                    "bool": {"filter": [sentence], "must": [term_query(term, weight)]}
                },
                "explain": True,
                "_source": False,
            }
            for term, weight in weights.items()
        ]
        scores = [
            _term_score(term, weights[term], hit)
            for term, answer in zip(weights, self._answers(bodies), strict=True)
            for hit in answer["hits"]["hits"]
        ]
        return tuple(sorted(scores, key=lambda score: -score.score))

    def value_counts(self, clause: Clause, field: str) -> dict[str, int]:
        """Return how many sentences that match *clause* have each value of a field."""
        return dict(self._cached_value_counts(clause)[field])

    def field_values(self, field: str) -> list[str]:
        """Return the values of a field, sorted."""
        return sorted(self._cached_value_counts(None)[field])

    def best_scores(
        self, weights: Mapping[str, float], numbers: range, limit: int
    ) -> dict[int, float]:
        """Return the scores of the best of the sentences *numbers*."""
        terms = list(weights)
        scores: dict[int, float] = {}
        for start in range(0, len(terms), _TERMS_AT_ONCE):
            some = {term: weights[term] for term in terms[start:][:_TERMS_AT_ONCE]}
            query = scored_query([number_query(numbers)], [], some)
            query["bool"]["minimum_should_match"] = 1
            for hit in self._all_hits(ranking_search(query, _PAGE)):
                self._cache(hit)
                score, number = hit["sort"]
                scores[number] = scores.get(number, 0.0) + score
        best = sorted(scores.items(), key=lambda item: -item[1])[:limit]
        return {number: score for number, score in best if score}

    def sentence_numbers(self, reference: Reference) -> range:
        """Return the numbers of the sentences of *reference*."""
        number = self._numbers.get(reference)
        if number is not None:
            return range(number, number + 1)
        return self._cached_numbers(reference)

    def ids(self, numbers: Sequence[int]) -> list[str]:
        """Return the ids of sentences."""
        return [sentence.id for sentence in self.stored_sentences(numbers)]

    def stored_sentences(self, numbers: Sequence[int]) -> list[Sentence]:
        """Return the sentences of *numbers*."""
        cached = self._sentences
        sentences = {n: cached[n] for n in numbers if n in cached}
        if len(numbers) > len(sentences) and isinstance(numbers, range):
            sentences = self._fetch(numbers)
        missing = [n for n in dict.fromkeys(numbers) if n not in sentences]
        for start in range(0, len(missing), _PAGE):
            sentences |= self._fetch(missing[start : start + _PAGE])
        return [sentences[number] for number in numbers]

    def _fetch(self, numbers: Sequence[int]) -> dict[int, Sentence]:
        hits = self._all_hits(ordered_search(number_query(numbers), _PAGE))
        return {hit["sort"][0]: self._cache(hit) for hit in hits}

    def _find_numbers(self, reference: Reference) -> range:
        """Return the range from the first sentence of *reference* to the last."""
        (answer,) = self._answers([ordered_search(reference_query(reference), 1)])
        for hit in answer["hits"]["hits"]:
            first: int = hit["sort"][0]
            count: int = answer["hits"]["total"]["value"]
            sentence = self._cache(hit)
            if isinstance(reference, SentenceRef | RecordRef):
                count = int(reference_of(sentence) == reference)
            return range(first, first + count)
        return range(0)

    def _count(self, clause: Clause) -> int:
        (answer,) = self._answers([_count_search(clause)])
        total: int = answer["hits"]["total"]["value"]
        return total

    def _count_values(self, clause: Clause | None) -> dict[str, dict[str, int]]:
        """Return how many sentences that match *clause* have each value of each field."""
        body: Query = {
            "size": 0,
            "aggs": {name: {"terms": {"field": name, "size": _PAGE}} for name in TAGS},
        }
        if clause is not None:
            body["query"] = match_query(clause)
        (answer,) = self._answers([body])
        counts = {}
        for name in TAGS:
            buckets = answer["aggregations"][name]["buckets"]
            of_values = {bucket["key"]: bucket["doc_count"] for bucket in buckets}
            if len(buckets) == _PAGE:
                of_values = dict(self._all_value_counts(body, name))
            ordered = sorted(of_values.items(), key=lambda pair: (-pair[1], pair[0]))
            counts[name] = dict(ordered)
        return counts

    def _all_value_counts(self, body: Query, field: str) -> Iterator[tuple[str, int]]:
        """Yield the counts of a field with more values than a page has, page by page."""
        pages: Query = {
            "size": _PAGE,
            "sources": [{"value": {"terms": {"field": field}}}],
        }
        while True:
            (answer,) = self._answers(
                [{**body, "aggs": {"values": {"composite": pages}}}]
            )
            values = answer["aggregations"]["values"]
            for bucket in values["buckets"]:
                yield bucket["key"]["value"], bucket["doc_count"]
            if "after_key" not in values:
                return
            pages["after"] = values["after_key"]

    def _all_hits(self, body: Query) -> Iterator[dict[str, Any]]:
        """Yield all hits of a search."""
        (answer,) = self._answers([body])
        return self._hits(body, answer, None)

    def _hits(
        self, body: Query, answer: dict[str, Any], most: int | None
    ) -> Iterator[dict[str, Any]]:
        """Yield the first *most* hits of a search, whose first page is in *answer*."""
        hits = answer["hits"]["hits"]
        while hits and most != 0:
            page = hits if most is None else hits[:most]
            yield from page
            if most is not None:
                most -= len(page)
            if len(hits) < body["size"] or most == 0:
                return
            following = {**body, "search_after": hits[-1]["sort"]}
            hits = self._answers([following])[0]["hits"]["hits"]

    def _cache(self, hit: dict[str, Any]) -> Sentence:
        """Cache and return the sentence of a hit, whose last sort value is its number."""
        sentence = sentence_of(hit["_source"])
        number = hit["sort"][-1]
        self._sentences[number] = sentence
        self._numbers[reference_of(sentence)] = number
        return sentence

    def _answers(self, bodies: Sequence[Query]) -> list[dict[str, Any]]:
        """Return the answers to searches, which are sent in one request."""
        if not bodies:
            return []
        # The replicas of a shard may count differently, so the pages of one search must
        # come from the same replicas. Other threads may use other replicas.
        preference = f"{self._name}-{get_ident()}"
        target = {**self._target, "preference": preference}
        lines = [line for body in bodies for line in (target, body)]
        return patiently(self._server, lambda: search_all(self._client, lines))


def _count_search(clause: Clause) -> Query:
    return {"query": match_query(clause), "size": 0, "track_total_hits": True}


def _term_score(term: str, weight: float, hit: dict[str, Any]) -> TermScore:
    """Return the factors of a score, read from the server's explanation of it."""
    factors = dict(_factors(hit["_explanation"]))
    times, length = frequency(factors["doc.freq"])
    return TermScore(
        term=term,
        weight=weight,
        frequency=times,
        length=length,
        sentences=int(factors["term.docFreq"]),
        score=hit["_score"],
    )


def _factors(explanation: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield the values of a nested explanation by the first words of their descriptions."""
    yield explanation["description"].split(" ")[0], explanation["value"]
    for inner in explanation["details"]:
        yield from _factors(inner)
