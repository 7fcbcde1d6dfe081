"""The plan of a query: the clauses to search in order of rank, and the term weights.

`중국 -핵` ranks sentences with the word 중국 above those that have it at the boundary of a
longer word, as in 미합중국; neither may have 핵.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from functools import cached_property
from typing import Any, NamedTuple

from search.engine.clauses import (
    And,
    Clause,
    Not,
    Or,
    TermQuery,
    WordQuery,
    excluded_words,
    map_words,
    positive_words,
    to_json,
)
from search.query.weights import OTHER_FORM, PAIR, PIECE


class Grade(IntEnum):
    """How closely a sentence matches the query; lower grades rank higher."""

    TYPED = 0
    """The words as typed, with any particles and endings."""
    OTHER_FORM = 1
    """Other forms of the words, such as an abbreviation or a correction."""
    BOUNDARY = 2
    """A word inside a longer word, as 중국 in 미합중국."""
    PARTS = 3
    """Parts of a query of one compound, as 동맹 of 한미동맹; not counted."""
    SUBSTRING = 4
    """The letters of the query in a row, across word boundaries; not counted."""


class Tier(NamedTuple):
    """A clause, and the grade of the sentences that it adds to the tiers before it."""

    grade: Grade
    clause: Clause


class _Parts(NamedTuple):
    clause: Clause | None
    notes: tuple[str, ...]
    pairs: tuple[str, ...] = ()
    inside: WordQuery | None = None
    substring: WordQuery | None = None
    filter: Clause | None = None
    unmatched: tuple[WordQuery, ...] = ()


class QueryPlan(_Parts):
    """A query after analysis and expansion.

    `clause` is None if the query has no word that can be searched. `pairs` are the terms of
    its adjacent morphemes, such as `신뢰 구축`, which score but do not match. `inside` has
    the letters of a query of one word, which may be a part of another word. `substring` has
    the letters of the query, without spaces, if sentences that have them only across word
    boundaries are hits too. `unmatched` are the words that no
    sentence has. Every hit must match `filter`.
    """

    @cached_property
    def words(self) -> list[WordQuery]:
        """The distinct words and phrases of the query, without the excluded ones."""
        return list(dict.fromkeys(positive_words(self.clause))) if self.clause else []

    @cached_property
    def excluded_words(self) -> list[WordQuery]:
        """The distinct words and phrases that NOT or `-` excludes, in every form."""
        return list(dict.fromkeys(excluded_words(self.clause))) if self.clause else []

    @cached_property
    def tiers(self) -> tuple[Tier, ...]:
        """The tiers in order of rank."""
        tiers: list[Tier] = []
        if self.clause is not None:
            for grade, change in _CHANGES.items():
                # An excluded word excludes every sentence that it would match.
                clause = self.clause
                if self.is_compound:
                    clause = map_words(clause, _without_parts)
                clause = map_words(clause, change, _in_any_form)
                if not tiers or clause != tiers[-1].clause:
                    tiers.append(Tier(grade, clause))
        if self.inside:
            tiers.append(Tier(Grade.BOUNDARY, self.inside))
        if self.clause is not None and self.is_compound:
            clause = map_words(self.clause, _in_any_form)
            tiers.append(Tier(Grade.PARTS, clause))
        if self.substring:
            tiers.append(Tier(Grade.SUBSTRING, self.substring))
        if self.filter is None:
            return tuple(tiers)
        if self.clause is None:
            return (Tier(Grade.TYPED, self.filter),)
        return tuple(Tier(t.grade, And((t.clause, self.filter))) for t in tiers)

    @property
    def only_parts(self) -> Clause | None:
        """The clause for sentences with only parts of compounds; None without a compound."""
        if self.clause is None or not any(word.has_parts for word in self.words):
            return None
        if self.is_compound:
            return None
        whole = map_words(map_words(self.clause, _without_parts), _in_any_form)
        return And((self.counted[-1], Not(whole)))

    @property
    def is_compound(self) -> bool:
        """Whether the query is one compound, the parts of which rank below the whole.

        In a query of several words they rank by score, as the other words do.
        """
        return isinstance(self.clause, WordQuery) and self.clause.has_parts

    @property
    def clauses(self) -> list[Clause]:
        """The clauses of the tiers."""
        return [tier.clause for tier in self.tiers]

    @property
    def counted(self) -> list[Clause]:
        """The clauses of the tiers whose sentences are counted: those of whole words."""
        return [tier.clause for tier in self.tiers if tier.grade < Grade.PARTS]

    @property
    def weights(self) -> dict[str, float]:
        """The distinct terms that score, with their weights."""
        weights: dict[str, float] = {}
        for word in self.words:
            for term, weight in word.weights:
                weights[term] = max(weight, weights.get(term, 0.0))
        for word in self.words:
            if word.piece:
                weights.setdefault(word.piece, PIECE)
        for word in self.words:
            for other in word.other_forms:
                for term, weight in other.weights:
                    weights.setdefault(term, OTHER_FORM * weight)
        for pair in self.pairs:
            weights.setdefault(pair, PAIR)
        return weights

    def words_to_mark(self, grade: Grade) -> list[WordQuery]:
        """Return the words whose matches are marked in a sentence of that grade.

        Every match is marked: for 세종 also the one in 세종시, if the sentence has 세종 too.
        """
        words = [form for word in self.words for form in (word, *word.other_forms)]
        if self.inside and grade is Grade.BOUNDARY:
            words.append(self.inside)
        if self.substring and grade is Grade.SUBSTRING:
            words.append(self.substring)
        return words

    def to_json(self) -> dict[str, Any] | None:
        """Return the tree as JSON: `and`, `or`, `not`, and words with their terms."""
        clauses = [clause for clause in (self.clause, self.filter) if clause]
        if not clauses:
            return None
        return to_json(clauses[0] if len(clauses) == 1 else And(tuple(clauses)))


def _as_typed(word: WordQuery) -> Clause:
    # 電氣 and 傳記 are both read 전기.
    typed = word.as_typed
    return And((typed, *map(TermQuery, word.spelling))) if word.spelling else typed


def _without_parts(word: WordQuery) -> Clause:
    return word._replace(part_terms=()) if word.has_parts else word


def _with_other_forms(word: WordQuery) -> Clause:
    clauses = tuple(form.as_typed for form in (word, *word.other_forms))
    return Or(clauses) if word.other_forms else clauses[0]


def _in_any_form(word: WordQuery) -> Clause:
    return word.any_form


_CHANGES: dict[Grade, Callable[[WordQuery], Clause]] = {
    Grade.TYPED: _as_typed,
    Grade.OTHER_FORM: _with_other_forms,
    Grade.BOUNDARY: _in_any_form,
}
