"""Clauses: the conditions a query puts on the terms and the text of a sentence.

통합 AND 연습  →  And((WordQuery("통합", …), WordQuery("연습", …)))
동맹 -축구     →  And((WordQuery("동맹", …), Not(WordQuery("축구", …))))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple, TypeAlias

from indexer.analysis.analyzer import (
    BIGRAM_MARK,
    NOUN_RUN_MARK,
    READING_MARK,
    SPELLING_MARK,
)


class WordQuery(NamedTuple):
    """A word or phrase of the query, with every way in which a sentence may match it.

    A sentence matches when at least one of these holds:

    - the terms of one of `term_sequences` are adjacent in it;
    - it has one of `part_terms`, the parts of a compound that count alone;
    - `boundary`, a noun bigram, starts or ends a longer morpheme of it;
    - its text without spaces and marks contains `substring`.

    `spelling` are the terms of its Hanja as typed, empty in a word of Hangul: a sentence
    with these ranks above one with another spelling of the same reading.
    Matches score by `terms`. `key` is the word without particles, spaces and marks.
    `other_forms` are alternatives that query expansion adds, such as abbreviations;
    `step` names the expansion step that produced this form, None for the typed word.
    """

    text: str
    phrase: bool = False
    term_sequences: tuple[tuple[str, ...], ...] = ()
    part_terms: tuple[str, ...] = ()
    boundary: str | None = None
    substring: str | None = None
    terms: tuple[str, ...] = ()
    key: str = ""
    other_forms: tuple[WordQuery, ...] = ()
    step: str | None = None
    spelling: tuple[str, ...] = ()

    @property
    def as_whole_word(self) -> WordQuery:
        """The word as it was typed, without its parts and its other forms."""
        return self._replace(part_terms=(), other_forms=())


class TermQuery(NamedTuple):
    """Matches the sentences that have the term, which is written as in the index."""

    term: str


class And(NamedTuple):
    """Matches the sentences that match each of the clauses."""

    clauses: tuple[Clause, ...]
    kind: Literal["and"] = "and"


class Or(NamedTuple):
    """Matches the sentences that match at least one of the clauses."""

    clauses: tuple[Clause, ...]
    kind: Literal["or"] = "or"


class Not(NamedTuple):
    """Matches the sentences that do not match the clause."""

    clause: Clause
    kind: Literal["not"] = "not"


class TermsFilter(NamedTuple):
    """Matches the sentences whose value of a field is one of `values`; adds no score."""

    field: str
    values: tuple[str, ...]


Clause: TypeAlias = WordQuery | TermQuery | And | Or | Not | TermsFilter


def map_words(clause: Clause, change: Callable[[WordQuery], Clause]) -> Clause:
    """Return *clause* with *change* applied to each of its words and phrases.

    Clauses of an And or Or that become equal are merged.
    """
    if isinstance(clause, WordQuery):
        return change(clause)
    if isinstance(clause, TermQuery | TermsFilter):
        return clause
    if isinstance(clause, Not):
        return Not(map_words(clause.clause, change))
    clauses = (map_words(inner, change) for inner in clause.clauses)
    return type(clause)(tuple(dict.fromkeys(clauses)))


def positive_words(clause: Clause) -> Iterator[WordQuery]:
    """Yield the words and phrases of *clause* that are not under a Not."""
    if isinstance(clause, WordQuery):
        yield clause
    elif isinstance(clause, And | Or):
        for inner in clause.clauses:
            yield from positive_words(inner)


def to_json(clause: Clause) -> dict[str, Any]:
    """Return the clause as a JSON object, as `search --json` shows it.

    `동맹 -축구` gives `{"and": [{"word": "동맹", "terms": ["동맹"]},
    {"not": {"word": "축구", "terms": ["축구"]}}]}`. Noun bigrams and noun-run terms are
    left out of `terms`.
    """
    if isinstance(clause, WordQuery):
        return _word_to_json(clause)
    if isinstance(clause, TermQuery):
        return {"term": clause.term}
    if isinstance(clause, TermsFilter):
        return {clause.field: list(clause.values)}
    if isinstance(clause, Not):
        return {clause.kind: to_json(clause.clause)}
    return {clause.kind: [to_json(inner) for inner in clause.clauses]}


def _word_to_json(word: WordQuery) -> dict[str, Any]:
    marks = (BIGRAM_MARK, NOUN_RUN_MARK, SPELLING_MARK, READING_MARK)
    record: dict[str, Any] = {
        "phrase" if word.phrase else "word": word.text,
        "terms": [term for term in word.terms if not term.startswith(marks)],
    }
    if word.step:
        record["step"] = word.step
    if word.other_forms:
        record["also"] = [_word_to_json(form) for form in word.other_forms]
    return record
