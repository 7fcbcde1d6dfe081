"""What a query asks of a sentence, in terms: the parsed tree after analysis."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeAlias

from indexer.analysis import (
    GRAM_MARK,
    WHOLE_MARK,
    Analysis,
    Analyzer,
    Role,
    Token,
)
from indexer.folding import squeeze
from search.query import And, Node, Not, Or, Phrase, Query, Word

_SHORT = 2
"""Below this length a part of a longer word says too little to count alone."""
_SHORT_NUMBER = 3
_TELLING = 4
"""From this length on syllables in a row are no coincidence, whatever parts them."""

OTHER_FORM_WEIGHT = 0.2
"""What a term of another form of a word weighs, beside one of the form as typed."""
JOINED_WEIGHT = 0.5
"""What a term weighs that two neighbouring words have only when they are one."""


@dataclass(frozen=True, slots=True)
class Concept:
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
    also: tuple[Concept, ...] = ()
    step: str | None = None

    @property
    def whole(self) -> Concept:
        """The concept without its parts and other forms: the word as it was typed."""
        return replace(self, parts=(), also=())


@dataclass(frozen=True, slots=True)
class Every:
    """A sentence has it when it has all of the clauses."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """A sentence has it when it has one of the clauses."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """A sentence has it when it does not have the clause."""

    clause: Clause


Clause: TypeAlias = Concept | Every | Either | Without


@dataclass(frozen=True)
class Meaning:
    """What a query asks for: `clause` is None where no word can be searched.

    `joined` are the terms of neighbouring words taken for one, by which 한미동맹 is above
    한미 … 동맹 for `한미 동맹`.
    `stretch` is what the whole query is when nothing but its letters count; sentences
    that hold it and nothing else that was asked for come last.
    """

    clause: Clause | None
    notes: tuple[str, ...]
    joined: tuple[str, ...] = ()
    stretch: Concept | None = None

    @cached_property
    def wanted(self) -> list[Concept]:
        """The words and phrases asked for, those asked to be absent left out."""
        return list(dict.fromkeys(_wanted(self.clause))) if self.clause else []

    @property
    def tiers(self) -> list[Clause]:
        """What to find, in order of rank: as typed, by other forms, by letters alone."""
        if self.clause is None:
            return [self.stretch] if self.stretch else []
        tiers = [
            replaced(self.clause, lambda concept: replace(concept, also=())),
            replaced(self.clause, _with_other_forms),
        ]
        if tiers[0] == tiers[1]:
            tiers.pop()
        return [*tiers, self.stretch] if self.stretch else tiers

    @property
    def weights(self) -> dict[str, float]:
        """The distinct terms that score, with their weights."""
        weights: dict[str, float] = {}
        for concept in self.wanted:
            weights.update(dict.fromkeys(concept.terms, 1.0))
        for concept in self.wanted:
            for other in concept.also:
                for term in other.terms:
                    weights.setdefault(term, OTHER_FORM_WEIGHT)
        for term in self.joined:
            weights.setdefault(term, JOINED_WEIGHT)
        return weights

    @property
    def marked(self) -> list[Concept]:
        """Everything whose occurrences are to be marked."""
        return [
            *(form for concept in self.wanted for form in (concept, *concept.also)),
            *([self.stretch] if self.stretch else []),
        ]

    def to_json(self) -> dict[str, Any] | None:
        """Return the tree as JSON: `and`, `or`, `not`, and words with their terms."""
        return _to_json(self.clause) if self.clause else None


def understand(query: Query, analyzer: Analyzer) -> Meaning:
    """Analyse the words of *query*.

    In a query of words only, a compound's parts count as well as the whole; where AND,
    NOT or `-` stand, and in a phrase, a word is the whole word.
    """
    if query.root is None:
        return Meaning(None, (*query.notes, "The query is empty."))
    return _Reader(analyzer, whole=has_operator(query.root)).read(query)


def whole_word(text: str, analyzer: Analyzer) -> Concept | None:
    """Return the concept of *text* as one whole, or None where it holds no term."""
    return _concept(Phrase(text), analyzer, whole=True)


def telling(key: str) -> str | None:
    """Return *key* if it is long enough for its letters in a row to be no coincidence."""
    return key if len(key) >= _TELLING else None


def has_operator(node: Node) -> bool:
    """Tell whether there is more to the query than words and phrases side by side."""
    if isinstance(node, Word | Phrase):
        return False
    return not isinstance(node, Or) or any(map(has_operator, node.operands))


def replaced(clause: Clause, change: Callable[[Concept], Clause]) -> Clause:
    """Return *clause* with each of its concepts changed."""
    if isinstance(clause, Concept):
        return change(clause)
    if isinstance(clause, Without):
        return Without(replaced(clause.clause, change))
    clauses = tuple(dict.fromkeys(replaced(inner, change) for inner in clause.clauses))
    return type(clause)(clauses)


class _Reader:
    def __init__(self, analyzer: Analyzer, *, whole: bool) -> None:
        self._analyzer = analyzer
        self._whole = whole
        self._concepts: dict[Word | Phrase, Concept | None] = {}

    def read(self, query: Query) -> Meaning:
        clause = self._clause(query.root) if query.root else None
        left_out = [n.text for n, concept in self._concepts.items() if not concept]
        notes = (*query.notes, *_notes_of(left_out))
        return Meaning(clause, notes, tuple(self._joined(query.root)))

    def _joined(self, root: Node | None) -> Iterator[str]:
        """Yield the terms of neighbouring words, the first without a particle, as one."""
        words = root.operands if isinstance(root, Or) else ()
        for first, second in pairwise(words):
            if not isinstance(first, Word) or not isinstance(second, Word):
                continue
            left = self._analyzer.analyze(first.text).wholes
            right = self._analyzer.analyze(second.text).wholes
            if (
                left
                and right
                and left[-1].end == len(first.text)
                and not right[0].start
            ):
                one, other = (
                    t.term.removeprefix(WHOLE_MARK) for t in (left[-1], right[0])
                )
                yield f"{GRAM_MARK}{one[-1]}{other[0]}"
                yield f"{WHOLE_MARK}{one}{other}"

    def _clause(self, node: Node) -> Clause | None:
        if isinstance(node, Word | Phrase):
            if node not in self._concepts:
                found = _concept(node, self._analyzer, whole=self._whole)
                self._concepts[node] = found
            return self._concepts[node]
        if isinstance(node, Not):
            inner = self._clause(node.operand)
            return Without(inner) if inner else None
        read = [self._clause(operand) for operand in node.operands]
        clauses = tuple(dict.fromkeys(clause for clause in read if clause))
        if len(clauses) < 2:
            return clauses[0] if clauses else None
        return Every(clauses) if isinstance(node, And) else Either(clauses)


def _concept(node: Word | Phrase, analyzer: Analyzer, *, whole: bool) -> Concept | None:
    phrase = isinstance(node, Phrase)
    analysis = analyzer.analyze(node.text)
    morphemes = analysis.morphemes
    if not morphemes:
        return None
    sequences = [tuple(token.term for token in morphemes)]
    edge = stretch = None
    key = squeeze(node.text[morphemes[0].start : morphemes[-1].end])[0]
    if _is_all_nouns(node.text, analysis) and (whole or phrase):
        stretch = telling(key)
    if _is_one_noun_run(analysis):
        grams = tuple(token.term for token in analysis.grams)
        if len(grams) == 1:
            edge = grams[0].removeprefix(GRAM_MARK)
        else:
            sequences.append(grams)
    alone = [] if whole or phrase else _alone(morphemes)
    return Concept(
        text=node.text,
        phrase=phrase,
        sequences=tuple(sequences),
        parts=tuple(dict.fromkeys(alone)),
        edge=edge,
        stretch=stretch,
        terms=tuple(dict.fromkeys(analysis.terms)),
        key=key,
    )


def _is_all_nouns(text: str, analysis: Analysis) -> bool:
    """Tell whether every word of *text* but the last is nouns to its end."""
    ends = {
        token.end
        for token in analysis.wholes
        if token.term == WHOLE_MARK + squeeze(text[token.start : token.end])[0]
    }
    *words, last = re.finditer(r"\S+", text)
    reaches = all(word.end() in ends for word in words)
    return reaches and any(end > last.start() for end in ends)


def _is_one_noun_run(analysis: Analysis) -> bool:
    """Tell whether the text is nothing but neighbouring nouns, so that grams spell it."""
    morphemes, grams = analysis.morphemes, analysis.grams
    return (
        bool(grams)
        and grams[0].start <= morphemes[0].start
        and grams[-1].end >= morphemes[-1].end
        and all(left.term[-1] == right.term[1] for left, right in pairwise(grams))
    )


def _alone(morphemes: Sequence[Token]) -> Iterator[str]:
    """Yield the terms of a longer word that count without the rest of it.

    What an affix was put to does not: 비핵화 asks for more than 비핵.
    """
    neighbours = zip(
        [None, *morphemes], morphemes, [*morphemes[1:], None], strict=False
    )
    for before, token, after in neighbours:
        affixed = (before and before.role is Role.PREFIX) or (
            after and after.role is Role.SUFFIX
        )
        short = _SHORT_NUMBER if token.term.isdigit() else _SHORT
        if token.role is Role.FREE and not affixed and len(token.term) >= short:
            yield token.term


def _wanted(clause: Clause) -> Iterator[Concept]:
    if isinstance(clause, Concept):
        yield clause
    elif not isinstance(clause, Without):
        for inner in clause.clauses:
            yield from _wanted(inner)


def _with_other_forms(concept: Concept) -> Clause:
    if not concept.also:
        return concept
    return Either((replace(concept, also=()), *concept.also))


def _to_json(clause: Clause) -> dict[str, Any]:
    if isinstance(clause, Concept):
        return _concept_to_json(clause)
    if isinstance(clause, Without):
        return {"not": _to_json(clause.clause)}
    kind = "and" if isinstance(clause, Every) else "or"
    return {kind: [_to_json(inner) for inner in clause.clauses]}


def _concept_to_json(concept: Concept) -> dict[str, Any]:
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


def _notes_of(left_out: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each reason that words were left out for."""
    spoken = [text for text in left_out if any(map(str.isalnum, text))]
    marks = [text for text in left_out if text not in spoken]
    if spoken:
        yield f"Nothing but particles or endings, so not searched: {listed(spoken)}."
    if marks:
        yield f"Without a letter or digit, so not searched: {listed(marks)}."


def listed(texts: Sequence[str], most: int = 5, length: int = 40) -> str:
    """Return *texts* in quotation marks, cut short where they are many or long."""
    shown = [
        f"“{text if len(text) <= length else text[:length] + '…'}”"
        for text in texts[:most]
    ]
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(shown) + more
