"""Clauses: the conditions a query puts on the terms and the text of a sentence.

통합 AND 연습  →  And((WordQuery("통합", …), WordQuery("연습", …)))
동맹 -축구     →  And((WordQuery("동맹", …), Not(WordQuery("축구", …))))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal, NamedTuple, TypeAlias

from indexer.analysis.analyzer import (
    BIGRAM_MARK,
    NOUN_RUN_MARK,
    PIECE_MARK,
    READING_MARK,
    SPELLING_MARK,
)


class WordQuery(NamedTuple):
    """A word or phrase of the query, with every way in which a sentence may match it.

    A sentence matches when at least one of these holds:

    - the terms of one of `term_sequences` are adjacent in it;
    - it has one of `part_terms`, the parts of a compound that count alone;
    - morphemes in a row spell `compound`, and no space separates them: 국방비 in 국방비를,
      but not in 국방비전;
    - `boundary`, a noun bigram, starts or ends a longer morpheme of it;
    - a word of its text contains `inside`;
    - it has `piece`, the term of the word as a piece of a code: /16 of KF-16;
    - its text without spaces and marks contains `substring`;
    - its number is one of `numbers`, those of the sentences that contain `literal`.

    `spelling` are the terms of its Hanja as typed, empty in a word of Hangul: a sentence
    with these ranks above one with another spelling of the same reading.
    Matches score by `weights`, the terms of the word with their weights. `key` is the word
    without particles, spaces and marks.
    `other_forms` are alternatives that query expansion adds, such as abbreviations;
    `step` names the expansion step that produced this form, None for the typed word.
    """

    text: str
    phrase: bool = False
    term_sequences: tuple[tuple[str, ...], ...] = ()
    part_terms: tuple[str, ...] = ()
    compound: str | None = None
    boundary: str | None = None
    inside: str | None = None
    piece: str | None = None
    substring: str | None = None
    weights: tuple[tuple[str, float], ...] = ()
    key: str = ""
    other_forms: tuple[WordQuery, ...] = ()
    step: str | None = None
    spelling: tuple[str, ...] = ()
    literal: str | None = None
    numbers: tuple[int, ...] = ()

    def __hash__(self) -> int:
        # A hash of all fields takes longer, and few words of a text differ in the others.
        return hash(self.text)

    @property
    def morphemes(self) -> tuple[str, ...]:
        """The terms of the morphemes as typed, in order."""
        return self.term_sequences[0]

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms that score."""
        return tuple(term for term, _ in self.weights)

    @property
    def as_whole_word(self) -> WordQuery:
        """The word as it was typed, without its parts and its other forms."""
        return self._replace(part_terms=(), other_forms=())

    @property
    def as_typed(self) -> WordQuery:
        """The word without other forms, and without matches inside longer words."""
        return self._replace(other_forms=(), boundary=None, inside=None, piece=None)

    @property
    def has_parts(self) -> bool:
        """Whether a part of the word is less than the word."""
        return any((part,) not in self.term_sequences for part in self.part_terms)

    @property
    def forms(self) -> tuple[WordQuery, ...]:
        """The word and its other forms, each without other forms."""
        return (self._replace(other_forms=()), *self.other_forms)

    @property
    def any_form(self) -> Clause:
        """The clause that matches the word in any of its forms."""
        return Or(self.forms) if self.other_forms else self

    @property
    def inner_only(self) -> WordQuery:
        """The word where it is inside a longer one."""
        return WordQuery(
            self.text, boundary=self.boundary, inside=self.inside, piece=self.piece
        )

    @property
    def compound_bigrams(self) -> list[str]:
        """The noun bigrams of `compound`: _국방 and _방비 for 국방비."""
        pairs = pairwise(self.compound or "")
        return [f"{BIGRAM_MARK}{one}{other}" for one, other in pairs]

    @property
    def compound_sequences(self) -> tuple[tuple[str, ...], ...]:
        """The sequences of morphemes that may spell `compound`."""
        return segmentations(self.compound) if self.compound else ()


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


_MOST_SPLIT = 6
"""Syllables of the longest word that is split into pieces of any length."""
_LONGEST_SPLIT = 10
"""Syllables of the longest word that is split at all."""


@lru_cache(1 << 10)
def segmentations(word: str, shortest: int = 1) -> tuple[tuple[str, ...], ...]:
    """Return the ways to split *word* into pieces, the fewest pieces first.

    국방비 gives (국방비), (국, 방비), (국방, 비) and (국, 방, 비). In a word of more than six
    syllables only the first and the last piece may be of one syllable; one of more than
    ten is not split. *shortest* is the least length of a piece.
    """
    if len(word) > _LONGEST_SPLIT:
        return ((word,),)
    inner = shortest if len(word) <= _MOST_SPLIT else max(shortest, 2)
    return tuple(sorted(_splits(word, shortest, inner, shortest), key=len))


def _splits(word: str, first: int, inner: int, last: int) -> Iterator[tuple[str, ...]]:
    if len(word) >= last:
        yield (word,)
    for end in range(first, len(word)):
        for rest in _splits(word[end:], inner, inner, last):
            yield word[:end], *rest


def map_words(
    clause: Clause,
    change: Callable[[WordQuery], Clause],
    change_excluded: Callable[[WordQuery], Clause] | None = None,
) -> Clause:
    """Return *clause* with *change* applied to each of its words and phrases.

    Those under a Not are changed by *change_excluded* if there is one. Clauses of an And
    or Or that become equal are merged.
    """
    if isinstance(clause, WordQuery):
        return change(clause)
    if isinstance(clause, TermQuery | TermsFilter):
        return clause
    if isinstance(clause, Not):
        return Not(map_words(clause.clause, change_excluded or change))
    clauses = (map_words(inner, change, change_excluded) for inner in clause.clauses)
    return type(clause)(tuple(dict.fromkeys(clauses)))


def positive_words(clause: Clause) -> Iterator[WordQuery]:
    """Yield the words and phrases of *clause* that are not under a Not."""
    if isinstance(clause, WordQuery):
        yield clause
    elif isinstance(clause, And | Or):
        for inner in clause.clauses:
            yield from positive_words(inner)


def excluded_words(clause: Clause) -> Iterator[WordQuery]:
    """Yield the words and phrases of *clause* that are under a Not."""
    if isinstance(clause, Not):
        inner = clause.clause
        yield from positive_words(inner)
        yield from excluded_words(inner)
    elif isinstance(clause, And | Or):
        for inner in clause.clauses:
            yield from excluded_words(inner)


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
    marks = (BIGRAM_MARK, NOUN_RUN_MARK, SPELLING_MARK, READING_MARK, PIECE_MARK)
    kind = "literal" if word.literal else "phrase" if word.phrase else "word"
    record: dict[str, Any] = {
        kind: word.text,
        "terms": [term for term in word.terms if not term.startswith(marks)],
    }
    if word.step:
        record["step"] = word.step
    if word.other_forms:
        record["also"] = [_word_to_json(form) for form in word.other_forms]
    return record
