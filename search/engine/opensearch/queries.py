"""Clauses and references as queries of the server; only `scored_query` affects the score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from indexer.analysis.analyzer import PAIR_SEPARATOR
from indexer.ingest.reference import ParagraphRef, RecordRef, Reference, SentenceRef
from indexer.opensearch.mapping import (
    BOUNDARIES,
    ID,
    LETTERS,
    MORPHEMES,
    NUMBER,
    PAIRS,
    PART,
    bigram_variants,
    key,
    pair_key,
)
from indexer.whoosh_format.reader import TERMS
from search.engine.clauses import And, Clause, Or, TermQuery, TermsFilter, WordQuery

Query: TypeAlias = dict[str, Any]

_NONE: Query = {"match_none": {}}


def match_query(clause: Clause) -> Query:
    """Return the query for the sentences that match *clause*."""
    if isinstance(clause, WordQuery):
        return _any(_word(clause))
    if isinstance(clause, Or):
        return _any(list(map(match_query, clause.clauses)))
    if isinstance(clause, And):
        return _all(list(map(match_query, clause.clauses)))
    if isinstance(clause, TermsFilter):
        return _terms(clause.field, clause.values)
    if isinstance(clause, TermQuery):
        return _terms(TERMS, [clause.term])
    return {"bool": {"must_not": [match_query(clause.clause)]}}


def reference_query(reference: Reference) -> Query:
    """Return the query for the sentences of *reference*.

    A sentence and a record of the same id have the same query.
    """
    if isinstance(reference, SentenceRef | RecordRef):
        return _terms(ID, [reference.name])
    document = _terms("document", [reference.document])
    if isinstance(reference, ParagraphRef):
        return _all([document, _terms(PART, [reference.part])])
    return document


def number_query(numbers: Sequence[int]) -> Query:
    """Return the query for the sentences of *numbers*."""
    if isinstance(numbers, range):
        return {"range": {NUMBER: {"gte": numbers.start, "lt": numbers.stop}}}
    return {"terms": {NUMBER: list(numbers)}}


def scored_query(
    required: Sequence[Query], excluded: Sequence[Query], weights: Mapping[str, float]
) -> Query:
    """Return the query for what matches all of *required* and none of *excluded*.

    The score is the sum over the terms of *weights*.
    """
    return {
        "bool": {
            "filter": list(required),
            "must_not": list(excluded),
            "should": [term_query(term, weight) for term, weight in weights.items()],
        }
    }


def term_query(term: str, weight: float) -> Query:
    """Return the query that scores one term."""
    is_pair = PAIR_SEPARATOR in term
    field, value = (PAIRS, pair_key(term)) if is_pair else (TERMS, term)
    return {"term": {field: {"value": key(value), "boost": weight}}}


def ranking_search(query: Query, size: int) -> Query:
    """Return the search for the best *size* hits of *query*, ties by number."""
    return {
        "query": query,
        "size": size,
        "sort": [{"_score": "desc"}, {NUMBER: "asc"}],
        "track_total_hits": True,
    }


def ordered_search(query: Query, size: int) -> Query:
    """Return the search for the first *size* hits of *query* by number."""
    return {
        "query": query,
        "size": size,
        "sort": [{NUMBER: "asc"}],
        "track_total_hits": True,
    }


def _word(word: WordQuery) -> list[Query]:
    """Return the queries of which a sentence must match one."""
    queries = [_sequence(terms) for terms in word.term_sequences if len(terms) > 1]
    single = [terms[0] for terms in word.term_sequences if len(terms) == 1]
    pieces = [word.piece] if word.piece else []
    if terms := [*word.part_terms, *pieces, *single]:
        queries.append(_terms(TERMS, terms))
    if word.compound:
        queries.append(_compound(word))
    if word.inside:
        queries.append(_substring(word.inside, within_word=True))
    if word.boundary:
        queries.append(_terms(BOUNDARIES, [word.boundary]))
    if word.substring:
        queries.append(_substring(word.substring))
    if word.numbers:
        queries.append(number_query(word.numbers))
    return queries


def _sequence(terms: Sequence[str]) -> Query:
    if len(terms) == 1:
        return _terms(TERMS, terms)
    return {"match_phrase": {MORPHEMES: " ".join(map(key, terms))}}


def _compound(word: WordQuery) -> Query:
    letters = word.compound or ""
    queries = [_terms(TERMS, [bigram]) for bigram in word.compound_bigrams]
    queries.append(_substring(letters, within_word=True))
    if len(word.compound_sequences) > 1:
        queries.append(_any(list(map(_sequence, word.compound_sequences))))
    return _all(queries)


def _substring(substring: str, *, within_word: bool = False) -> Query:
    """Return the query for the sentences whose text contains the substring.

    Spaces between its letters are ignored unless *within_word*.
    """
    spellings = bigram_variants(substring, spaced=not within_word)
    if len(spellings) == 1:
        return _terms(LETTERS, spellings[0])
    if all(len(bigrams) == 1 for bigrams in spellings):
        return {"match_phrase": {LETTERS: " ".join(one for (one,) in spellings)}}
    clauses = [_span(bigrams) for bigrams in spellings]
    return {"span_near": {"clauses": clauses, "slop": 0, "in_order": True}}


def _span(bigrams: Sequence[str]) -> Query:
    spans: list[Query] = [{"span_term": {LETTERS: bigram}} for bigram in bigrams]
    return spans[0] if len(spans) == 1 else {"span_or": {"clauses": spans}}


def _terms(field: str, values: Sequence[str]) -> Query:
    return {"terms": {field: list(dict.fromkeys(map(key, values)))}}


def _any(queries: list[Query]) -> Query:
    if len(queries) > 1:
        return {"bool": {"should": queries, "minimum_should_match": 1}}
    return queries[0] if queries else _NONE


def _all(queries: list[Query]) -> Query:
    return {"bool": {"filter": queries}}
