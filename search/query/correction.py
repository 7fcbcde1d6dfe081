"""The correction of misspelt words: 유앤사 is 유엔사, and 역활 is 역할."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from indexer.analysis import kiwi
from indexer.analysis.analyzer import NOUN_RUN_MARK
from indexer.text.folding import compact
from indexer.text.jamo import is_syllables
from search.engine.clauses import TermQuery, WordQuery
from search.query.corpus_words import CorpusWords
from search.query.misspellings import spellings_by_rule, usual_spellings
from search.query.spelling import Spelling

_LONGEST_WORD = 50
"""Characters of the longest word that is checked for misspelling."""


class Correction:
    """Corrects words by the usual misspellings, and by the words of an index."""

    def __init__(self, words: CorpusWords) -> None:
        self._words = words
        self._spelling = Spelling(words.vocabulary)

    def corrected(self, word: WordQuery) -> Sequence[WordQuery]:
        """Return the word of the index that *word* misspells, none if it is correct."""
        if len(word.text) > _LONGEST_WORD:
            return []
        # Kiwi's dictionary has many a misspelling, so it does not decide on usual ones.
        if forms := self._words.first_indexed(self._right_spellings(word)):
            return forms
        if not self._may_be_misspelt(word):
            return []
        # Kiwi checks a word faster than corrections are searched, but loads for seconds.
        # Until it is loaded, it is needed only if there is a correction.
        if kiwi.is_ready(self._words.user_words) and self._is_correct(word.text):
            return []
        digits = re.findall(r"\d", word.text)
        corrections = (
            form
            for form in self._corrections(word)
            if re.findall(r"\d", form) == digits
        )
        forms = self._words.first_indexed(corrections)
        return [] if forms and self._is_correct(word.text) else forms

    def _is_correct(self, text: str) -> bool:
        """Return whether Kiwi's dictionary has *text*, or each word that it consists of.

        한일동맹 is 한일 and 동맹, so it is no misspelling of 한미동맹.
        """
        return not self._words.analyzer.lacks_ending(text) and (
            kiwi.is_word(text, self._words.user_words)
            or kiwi.is_compound(text, self._words.user_words)
        )

    def _may_be_misspelt(self, word: WordQuery) -> bool:
        """Return whether a part of the word is not in the index.

        A compound of two words of the index is spelt correctly, even if Kiwi takes them
        for one unknown word.
        """
        if self._words.analyzer.lacks_ending(word.text):
            return True
        indexed = (
            self._words.engine.has_match(TermQuery(term))
            for term in word.term_sequences[0]
        )
        spellings = (compact(word.text), word.key)
        return not all(indexed) and not any(map(self._words.are_two, spellings))

    def _right_spellings(self, word: WordQuery) -> Iterator[str]:
        """Yield what *word* may be a usual misspelling of."""
        has = self._words.vocabulary.has
        terms = word.term_sequences[0]
        spellings = [*terms[: len(terms) == 1], word.key, compact(word.text)]
        spellings = list(dict.fromkeys(filter(is_syllables, spellings)))
        for text in spellings:
            for right in usual_spellings(text):
                # A form of a verb that no sentence has may be read as a noun: 짖궂은.
                yield f"{right}다" if has(f"{right}다") else right
        if NOUN_RUN_MARK + word.key in word.terms and word.key in spellings:
            for right in spellings_by_rule(word.key):
                if has(right) or self._words.are_two(right):
                    yield right

    def _corrections(self, word: WordQuery) -> Iterator[str]:
        for text in dict.fromkeys((compact(word.text), word.key)):
            yield from self._spelling.corrections(text, 1)
        # In a compound that the index does not have, one noun may be misspelt.
        for term in word.term_sequences[0]:
            if len(term) < len(word.key):
                for correction in self._spelling.corrections(term, 1):
                    yield word.key.replace(term, correction)
