"""The ladder: what is tried for a word that is not found as it was typed.

Each step answers in a concept that carries its name, and in a note for the user. A word
that is found is never corrected; its abbreviations are looked for all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from indexer import kiwi
from indexer.analysis import Analyzer
from indexer.folding import squeeze
from indexer.forms import Forms
from indexer.hanja import HANJA
from indexer.jamo import is_initials
from indexer.vocabulary import Vocabulary
from search.engine import Engine
from search.keyboard import hangul_typed_as_latin, latin_typed_as_hangul
from search.meaning import (
    Clause,
    Concept,
    Either,
    Meaning,
    listed,
    replaced,
    telling,
    whole_word,
)
from search.spans import stretches
from search.spelling import Spelling

MOST_WORDS = 5
"""How many words initial consonants may stand for, and words an abbreviation has."""

MOST_CLIMBS = 20
"""How many words of a query, which are not found as typed, other forms are tried for."""
_LONGEST_WORD = 50
"""Letters; nothing longer is a misspelt word."""

_HANJA = re.compile(f"[{HANJA}]")


class Ladder:
    """Finds other forms for the words of a query, from what the index holds."""

    def __init__(
        self, engine: Engine, analyzer: Analyzer, vocabulary: Vocabulary, forms: Forms
    ) -> None:
        self._engine = engine
        self._analyzer = analyzer
        self._vocabulary = vocabulary
        self._forms = forms
        self._steps: tuple[tuple[str, Callable[[Concept], Sequence[Concept]]], ...] = (
            ("spacing", self._without_spaces),
            ("spelling", self._spelt),
            ("keyboard", self._on_the_other_layout),
            ("initials", self._by_initials),
        )

    @cached_property
    def _spelling(self) -> Spelling:
        return Spelling(self._words)

    @cached_property
    def _words(self) -> dict[str, int]:
        return self._vocabulary.words()

    def climb(self, meaning: Meaning) -> Meaning:
        """Return *meaning* with other forms where they are needed, and notes of them."""
        if meaning.clause is None:
            return meaning
        wanted = set(meaning.wanted)
        lost = [c for c in meaning.wanted if not self._is_found(c)]
        climbing = set(lost[:MOST_CLIMBS])
        notes: dict[str, None] = {}

        def climbed(concept: Concept) -> Clause:
            others = self._abbreviations(concept.text, concept.key)
            if concept in wanted:
                climbs = concept in climbing and not others
                # What the corpus gives a short or a long form is one word, whole.
                parts = () if others else concept.parts
                concept = replace(concept, also=others, parts=parts)
                concept = self._climbed(concept) if climbs else concept
            elif others:
                # To exclude a word is to exclude what it stands for.
                return Either((concept, *others))
            notes.update(dict.fromkeys(_notes(concept, concept.also or others)))
            return concept

        clause = replaced(meaning.clause, climbed)
        if isinstance(clause, Either):
            clause = self._with_longer_forms(clause, notes)
        return replace(meaning, clause=clause, notes=(*meaning.notes, *notes))

    def _is_found(self, concept: Concept) -> bool:
        broken = self._analyzer.is_broken(concept.text)
        return bool(self._engine.count(concept.whole)) and not broken

    def _climbed(self, concept: Concept) -> Concept:
        """Return *concept* with the forms of the first step that finds any."""
        for step, find in self._steps:
            if found := find(concept):
                also = tuple(replace(other, step=step) for other in found)
                # What is left of a word that is none would only find chaff.
                parts = concept.parts if step == "spacing" else ()
                return replace(concept, also=also, parts=parts)
        return concept

    def _abbreviations(self, text: str, key: str) -> tuple[Concept, ...]:
        forms = self._forms.others(squeeze(text)[0]) or self._forms.others(key)
        return tuple(
            replace(word, step="abbreviation", stretch=telling(squeeze(form)[0]))
            for form in forms
            if (word := self._word(form))
        )

    def _with_longer_forms(self, clause: Either, notes: dict[str, None]) -> Clause:
        """Look for abbreviations of neighbouring words: `완전 운용 능력` has FOC."""
        words = list(clause.clauses)
        for first, word in enumerate(words):
            for last in range(first + 2, min(first + MOST_WORDS, len(words)) + 1):
                stretch = [w for w in words[first:last] if isinstance(w, Concept)]
                if not isinstance(word, Concept) or len(stretch) < last - first:
                    break
                text = " ".join(each.text for each in stretch)
                others = self._abbreviations(text, "".join(w.key for w in stretch))
                if others:
                    notes.update(
                        dict.fromkeys(_notes(replace(word, text=text), others))
                    )
                    word = replace(word, also=(*word.also, *others))
            words[first] = word
        return Either(tuple(words))

    def _without_spaces(self, concept: Concept) -> Sequence[Concept]:
        letters = squeeze(concept.text)[0]
        for stretch in dict.fromkeys((letters, concept.key)):
            broken = stretch != letters and self._analyzer.is_broken(concept.text)
            if len(stretch) > 1 and not broken:
                spaced = Concept(concept.text, stretch=stretch)
                if self._begins_a_word(spaced):
                    return [spaced]
        return []

    def _begins_a_word(self, spaced: Concept) -> bool:
        """Tell whether the stretch is found, and not only from within a word on."""
        best = self._engine.rank([spaced], {}, limit=MOST_WORDS, offset=0).best
        return any(
            start == 0 or not sentence.text[start - 1].isalnum()
            for sentence, _ in best
            for start, _ in stretches(sentence.text, spaced.stretch or "")[:1]
        )

    def _spelt(self, concept: Concept) -> Sequence[Concept]:
        if len(concept.text) > _LONGEST_WORD or not self._may_be_misspelt(concept):
            return []
        guesses = self._guesses(squeeze(concept.text)[0], concept.key)
        return self._first_known(guesses)

    def _may_be_misspelt(self, concept: Concept) -> bool:
        """Tell whether there is a piece in the word that the index has nowhere.

        A compound of known words, which no sentence happens to have, is spelt right,
        also where Kiwi takes the two of them for one word that it does not know.
        """
        if self._analyzer.is_broken(concept.text):
            return True
        known = (
            self._engine.count(Concept(term, sequences=((term,),)))
            for term in concept.sequences[0]
        )
        spelt = (squeeze(concept.text)[0], concept.key)
        return not all(known) and not any(map(self._is_two_words, spelt))

    def _is_two_words(self, key: str) -> bool:
        return any(
            key[:place] in self._words and key[place:] in self._words
            for place in range(2, len(key) - 1)
        )

    def _guesses(self, typed: str, key: str) -> Iterator[str]:
        if corrected := kiwi.corrected(typed):
            yield corrected
        for word in dict.fromkeys((typed, key)):
            yield from self._spelling.corrections(word, 1)

    def _on_the_other_layout(self, concept: Concept) -> Sequence[Concept]:
        typed = (
            hangul_typed_as_latin(concept.text),
            latin_typed_as_hangul(concept.text),
        )
        return self._first_known(filter(None, typed))

    def _by_initials(self, concept: Concept) -> Sequence[Concept]:
        if not is_initials(concept.text):
            return []
        words = self._vocabulary.with_initials(concept.text, MOST_WORDS)
        return [word for form, _ in words if (word := self._word(form))]

    def _first_known(self, guesses: Iterator[str]) -> Sequence[Concept]:
        for guess in guesses:
            word = self._word(guess)
            if word and self._engine.count(word):
                return [word]
        return []

    def _word(self, text: str) -> Concept | None:
        return whole_word(text, self._analyzer)


def _notes(concept: Concept, others: Sequence[Concept]) -> Iterator[str]:
    """Yield a sentence for each step that led to *others*."""
    if _HANJA.search(concept.text):
        yield f"{listed([concept.text])} → {listed([squeeze(concept.text)[0]])} (hanja)"
    for step in dict.fromkeys(other.step for other in others):
        forms = [other.text for other in others if other.step == step]
        if step == "spacing":
            yield f"{listed([concept.text])} was found with other spaces (spacing)"
        else:
            yield f"{listed([concept.text])} → {listed(forms)} ({step})"
