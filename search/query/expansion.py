"""The ladder: what is tried for a word that is not found as it was typed.

Each step answers in a concept that carries its name, and in a note for the user. A word
that is found is never corrected; its abbreviations are looked for all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from indexer.analysis import kiwi
from indexer.analysis.analyzer import NOUN_RUN_MARK, Analyzer
from indexer.storage.completion import CompletionTable
from indexer.storage.synonyms import Synonyms
from indexer.text.folding import compact, has_hanja
from indexer.text.jamo import is_initials
from search.engine.clauses import Clause, Or, TermQuery, WordQuery, map_words
from search.engine.highlighting import substring_spans
from search.engine.protocol import Engine
from search.messages import Note
from search.query.builder import telling, whole_word
from search.query.plan import Meaning

if TYPE_CHECKING:
    from search.query.spelling import Spelling

MOST_WORDS = 5
"""How many words initial consonants may stand for, and words an abbreviation has."""

MOST_CLIMBS = 20
"""How many words of a query, which are not found as typed, other forms are tried for."""
_KEPT = 1 << 12
"""How many words are remembered with what they climbed to."""
_LONGEST_WORD = 50
"""Letters; nothing longer is a misspelt word."""

LED = "{word} → {forms} ({step})"
"""The form of the note that tells which other forms of a word were looked for."""


class Ladder:
    """Finds other forms for the words of a query, from what the index holds."""

    def __init__(
        self,
        engine: Engine,
        analyzer: Analyzer,
        vocabulary: CompletionTable,
        forms: Synonyms,
    ) -> None:
        self._engine = engine
        self._analyzer = analyzer
        self._vocabulary = vocabulary
        self._forms = forms
        self._steps: tuple[
            tuple[str, Callable[[WordQuery], Sequence[WordQuery]]], ...
        ] = (
            ("spacing", self._without_spaces),
            ("spelling", self._spelt),
            ("keyboard", self._on_the_other_layout),
            ("initials", self._by_initials),
        )

        # What a word is found as, and climbs to, does not change as long as the index
        # is open.
        self._is_found = lru_cache(_KEPT)(self._find)
        self._climbed = lru_cache(_KEPT)(self._climb_word)

    @cached_property
    def _spelling(self) -> Spelling:
        from search.query.spelling import Spelling

        return Spelling(self._words)

    @cached_property
    def _words(self) -> dict[str, int]:
        return self._vocabulary.words()

    def prepare(self) -> None:
        """Load what a misspelt word would wait for."""
        kiwi.is_word("가")
        self._spelling  # noqa: B018 (it is kept)

    def climb(self, meaning: Meaning) -> Meaning:
        """Return *meaning* with other forms where they are needed, and notes of them."""
        if meaning.clause is None:
            return meaning
        wanted = set(meaning.wanted)
        lost = [c for c in meaning.wanted if not self._is_found(c)]
        climbing = set(lost[:MOST_CLIMBS])
        notes: dict[Note, None] = {}

        def climbed(concept: WordQuery) -> Clause:
            others = self._abbreviations(concept.text, concept.key)
            if concept not in wanted:
                if not others and not self._engine.finds(concept.as_whole_word):
                    notes[_nowhere(concept.text)] = None
                # To exclude a word is to exclude what it stands for.
                return Or((concept, *others)) if others else concept
            if others:
                concept = self._with_forms(concept, others)
            elif concept in climbing:
                concept = self._climbed(concept)
            notes.update(dict.fromkeys(_notes(concept, concept.other_forms)))
            return concept

        clause = map_words(meaning.clause, climbed)
        if isinstance(clause, Or):
            clause = self._with_longer_forms(clause, notes)
        return replace(meaning, clause=clause, notes=(*meaning.notes, *notes))

    def _find(self, concept: WordQuery) -> bool:
        """Tell whether a sentence has *concept* as it was typed."""
        if self._analyzer.lacks_ending(concept.text):
            return False
        # Looking the word up as a whole is quicker than looking for its parts in a row.
        alone = TermQuery(NOUN_RUN_MARK + concept.key)
        return self._engine.finds(alone) or self._engine.finds(concept.as_whole_word)

    def _with_forms(
        self, concept: WordQuery, others: tuple[WordQuery, ...]
    ) -> WordQuery:
        """Return *concept* with the forms that the corpus gives it.

        It is one word, whole, and to its last letter: 의 is no particle where the corpus
        defines 한미안보협의회의.
        """
        letters = compact(concept.text)
        stretch = concept.substring
        if self._forms.others(letters):
            stretch = telling(letters)
        return concept._replace(other_forms=others, part_terms=(), substring=stretch)

    def _climb_word(self, concept: WordQuery) -> WordQuery:
        """Return *concept* with the forms of the first step that finds any."""
        step, found = next(
            ((step, found) for step, find in self._steps if (found := find(concept))),
            ("", ()),
        )
        if not found:
            return concept
        if step == "spacing":
            # The word is there, though not as it was typed; its parts come after it.
            parts = WordQuery(
                concept.text, part_terms=concept.part_terms, terms=concept.part_terms
            )
            return found[0]._replace(
                terms=concept.terms,
                key=concept.key,
                boundary=concept.boundary,
                other_forms=(parts._replace(step="parts"),)
                if concept.part_terms
                else (),
            )
        also = tuple(other._replace(step=step) for other in found)
        for other in found:
            also += self._abbreviations(other.text, other.key)
        # What is left of a word that is none would only find chaff.
        return concept._replace(other_forms=also, part_terms=())

    def _abbreviations(self, text: str, key: str) -> tuple[WordQuery, ...]:
        forms = self._forms.others(compact(text)) or self._forms.others(key)
        return tuple(
            word._replace(step="abbreviation", substring=telling(compact(form)))
            for form in forms
            if (word := self._word(form))
        )

    def _with_longer_forms(self, clause: Or, notes: dict[Note, None]) -> Clause:
        """Look for abbreviations of neighbouring words: `완전 운용 능력` has FOC."""
        words = list(clause.clauses)
        for first, word in enumerate(words):
            for last in range(first + 2, min(first + MOST_WORDS, len(words)) + 1):
                stretch = [w for w in words[first:last] if isinstance(w, WordQuery)]
                if not isinstance(word, WordQuery) or len(stretch) < last - first:
                    break
                text = " ".join(each.text for each in stretch)
                others = self._abbreviations(text, "".join(w.key for w in stretch))
                if others:
                    notes.update(
                        dict.fromkeys(_notes(word._replace(text=text), others))
                    )
                    word = word._replace(other_forms=(*word.other_forms, *others))
            words[first] = word
        return Or(tuple(words))

    def _without_spaces(self, concept: WordQuery) -> Sequence[WordQuery]:
        letters = compact(concept.text)
        for stretch in dict.fromkeys((letters, concept.key)):
            broken = stretch != letters and self._analyzer.lacks_ending(concept.text)
            if len(stretch) > 1 and not broken:
                spaced = WordQuery(concept.text, substring=stretch, step="spacing")
                if self._begins_a_word(spaced):
                    return [spaced]
        return []

    def _begins_a_word(self, spaced: WordQuery) -> bool:
        """Tell whether the stretch is found, and not only from within a word on."""
        hits = self._engine.rank([spaced], {}, limit=MOST_WORDS, offset=0).hits
        return any(
            start == 0 or not sentence.text[start - 1].isalnum()
            for hit in hits
            for sentence in self._engine.stored_sentences([hit.number])
            for start, _ in substring_spans(sentence.text, spaced.substring or "")[:1]
        )

    def _spelt(self, concept: WordQuery) -> Sequence[WordQuery]:
        if len(concept.text) > _LONGEST_WORD or not self._may_be_misspelt(concept):
            return []
        # Guessing takes longer than asking Kiwi, but for loading it; without a guess,
        # what it knows changes nothing.
        if kiwi.is_ready() and self._is_right(concept.text):
            return []
        found = self._first_known(self._guesses(concept))
        return [] if found and self._is_right(concept.text) else found

    def _is_right(self, text: str) -> bool:
        """Tell whether Kiwi's dictionary has *text*, which is whole."""
        return not self._analyzer.lacks_ending(text) and kiwi.is_word(text)

    def _may_be_misspelt(self, concept: WordQuery) -> bool:
        """Tell whether there is a piece in the word that the index has nowhere.

        A compound of known words is spelt right, also where Kiwi takes the two of them
        for one that it does not know.
        """
        if self._analyzer.lacks_ending(concept.text):
            return True
        known = (
            self._engine.finds(TermQuery(term)) for term in concept.term_sequences[0]
        )
        spelt = (compact(concept.text), concept.key)
        return not all(known) and not any(map(self._is_two_words, spelt))

    def _is_two_words(self, key: str) -> bool:
        return any(
            key[:place] in self._words and key[place:] in self._words
            for place in range(2, len(key) - 1)
        )

    def _guesses(self, concept: WordQuery) -> Iterator[str]:
        for word in dict.fromkeys((compact(concept.text), concept.key)):
            yield from self._spelling.corrections(word, 1)
        # Of a compound that is no word of the index, one noun may be misspelt.
        for term in concept.term_sequences[0]:
            if len(term) < len(concept.key):
                for meant in self._spelling.corrections(term, 1):
                    yield concept.key.replace(term, meant)

    def _on_the_other_layout(self, concept: WordQuery) -> Sequence[WordQuery]:
        from search.query.keyboard import hangul_typed_as_latin, latin_typed_as_hangul

        typed = (
            hangul_typed_as_latin(concept.text),
            latin_typed_as_hangul(concept.text),
        )
        return self._first_known(filter(None, typed))

    def _by_initials(self, concept: WordQuery) -> Sequence[WordQuery]:
        if not is_initials(concept.text):
            return []
        words = self._vocabulary.with_initials(concept.text, MOST_WORDS)
        return [word for form, _ in words if (word := self._word(form))]

    def _first_known(self, guesses: Iterator[str]) -> Sequence[WordQuery]:
        for guess in guesses:
            word = self._word(guess)
            if word and self._engine.finds(word):
                return [word]
        return []

    def _word(self, text: str) -> WordQuery | None:
        return whole_word(self._forms.written(text), self._analyzer)


def _nowhere(word: str) -> Note:
    return Note(
        "{word} is in no sentence, so that excluding it changes nothing", word=(word,)
    )


def _notes(concept: WordQuery, others: Sequence[WordQuery]) -> Iterator[Note]:
    """Yield a sentence for each step that led to *others*."""
    word = (concept.text,)
    if has_hanja(concept.text):
        yield Note(LED, word=word, forms=(compact(concept.text),), step="hanja")
    if concept.step == "spacing":
        yield Note(
            "{word} was found by its letters, when spaces and the ends of words do not"
            " count (spacing)",
            word=word,
        )
    for step in dict.fromkeys(other.step for other in others if other.step):
        forms = tuple(other.text for other in others if other.step == step)
        if step != "parts":
            yield Note(LED, word=word, forms=forms, step=step)
