"""Query expansion: other forms of the words of a query.

A word that the index has as typed gets its abbreviations only. Any other word gets the
forms of the first step that finds some: number, spacing, keyboard, short form, spelling,
initials.

유앤사  →  WordQuery("유앤사", other_forms=(WordQuery("유엔사", step="spelling"),))

Each step adds a note.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from indexer.analysis import kiwi
from indexer.analysis.analyzer import NOUN_RUN_MARK, READING_MARK, Analyzer
from indexer.analysis.question_words import QUESTION_WORDS
from indexer.storage.completion import CompletionTable
from indexer.storage.synonyms import Synonyms
from indexer.text.folding import compact, has_hanja
from indexer.text.jamo import is_initials, is_syllables
from indexer.text.numerals import is_number, spelled_number
from indexer.text.scripts import DOT, kinds
from search.engine.clauses import (
    And,
    Clause,
    Not,
    Or,
    TermQuery,
    WordQuery,
    map_words,
)
from search.engine.highlighting import occurrences
from search.engine.protocol import Engine
from search.messages import Note
from search.query.builder import distinctive_substring, letters_query, whole_word
from search.query.plan import QueryPlan
from search.query.short_forms import ShortForms
from search.query.weights import MORPHEME

if TYPE_CHECKING:
    from indexer.analysis.kiwi import UserWord
    from search.query.spelling import Spelling

_MAX_WORDS = 5
"""Words that initial consonants may stand for, and words of a long form."""

MAX_EXPANDED = 20
"""Words of a query that the steps are tried for; further words are left as typed."""
_MOST_COMPARED = 1 << 19
"""Words of the index with which the misspelt words of a query are compared in all."""
_FEWEST_CORRECTED = 3
"""Words of a query that are corrected however many words the index has."""
_MOST_READ = 50
"""Sentences that are read to find a word in other spacing."""
_CACHE_SIZE = 1 << 12
"""Words whose forms are cached."""
_LONGEST_WORD = 50
"""Characters of the longest word that is checked for misspelling."""

LIMIT_FORM = (
    "Corrections were tried for the first {count} of {total} words that no sentence has"
)
"""The form of the note on a query of too many words that no sentence has."""
EXPANSION_FORM = "{word} → {forms} ({step})"
"""The form of the note on the other forms that a step adds."""


class QueryExpansion:
    """Adds other forms to the words of a query, from the words of an index."""

    def __init__(
        self,
        engine: Engine,
        analyzer: Analyzer,
        vocabulary: CompletionTable,
        synonyms: Synonyms,
        user_words: tuple[UserWord, ...] = (),
    ) -> None:
        self._user_words = user_words
        self._engine = engine
        self._analyzer = analyzer
        self._vocabulary = vocabulary
        self._synonyms = synonyms
        self._as_short_form = lru_cache(_CACHE_SIZE)(self._find_short_form)
        self._steps: tuple[
            tuple[str, Callable[[WordQuery], Sequence[WordQuery]]], ...
        ] = (
            ("number", self._in_digits),
            ("spacing", self._with_other_spacing),
            ("keyboard", self._on_the_other_layout),
            ("short form", self._as_short_form),
            ("spelling", self._with_other_spelling),
            ("initials", self._by_initials),
        )

        # An open index does not change, so neither do the answers for a word.
        self._short_forms = ShortForms(synonyms, analyzer)
        self._is_indexed = lru_cache(_CACHE_SIZE)(self._find_as_typed)
        self._expand_word = lru_cache(_CACHE_SIZE)(self._try_steps)
        self._hanja_forms = lru_cache(_CACHE_SIZE)(self._find_hanja_forms)

    @cached_property
    def _spelling(self) -> Spelling:
        from search.query.spelling import Spelling

        return Spelling(self._vocabulary)

    @cached_property
    def _user_terms(self) -> frozenset[str]:
        """The forms of the user's words, and of the words that a noun or a stem becomes."""
        forms = {word.form for word in self._user_words}
        plain = [word for word in self._user_words if word.is_plain]
        forms |= {f"{w.form}다" for w in plain if w.morphemes[0][1].startswith("V")}
        return frozenset(forms | {w.form.removesuffix("하") for w in plain})

    @cached_property
    def _words(self) -> dict[str, int]:
        return self._vocabulary.words()

    def prepare(self) -> None:
        """Load Kiwi and the table of spellings, which the first misspelt word needs."""
        kiwi.is_word("가", self._user_words)
        self._spelling  # noqa: B018 (it is cached)

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

        def in_other_form(word: WordQuery) -> WordQuery:
            """Return *word* by the steps, each of which takes the longer the more words."""
            if word in expandable:
                return self._expand_word(word, word in corrected)
            forms = self._as_short_form(word)
            return self._with_forms(word, "short form", forms) if forms else word

        def expanded(word: WordQuery) -> Clause:
            others = self._abbreviations(word.text, word.key)
            readings = self._hanja_forms(word)
            if others:
                word = self._with_synonyms(word, others)
            elif word in expandable and not readings:
                word = in_other_form(word)
            elif forms := self._as_short_form(word):
                word = self._with_forms(word, "short form", forms)
            word = word._replace(other_forms=(*word.other_forms, *readings))
            notes.update(dict.fromkeys(_notes(word, word.other_forms)))
            return word

        clause = map_words(plan.clause, expanded)
        clause = self._with_abbreviated_neighbours(clause, notes)
        plan = replace(plan, clause=clause, notes=(*plan.notes, *notes))
        unmatched = {word for word in missing if not self._expands(word, in_other_form)}
        return replace(plan, unmatched=tuple(w for w in plan.words if w in unmatched))

    def without_match(self, plan: QueryPlan) -> QueryPlan:
        """Return *plan*, which is not expanded, with the words that no sentence has."""
        has_match = self._engine.has_match
        unmatched = tuple(word for word in plan.words if not has_match(word))
        return replace(plan, unmatched=unmatched)

    def _most_corrected(self, count: int) -> int:
        """Return how many of *count* words are corrected, each by all words of the index."""
        if count <= _FEWEST_CORRECTED:
            return count
        most = _MOST_COMPARED // max(1, len(self._words))
        return min(count, max(most, _FEWEST_CORRECTED))

    def _expands(
        self, word: WordQuery, in_other_form: Callable[[WordQuery], WordQuery]
    ) -> bool:
        """Return whether a sentence has another form of *word*."""
        others = self._abbreviations(word.text, word.key)
        return any(map(self._engine.has_match, others)) or (
            not others and in_other_form(word) != word
        )

    def _find_as_typed(self, word: WordQuery) -> bool:
        """Return whether a sentence has *word* as it was typed."""
        if self._analyzer.lacks_ending(word.text):
            return False
        # One term is quicker to look up than the terms of the parts in a row.
        noun_run = TermQuery(NOUN_RUN_MARK + word.key)
        return (
            self._engine.has_match(noun_run)
            or self._engine.has_match(word.as_whole_word)
        ) and not self._is_on_the_other_layout(word)

    def _is_on_the_other_layout(self, word: WordQuery) -> bool:
        """Return whether the keys of *word* type a word of the index, and it is none.

        It is none if the sentences that it matches do not have its letters: 뎌, which is EU
        on the other layout, matches 디디다.
        """
        if len(word.key) > 1:  # Kiwi finds single syllables in nonsense.
            return False
        from search.query.keyboard import latin_typed_as_hangul

        latin = latin_typed_as_hangul(word.text)
        if not latin or not self._vocabulary.has(latin) or self._is_users(word):
            return False
        typed = word.as_whole_word
        hits = self._engine.rank([typed], {}, limit=_MOST_READ, offset=0).hits
        sentences = self._engine.stored_sentences([hit.number for hit in hits])
        return not any(compact(word.text) in compact(s.text) for s in sentences)

    def _with_synonyms(
        self, word: WordQuery, others: tuple[WordQuery, ...]
    ) -> WordQuery:
        """Return *word* with the forms that the corpus defines for it.

        A defined word matches only as a whole, to its last letter: if the corpus defines
        한미안보협의회의, its 의 is no particle.
        """
        letters = compact(word.text)
        substring = word.substring
        if self._synonyms.other_forms(letters):
            substring = distinctive_substring(letters)
        return word._replace(other_forms=others, part_terms=(), substring=substring)

    def _try_steps(self, word: WordQuery, corrected: bool) -> WordQuery:
        """Return *word* with the forms of the first step that finds any.

        Without *corrected*, its spelling is not compared with the words of the index.
        The user's own words are spelt as the user spells them.
        """
        is_users = self._is_users(word)
        for step, find in self._steps:
            if is_users and step in ("spelling", "keyboard"):
                continue
            if step == "spelling" and not corrected:
                continue
            if forms := find(word):
                return self._with_forms(word, step, forms)
        return word

    def _is_users(self, word: WordQuery) -> bool:
        """Return whether a part of the word is of the user's dictionary."""
        parts = (compact(word.text), word.key, *word.term_sequences[0])
        return not self._user_terms.isdisjoint(parts)

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
            others += self._abbreviations(form.text, form.key)
        # The parts of a misspelt word match at random.
        return word._replace(other_forms=others, part_terms=())

    def _abbreviations(self, text: str, key: str) -> tuple[WordQuery, ...]:
        """Return the forms that the corpus gives a word: SCM for 한미안보협의회의."""
        forms = self._synonyms.other_forms(compact(text)) or self._synonyms.other_forms(
            key
        )
        words = filter(None, map(self._defined_form, forms))
        return tuple(word._replace(step="abbreviation") for word in words)

    def _defined_form(self, form: str) -> WordQuery | None:
        """Return the query for a long or short form, which matches to its last letter."""
        word = self._word(form)
        return word and word._replace(substring=distinctive_substring(compact(form)))

    def _find_hanja_forms(self, word: WordQuery) -> tuple[WordQuery, ...]:
        """Return the other readings of Hanja, or the Hanja that may be read as *word*."""
        texts = [
            word.text[: token.start]
            + token.term.removeprefix(READING_MARK)
            + word.text[token.end :]
            for token in self._analyzer.analyze(word.text).readings
            if len(token.term) == len(READING_MARK) + token.end - token.start
        ]
        forms = [form for text in texts if (form := self._word(text))]
        term = READING_MARK + word.key
        if not word.spelling:
            weights = ((term, MORPHEME),)
            forms.append(
                WordQuery(word.text, term_sequences=((term,),), weights=weights)
            )
        step = "hanja" if word.spelling else "reading"
        indexed = filter(self._engine.has_match, forms)
        return tuple(form._replace(step=step) for form in indexed)

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
                others = self._abbreviations(text, "".join(w.key for w in window))
                if others:
                    notes.update(
                        dict.fromkeys(_notes(word._replace(text=text), others))
                    )
                    word = word._replace(other_forms=(*word.other_forms, *others))
            words[first] = word
        return Or(tuple(words))

    def _in_digits(self, word: WordQuery) -> Sequence[WordQuery]:
        return self._first_indexed(filter(None, [spelled_number(compact(word.text))]))

    def _with_other_spacing(self, word: WordQuery) -> Sequence[WordQuery]:
        letters = compact(word.text)
        if is_number(word.text) and not word.text.isdecimal():
            return []
        for substring in dict.fromkeys((letters, word.key)):
            cut = substring != letters and self._analyzer.lacks_ending(word.text)
            if len(substring) > 1 and not cut:
                sequences = tuple(dict.fromkeys(self._spelt_with_spaces(substring)))
                if sequences:
                    return [
                        WordQuery(word.text, term_sequences=sequences, step="spacing")
                    ]
        return []

    def _spelt_with_spaces(self, substring: str) -> Iterator[tuple[str, ...]]:
        """Yield the morphemes of sentences that spell *substring*.

        서욱 is spelt by 서 욱. It is not by 제공에서 욱일기, where it cuts a word.
        """
        form = WordQuery(substring, substring=substring)
        hits = self._engine.rank([form], {}, limit=_MOST_READ, offset=0).hits
        numbers = [hit.number for hit in hits]
        for sentence in self._engine.stored_sentences(numbers):
            text = sentence.text
            morphemes = self._analyzer.analyze(text).morphemes
            starts = {token.start for token in morphemes}
            ends = {token.end for token in morphemes}
            for start, end in occurrences(text, substring):
                # 919 spells 9·19, but 35 does not spell 3.5.
                is_day = DOT in kinds(text[start:end])
                if start not in starts or (substring.isdecimal() and not is_day):
                    continue
                if end in ends or not text[end : end + 1].isalnum():
                    yield tuple(
                        token.term for token in morphemes if start <= token.start < end
                    )

    def _find_short_form(self, word: WordQuery) -> Sequence[WordQuery]:
        """Return the long forms of a word that leaves out some of their syllables.

        A word that occurs without them has none: 미사일 방어 is more than KAMD.
        """
        keys = dict.fromkeys((compact(word.text), word.key))
        short = next(filter(None, map(self._short_forms.find, keys)), None)
        if not short:
            return []
        longs = [*filter(None, map(self._defined_form, short.longs))]
        elsewhere = And((word.as_whole_word, *map(Not, longs)))
        if not short.distinctive and self._engine.has_match(elsewhere):
            return []
        return longs

    def _with_other_spelling(self, word: WordQuery) -> Sequence[WordQuery]:
        if len(word.text) > _LONGEST_WORD:
            return []
        # Kiwi's dictionary has many a misspelling, so it does not decide on usual ones.
        if forms := self._first_indexed(self._right_spellings(word)):
            return forms
        if not self._may_be_misspelt(word):
            return []
        # Kiwi checks a word faster than corrections are searched, but loads for seconds.
        # Until it is loaded, it is needed only if there is a correction.
        if kiwi.is_ready(self._user_words) and self._is_correct(word.text):
            return []
        digits = re.findall(r"\d", word.text)
        corrections = (
            form
            for form in self._corrections(word)
            if re.findall(r"\d", form) == digits
        )
        forms = self._first_indexed(corrections)
        return [] if forms and self._is_correct(word.text) else forms

    def _is_correct(self, text: str) -> bool:
        """Return whether Kiwi's dictionary has *text*, or each word that it consists of.

        한일동맹 is 한일 and 동맹, so it is no misspelling of 한미동맹.
        """
        return not self._analyzer.lacks_ending(text) and (
            kiwi.is_word(text, self._user_words)
            or kiwi.is_compound(text, self._user_words)
        )

    def _may_be_misspelt(self, word: WordQuery) -> bool:
        """Return whether a part of the word is not in the index.

        A compound of two words of the index is spelt correctly, even if Kiwi takes them
        for one unknown word.
        """
        if self._analyzer.lacks_ending(word.text):
            return True
        indexed = (
            self._engine.has_match(TermQuery(term)) for term in word.term_sequences[0]
        )
        spellings = (compact(word.text), word.key)
        return not all(indexed) and not any(map(self._is_two_words, spellings))

    def _is_two_words(self, key: str) -> bool:
        return any(
            key[:place] in self._words and key[place:] in self._words
            for place in range(2, len(key) - 1)
        )

    def _right_spellings(self, word: WordQuery) -> Iterator[str]:
        """Yield what *word* may be a usual misspelling of."""
        from search.query.misspellings import spellings_by_rule, usual_spellings

        terms = word.term_sequences[0]
        spellings = [*terms[: len(terms) == 1], word.key, compact(word.text)]
        spellings = list(dict.fromkeys(filter(is_syllables, spellings)))
        for text in spellings:
            for right in usual_spellings(text):
                # A form of a verb that no sentence has may be read as a noun: 짖궂은.
                yield f"{right}다" if f"{right}다" in self._words else right
        if NOUN_RUN_MARK + word.key in word.terms and word.key in spellings:
            for right in spellings_by_rule(word.key):
                if right in self._words or self._is_two_words(right):
                    yield right

    def _corrections(self, word: WordQuery) -> Iterator[str]:
        for text in dict.fromkeys((compact(word.text), word.key)):
            yield from self._spelling.corrections(text, 1)
        # In a compound that the index does not have, one noun may be misspelt.
        for term in word.term_sequences[0]:
            if len(term) < len(word.key):
                for correction in self._spelling.corrections(term, 1):
                    yield word.key.replace(term, correction)

    def _on_the_other_layout(self, word: WordQuery) -> Sequence[WordQuery]:
        from search.query.keyboard import hangul_typed_as_latin, latin_typed_as_hangul

        texts = (hangul_typed_as_latin(word.text), latin_typed_as_hangul(word.text))
        return self._first_indexed(filter(None, texts))

    def _by_initials(self, word: WordQuery) -> Sequence[WordQuery]:
        if not is_initials(word.text):
            return []
        entries = self._vocabulary.with_initials(word.text, _MAX_WORDS)
        return [form for text, _ in entries if (form := self._word(text))]

    def _first_indexed(self, texts: Iterator[str]) -> Sequence[WordQuery]:
        """Return the query for the first of *texts* that a sentence has."""
        for text in texts:
            word = self._word(text)
            if word and self._engine.has_match(word):
                return [word]
        return []

    def _word(self, text: str) -> WordQuery | None:
        return whole_word(self._synonyms.corpus_spelling(text), self._analyzer)


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
