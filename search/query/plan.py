"""What a query asks of a sentence: its clause after analysis, and what ranks by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any, NamedTuple

from search.engine.clauses import (
    And,
    Clause,
    Or,
    WordQuery,
    map_words,
    positive_words,
    to_json,
)

OTHER_FORM_WEIGHT = 0.2
"""What a term of another form of a word weighs, beside one of the form as typed."""
JOINED_WEIGHT = 0.5
"""What a term weighs that two neighbouring words have only when they are one."""


class Grade(IntEnum):
    """How well a sentence has what was asked for; the better are ranked above."""

    TYPED = 0
    """As it was typed, particles and endings apart."""
    OTHER = 1
    """In another form, such as an abbreviation or a correction."""
    INSIDE = 2
    """At the edge of a longer morpheme, as 중국 in 미합중국."""
    LETTERS = 3
    """In the letters of the query, when spaces and the ends of words do not count."""


class Tier(NamedTuple):
    """A clause to be found, and how well a sentence that has it has the query."""

    grade: Grade
    clause: Clause


@dataclass(frozen=True)
class Meaning:
    """What a query asks for: `clause` is None where no word can be searched.

    `joined` are the terms of neighbouring words taken for one, by which 한미동맹 is above
    한미 … 동맹 for `한미 동맹`.
    `substring` is what the whole query is when nothing but its letters count; sentences
    that hold it and nothing else that was asked for come last. `filter` is what every
    sentence must have besides.
    """

    clause: Clause | None
    notes: tuple[str, ...]
    joined: tuple[str, ...] = ()
    substring: WordQuery | None = None
    filter: Clause | None = None

    @cached_property
    def wanted(self) -> list[WordQuery]:
        """The words and phrases asked for, those asked to be absent left out."""
        return list(dict.fromkeys(positive_words(self.clause))) if self.clause else []

    @cached_property
    def tiers(self) -> tuple[Tier, ...]:
        """What to find, in order of rank; each but the last holds those before it."""
        tiers: list[Tier] = []
        if self.clause is not None:
            for grade, change in _CHANGES.items():
                clause = map_words(self.clause, change)
                if not tiers or clause != tiers[-1].clause:
                    tiers.append(Tier(grade, clause))
        if self.substring:
            tiers.append(Tier(Grade.LETTERS, self.substring))
        if self.filter is None:
            return tuple(tiers)
        if self.clause is None:
            return (Tier(Grade.TYPED, self.filter),)
        return tuple(Tier(t.grade, And((t.clause, self.filter))) for t in tiers)

    @property
    def clauses(self) -> list[Clause]:
        """The clauses of the tiers."""
        return [tier.clause for tier in self.tiers]

    @property
    def weights(self) -> dict[str, float]:
        """The distinct terms that score, with their weights."""
        weights: dict[str, float] = {}
        for concept in self.wanted:
            weights.update(dict.fromkeys(concept.terms, 1.0))
        for concept in self.wanted:
            for other in concept.other_forms:
                for term in other.terms:
                    weights.setdefault(term, OTHER_FORM_WEIGHT)
        for term in self.joined:
            weights.setdefault(term, JOINED_WEIGHT)
        return weights

    def marked(self, grade: Grade) -> list[WordQuery]:
        """Return what is to be marked in a sentence of that grade."""
        marked = [
            form if grade >= Grade.INSIDE else form._replace(boundary=None)
            for concept in self.wanted
            for form in (concept, *concept.other_forms)
        ]
        if self.substring and grade is Grade.LETTERS:
            marked.append(self.substring)
        return marked

    def to_json(self) -> dict[str, Any] | None:
        """Return the tree as JSON: `and`, `or`, `not`, and words with their terms."""
        clauses = [clause for clause in (self.clause, self.filter) if clause]
        if not clauses:
            return None
        return to_json(clauses[0] if len(clauses) == 1 else And(tuple(clauses)))


def _as_typed(concept: WordQuery) -> Clause:
    return concept._replace(other_forms=(), boundary=None)


def _with_other_forms(concept: WordQuery) -> Clause:
    forms = (concept._replace(other_forms=()), *concept.other_forms)
    clauses = tuple(form._replace(boundary=None) for form in forms)
    return Or(clauses) if concept.other_forms else clauses[0]


def _with_edges(concept: WordQuery) -> Clause:
    if not concept.other_forms:
        return concept
    return Or((concept._replace(other_forms=()), *concept.other_forms))


_CHANGES: dict[Grade, Callable[[WordQuery], Clause]] = {
    Grade.TYPED: _as_typed,
    Grade.OTHER: _with_other_forms,
    Grade.INSIDE: _with_edges,
}
