"""The forms that the corpus defines for a word: SCM for 한미안보협의회의, and the reverse."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from indexer.text.folding import compact
from search.engine.clauses import And, Not, WordQuery
from search.query.corpus_words import CorpusWords
from search.query.word_query import distinctive_substring

if TYPE_CHECKING:
    from search.query.short_forms import ShortForms


class DefinedForms:
    """Finds abbreviations, their long forms, and other short forms of these."""

    def __init__(self, words: CorpusWords) -> None:
        self._words = words

    @cached_property
    def _short_forms(self) -> ShortForms:
        from search.query.short_forms import ShortForms

        return ShortForms(self._words.synonyms, self._words.analyzer)

    def of(self, text: str, key: str) -> tuple[WordQuery, ...]:
        """Return the forms that the corpus gives a word: SCM for 한미안보협의회의."""
        forms = self._words.synonyms.other_forms(
            compact(text)
        ) or self._words.synonyms.other_forms(key)
        words = filter(None, map(self._defined_form, forms))
        return tuple(word._replace(step="abbreviation") for word in words)

    def _defined_form(self, form: str) -> WordQuery | None:
        """Return the query for a long or short form, which matches to its last letter."""
        word = self._words.query(form)
        return word and word._replace(substring=distinctive_substring(compact(form)))

    def long_forms(self, word: WordQuery) -> Sequence[WordQuery]:
        """Return the long forms of a word that leaves out some of their syllables.

        A word that occurs without them has none: 미사일 방어 is more than KAMD.
        """
        keys = dict.fromkeys((compact(word.text), word.key))
        short = next(filter(None, map(self._short_forms.find, keys)), None)
        if not short:
            return []
        longs = [*filter(None, map(self._defined_form, short.longs))]
        elsewhere = And((word.as_whole_word, *map(Not, longs)))
        if not short.distinctive and self._words.engine.has_match(elsewhere):
            return []
        return longs

    def added_to(self, word: WordQuery, others: tuple[WordQuery, ...]) -> WordQuery:
        """Return *word* with the forms that the corpus defines for it.

        A defined word matches only as a whole, to its last letter: if the corpus defines
        한미안보협의회의, its 의 is no particle.
        """
        letters = compact(word.text)
        substring = word.substring
        if self._words.synonyms.other_forms(letters):
            substring = distinctive_substring(letters)
        return word._replace(other_forms=others, part_terms=(), substring=substring)
