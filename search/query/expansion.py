"""Query expansion: other forms of the words of a query.

A word that the index has as typed gets its abbreviations only. Any other word gets the
forms of the first step that finds some: number, spacing, keyboard, short form, spelling,
initials.

유앤사  →  WordQuery("유앤사", other_forms=(WordQuery("유엔사", step="spelling"),))

Each step adds a note.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from indexer.analysis import kiwi
from indexer.analysis.question_words import QUESTION_WORDS
from indexer.text.folding import compact, has_hanja
from indexer.text.jamo import is_initials
from indexer.text.numerals import spelled_number
from search.engine.clauses import (
    And,
    Clause,
    Not,
    Or,
    WordQuery,
    map_words,
)
from search.messages import Note
from search.query.corpus_words import CorpusWords
from search.query.defined_forms import DefinedForms
from search.query.hanja_forms import hanja_forms
from search.query.plan import QueryPlan
from search.query.word_query import letters_query

if TYPE_CHECKING:
    from search.query.correction import Correction

_MAX_WORDS = 5
"""Words that initial consonants may stand for, and words of a long form."""

MAX_EXPANDED = 20
"""Words of a query that the steps are tried for; further words are left as typed."""
_MOST_COMPARED = 1 << 19
"""Words of the index that the bitmaps for the misspelt words of a query cover in all."""
_FEWEST_CORRECTED = 3
"""Words of a query that are corrected however many words the index has."""
_CACHE_SIZE = 1 << 12
"""Words whose forms are cached."""

LIMIT_FORM = (
    "Corrections were tried for the first {count} of {total} words that no sentence has"
)
"""The form of the note on a query of too many words that no sentence has."""
EXPANSION_FORM = "{word} → {forms} ({step})"
"""The form of the note on the other forms that a step adds."""


class QueryExpansion:
    """Adds other forms to the words of a query, from the words of an index."""

    def __init__(self, words: CorpusWords) -> None:
        self._words = words
        self._defined = DefinedForms(words)
        # An open index does not change, so neither do the answers for a word.
        self._is_indexed = lru_cache(_CACHE_SIZE)(words.has_as_typed)
        self._in_other_form = lru_cache(_CACHE_SIZE)(self._by_steps)
        self._expanded = lru_cache(_CACHE_SIZE)(self._with_all_forms)
        self._steps: tuple[
            tuple[str, Callable[[WordQuery], Sequence[WordQuery]]], ...
        ] = (
            ("number", self._in_digits),
            ("spacing", self._in_other_spacing),
            ("keyboard", self._on_the_other_layout),
            ("short form", self._defined.long_forms),
            ("spelling", self._corrected),
            ("initials", self._by_initials),
        )

    @cached_property
    def _correction(self) -> Correction:
        from search.query.correction import Correction

        return Correction(self._words)

    def prepare(self) -> None:
        """Load Kiwi, which the first misspelt word needs."""
        kiwi.is_word("가", self._words.user_words)

    def expand(self, plan: QueryPlan) -> QueryPlan:
        """Return *plan* with other forms of its words, and a note on each step taken.

        An excluded word has the same forms as one that is not excluded.
        """
        if plan.clause is None:
            return plan
        words = dict.fromkeys((*plan.words, *plan.excluded_words))
        missing = [word for word in words if not self._is_indexed(word)]
        if len(words) > 1:
            # A question is answered by sentences without its question word.
            missing = [word for word in missing if word.key not in QUESTION_WORDS]
        expandable = set(missing[:MAX_EXPANDED])
        corrected = set(missing[: self._most_corrected(len(expandable))])
        notes: dict[Note, None] = {}
        if len(corrected) < len(missing):
            facts = {"count": len(corrected), "total": len(missing)}
            notes[Note(LIMIT_FORM, **facts)] = None

        def effort(word: WordQuery) -> tuple[bool, bool]:
            return word in expandable, word in corrected

        def expanded(word: WordQuery) -> Clause:
            form, notes_on_form = self._expanded(word, *effort(word))
            notes.update(dict.fromkeys(notes_on_form))
            return form

        clause = map_words(plan.clause, expanded)
        clause = self._with_abbreviated_neighbours(clause, notes)
        plan = plan._replace(clause=clause, notes=(*plan.notes, *notes))
        unmatched = {word for word in missing if not self._expands(word, *effort(word))}
        return plan._replace(unmatched=tuple(w for w in plan.words if w in unmatched))

    def without_match(self, plan: QueryPlan) -> QueryPlan:
        """Return *plan*, which is not expanded, with the words that no sentence has."""
        has_match = self._words.engine.has_match
        unmatched = tuple(word for word in plan.words if not has_match(word))
        return plan._replace(unmatched=unmatched)

    def _most_corrected(self, count: int) -> int:
        """Return how many of *count* words are corrected, each by bitmaps of the whole index."""
        if count <= _FEWEST_CORRECTED:
            return count
        most = _MOST_COMPARED // max(1, len(self._words.vocabulary))
        return min(count, max(most, _FEWEST_CORRECTED))

    def _expands(self, word: WordQuery, expandable: bool, corrected: bool) -> bool:
        """Return whether a sentence has another form of *word*."""
        others = self._defined.of(word.text, word.key)
        return any(map(self._words.engine.has_match, others)) or (
            not others and self._in_other_form(word, expandable, corrected) != word
        )

    def _with_all_forms(
        self, word: WordQuery, expandable: bool, corrected: bool
    ) -> tuple[WordQuery, tuple[Note, ...]]:
        """Return *word* with its other forms, and the notes on them."""
        others = self._defined.of(word.text, word.key)
        readings = hanja_forms(word, self._words)
        if others:
            word = self._defined.added_to(word, others)
        else:
            word = self._in_other_form(word, expandable and not readings, corrected)
        word = word._replace(other_forms=(*word.other_forms, *readings))
        return word, tuple(_notes(word, word.other_forms))

    def _by_steps(
        self, word: WordQuery, expandable: bool, corrected: bool
    ) -> WordQuery:
        """Return *word* by all steps; without *expandable*, by that of short forms alone."""
        if expandable:
            return self._try_steps(word, corrected)
        forms = self._defined.long_forms(word)
        return self._with_forms(word, "short form", forms) if forms else word

    def _try_steps(self, word: WordQuery, corrected: bool) -> WordQuery:
        """Return *word* with the forms of the first step that finds any.

        Without *corrected*, its spelling is not compared with the words of the index.
        The user's own words are spelt as the user spells them.
        """
        is_users = self._words.is_users(word)
        for step, find in self._steps:
            if is_users and step in ("spelling", "keyboard"):
                continue
            if step == "spelling" and not corrected:
                continue
            if forms := find(word):
                return self._with_forms(word, step, forms)
        return word

    def _with_forms(
        self, word: WordQuery, step: str, forms: Sequence[WordQuery]
    ) -> WordQuery:
        """Return *word* with the *forms* that *step* found."""
        if step == "spacing":
            # It is the same word in other spacing.
            return word._replace(term_sequences=forms[0].term_sequences, step=step)
        if step == "keyboard":
            word = letters_query(word)
        others = tuple(form._replace(step=step) for form in forms)
        for form in forms:
            others += self._defined.of(form.text, form.key)
        # The parts of a misspelt word match at random.
        return word._replace(other_forms=others, part_terms=())

    def _with_abbreviated_neighbours(
        self, clause: Clause, notes: dict[Note, None]
    ) -> Clause:
        """Add the abbreviations of neighbouring words: `완전 운용 능력` has FOC."""
        if isinstance(clause, Not):
            return Not(self._with_abbreviated_neighbours(clause.clause, notes))
        if isinstance(clause, And):
            operands = clause.clauses
            return And(
                tuple(self._with_abbreviated_neighbours(c, notes) for c in operands)
            )
        if not isinstance(clause, Or):
            return clause
        words = [self._with_abbreviated_neighbours(c, notes) for c in clause.clauses]
        for first, word in enumerate(words):
            for last in range(first + 2, min(first + _MAX_WORDS, len(words)) + 1):
                window = [w for w in words[first:last] if isinstance(w, WordQuery)]
                if not isinstance(word, WordQuery) or len(window) < last - first:
                    break
                text = " ".join(each.text for each in window)
                others = self._defined.of(text, "".join(w.key for w in window))
                if others:
                    notes.update(
                        dict.fromkeys(_notes(word._replace(text=text), others))
                    )
                    word = word._replace(other_forms=(*word.other_forms, *others))
            words[first] = word
        return Or(tuple(words))

    def _in_digits(self, word: WordQuery) -> Sequence[WordQuery]:
        return self._words.first_indexed(
            filter(None, [spelled_number(compact(word.text))])
        )

    def _in_other_spacing(self, word: WordQuery) -> Sequence[WordQuery]:
        from search.query.other_spacing import in_other_spacing

        return in_other_spacing(word, self._words)

    def _corrected(self, word: WordQuery) -> Sequence[WordQuery]:
        return self._correction.corrected(word)

    def _on_the_other_layout(self, word: WordQuery) -> Sequence[WordQuery]:
        from search.query.keyboard import hangul_typed_as_latin, latin_typed_as_hangul

        texts = (hangul_typed_as_latin(word.text), latin_typed_as_hangul(word.text))
        return self._words.first_indexed(filter(None, texts))

    def _by_initials(self, word: WordQuery) -> Sequence[WordQuery]:
        if not is_initials(word.text):
            return []
        entries = self._words.vocabulary.with_initials(word.text, _MAX_WORDS)
        return [form for text, _ in entries if (form := self._words.query(text))]


def _notes(word: WordQuery, others: Sequence[WordQuery]) -> Iterator[Note]:
    """Yield a note for each step that led to *others*."""
    words = (word.text,)
    if has_hanja(word.text):
        further = (other.text for other in others if other.step == "hanja")
        readings = (compact(word.text), *further)
        yield Note(EXPANSION_FORM, word=words, forms=readings, step="hanja")
    if word.step == "spacing":
        yield Note("{word} was matched in other spacing (spacing)", word=words)
    for step in dict.fromkeys(other.step for other in others if other.step):
        forms = tuple(other.text for other in others if other.step == step)
        if step == "reading":
            yield Note("{word} is also found as a reading of Hanja (hanja)", word=words)
        elif step != "hanja":
            yield Note(EXPANSION_FORM, word=words, forms=forms, step=step)
