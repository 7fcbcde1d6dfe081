"""Clauses: what a sentence must have, in terms, for a query to find it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple, TypeAlias

from indexer.analysis.analyzer import GRAM_MARK, WHOLE_MARK


class WordQuery(NamedTuple):
    """A word or phrase of the query.

    A sentence has it when the terms of one of `sequences` stand side by side in it, when
    it holds one of `parts`, when `edge`, a word of two syllables, is at the edge of a
    longer morpheme, or when its squeezed text holds `stretch`. `terms` is what it scores
    by, and `key` the word without particles, squeezed. `also` are other forms of it,
    and `step` is why it stands in for what was typed, if it does.
    """

    text: str
    phrase: bool = False
    sequences: tuple[tuple[str, ...], ...] = ()
    parts: tuple[str, ...] = ()
    edge: str | None = None
    stretch: str | None = None
    terms: tuple[str, ...] = ()
    key: str = ""
    also: tuple[WordQuery, ...] = ()
    step: str | None = None

    @property
    def whole(self) -> WordQuery:
        """The concept without its parts and other forms: the word as it was typed."""
        return self._replace(parts=(), also=())


class And(NamedTuple):
    """A sentence has it when it has all of the clauses."""

    clauses: tuple[Clause, ...]
    kind: Literal["and"] = "and"


class Or(NamedTuple):
    """A sentence has it when it has one of the clauses."""

    clauses: tuple[Clause, ...]
    kind: Literal["or"] = "or"


class Not(NamedTuple):
    """A sentence has it when it does not have the clause."""

    clause: Clause
    kind: Literal["not"] = "not"


class TermsFilter(NamedTuple):
    """A sentence has it when its value of a field is one of those given."""

    field: str
    values: tuple[str, ...]


Clause: TypeAlias = WordQuery | And | Or | Not | TermsFilter


def replaced(clause: Clause, change: Callable[[WordQuery], Clause]) -> Clause:
    """Return *clause* with each of its concepts changed."""
    if isinstance(clause, WordQuery):
        return change(clause)
    if isinstance(clause, TermsFilter):
        return clause
    if isinstance(clause, Not):
        return Not(replaced(clause.clause, change))
    clauses = tuple(dict.fromkeys(replaced(inner, change) for inner in clause.clauses))
    return type(clause)(clauses)


def wanted(clause: Clause) -> Iterator[WordQuery]:
    """Yield the words and phrases asked for, those asked to be absent left out."""
    if isinstance(clause, WordQuery):
        yield clause
    elif isinstance(clause, And | Or):
        for inner in clause.clauses:
            yield from wanted(inner)


def to_json(clause: Clause) -> dict[str, Any]:
    """Return the tree as JSON: `and`, `or`, `not`, and words with their terms."""
    if isinstance(clause, WordQuery):
        return _concept_to_json(clause)
    if isinstance(clause, TermsFilter):
        return {clause.field: list(clause.values)}
    if isinstance(clause, Not):
        return {clause.kind: to_json(clause.clause)}
    return {clause.kind: [to_json(inner) for inner in clause.clauses]}


def _concept_to_json(concept: WordQuery) -> dict[str, Any]:
    marks = (GRAM_MARK, WHOLE_MARK)
    terms = [term for term in concept.terms if not term.startswith(marks)]
    record: dict[str, Any] = {
        "phrase" if concept.phrase else "word": concept.text,
        "terms": terms,
    }
    if concept.step:
        record["step"] = concept.step
    if concept.also:
        record["also"] = [_concept_to_json(other) for other in concept.also]
    return record
