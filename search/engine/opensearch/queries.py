"""Clauses as the server's own queries; none of them scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from indexer.analysis.analyzer import BIGRAM_MARK
from indexer.ingest.reference import ParagraphRef, RecordRef, Reference, SentenceRef
from indexer.opensearch.mapping import (
    EDGES,
    ID,
    LETTERS,
    MORPHEMES,
    NUMBER,
    PART,
    key,
    pair_variants,
)
from indexer.whoosh_format.reader import TERMS
from search.engine.clauses import And, Clause, Or, TermQuery, TermsFilter, WordQuery
from search.engine.scoring import kind_weight

Query: TypeAlias = dict[str, Any]

_NONE: Query = {"match_none": {}}


def having(clause: Clause) -> Query:
    """Return the query for the sentences that have *clause*."""
    if isinstance(clause, WordQuery):
        return _any(_concept(clause))
    if isinstance(clause, Or):
        return _any(list(map(having, clause.clauses)))
    if isinstance(clause, And):
        return _all(list(map(having, clause.clauses)))
    if isinstance(clause, TermsFilter):
        return _terms(clause.field, clause.values)
    if isinstance(clause, TermQuery):
        return _terms(TERMS, [clause.term])
    return {"bool": {"must_not": [having(clause.clause)]}}


def named(reference: Reference) -> Query:
    """Return the query for the sentences of *reference*; ids of both kinds look alike."""
    if isinstance(reference, SentenceRef | RecordRef):
        return _terms(ID, [reference.name])
    document = _terms("document", [reference.document])
    if isinstance(reference, ParagraphRef):
        return _all([document, _terms(PART, [reference.part])])
    return document


def numbered(numbers: Sequence[int]) -> Query:
    """Return the query for the sentences of *numbers*."""
    if isinstance(numbers, range):
        return {"range": {NUMBER: {"gte": numbers.start, "lt": numbers.stop}}}
    return {"terms": {NUMBER: list(numbers)}}


def scored(
    among: Sequence[Query], but: Sequence[Query], weights: Mapping[str, float]
) -> Query:
    """Return the query that scores what all of *among* find, *but* none of those."""
    return {
        "bool": {
            "filter": list(among),
            "must_not": list(but),
            "should": [term(name, weight) for name, weight in weights.items()],
        }
    }


def term(name: str, weight: float) -> Query:
    """Return the query that scores a term by its weight."""
    boost = weight * kind_weight(name)
    return {"term": {TERMS: {"value": key(name), "boost": boost}}}


def ranked(query: Query, size: int) -> Query:
    """Return a search for the best *size* of a query; ties stand in the text's order."""
    return {
        "query": query,
        "size": size,
        "sort": [{"_score": "desc"}, {NUMBER: "asc"}],
        "track_total_hits": True,
    }


def _concept(concept: WordQuery) -> list[Query]:
    single = [sequence[0] for sequence in concept.term_sequences if len(sequence) == 1]
    found = [
        _side_by_side(sequence)
        for sequence in concept.term_sequences
        if len(sequence) > 1
    ]
    if names := [*concept.part_terms, *single]:
        found.append(_terms(TERMS, names))
    if concept.boundary:
        found.append(_terms(EDGES, [concept.boundary]))
    if concept.substring:
        found.append(_spelling(concept.substring, apart=True))
    return found


def _side_by_side(sequence: Sequence[str]) -> Query:
    if not sequence[0].startswith(BIGRAM_MARK):
        return {"match_phrase": {MORPHEMES: " ".join(map(key, sequence))}}
    # BigramIndex of syllables spell a word where they overlap.
    first, *rest = (gram.removeprefix(BIGRAM_MARK) for gram in sequence)
    word = first + "".join(pair[-1] for pair in rest)
    pairs = [_terms(TERMS, [gram]) for gram in sequence]
    return _all([*pairs, _spelling(word, apart=False)])


def _spelling(stretch: str, *, apart: bool) -> Query:
    """Return the query for the sentences whose letters spell *stretch*."""
    places = pair_variants(stretch, spaced=apart)
    if len(places) == 1:
        return _terms(LETTERS, places[0])
    if all(len(pairs) == 1 for pairs in places):
        return {"match_phrase": {LETTERS: " ".join(pair for (pair,) in places)}}
    clauses = [_span(pairs) for pairs in places]
    return {"span_near": {"clauses": clauses, "slop": 0, "in_order": True}}


def _span(pairs: Sequence[str]) -> Query:
    spans: list[Query] = [{"span_term": {LETTERS: pair}} for pair in pairs]
    return spans[0] if len(spans) == 1 else {"span_or": {"clauses": spans}}


def _terms(field: str, values: Sequence[str]) -> Query:
    return {"terms": {field: list(dict.fromkeys(map(key, values)))}}


def _any(queries: list[Query]) -> Query:
    if len(queries) > 1:
        return {"bool": {"should": queries, "minimum_should_match": 1}}
    return queries[0] if queries else _NONE


def _all(queries: list[Query]) -> Query:
    return {"bool": {"filter": queries}}
