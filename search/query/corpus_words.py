"""The words of an index, as query expansion looks them up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from indexer.analysis.analyzer import NOUN_RUN_MARK, Analyzer
from indexer.storage.completion import CompletionTable
from indexer.storage.synonyms import Synonyms
from indexer.text.folding import compact
from search.engine.clauses import TermQuery, WordQuery
from search.engine.protocol import Engine
from search.query.word_query import whole_word

if TYPE_CHECKING:
    from indexer.analysis.kiwi import UserWord

MOST_READ = 50
"""Sentences that are read to see how they spell a word."""


class CorpusWords:
    """Looks up words in an open index, which does not change."""

    def __init__(
        self,
        engine: Engine,
        analyzer: Analyzer,
        vocabulary: CompletionTable,
        synonyms: Synonyms,
        user_words: tuple[UserWord, ...] = (),
    ) -> None:
        self.engine = engine
        self.analyzer = analyzer
        self.vocabulary = vocabulary
        self.synonyms = synonyms
        self.user_words = user_words

    @cached_property
    def _user_terms(self) -> frozenset[str]:
        """The forms of the user's words, and of the words that a noun or a stem becomes."""
        forms = {word.form for word in self.user_words}
        plain = [word for word in self.user_words if word.is_plain]
        forms |= {f"{w.form}다" for w in plain if w.morphemes[0][1].startswith("V")}
        return frozenset(forms | {w.form.removesuffix("하") for w in plain})

    def has_as_typed(self, word: WordQuery) -> bool:
        """Return whether a sentence has *word* as it was typed."""
        if self.analyzer.lacks_ending(word.text):
            return False
        # One term is quicker to look up than the terms of the parts in a row.
        noun_run = TermQuery(NOUN_RUN_MARK + word.key)
        return (
            self.engine.has_match(noun_run) or self.engine.has_match(word.as_whole_word)
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
        if not latin or not self.vocabulary.has(latin) or self.is_users(word):
            return False
        typed = word.as_whole_word
        hits = self.engine.rank([typed], {}, limit=MOST_READ, offset=0).hits
        sentences = self.engine.stored_sentences([hit.number for hit in hits])
        return not any(compact(word.text) in compact(s.text) for s in sentences)

    def is_users(self, word: WordQuery) -> bool:
        """Return whether a part of the word is of the user's dictionary."""
        parts = (compact(word.text), word.key, *word.term_sequences[0])
        return not self._user_terms.isdisjoint(parts)

    def are_two(self, key: str) -> bool:
        """Return whether *key* is two words of the index: 미사일기지."""
        return any(
            self.vocabulary.has(key[:place]) and self.vocabulary.has(key[place:])
            for place in range(2, len(key) - 1)
        )

    def first_indexed(self, texts: Iterator[str]) -> Sequence[WordQuery]:
        """Return the query for the first of *texts* that a sentence has."""
        for text in texts:
            word = self.query(text)
            if word and self.engine.has_match(word):
                return [word]
        return []

    def query(self, text: str) -> WordQuery | None:
        """Return the query for a word in the spelling of the corpus, None without a term."""
        return whole_word(self.synonyms.corpus_spelling(text), self.analyzer)
