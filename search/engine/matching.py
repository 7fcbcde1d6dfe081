"""Which sentences of a generation match a clause, as sets of `search.engine.scoring`.

The terms of a sentence decide most clauses. For a phrase or a substring they only give
candidates: the order of the morphemes, or the text, must be read, which is far slower.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, reduce
from itertools import islice, pairwise
from operator import and_, or_
from typing import Any, NamedTuple, Protocol, TypeVar

from indexer.analysis.analyzer import BIGRAM_MARK
from indexer.segments.multi_reader import SegmentReaders
from indexer.whoosh_format.reader import TERMS
from search.engine.clauses import And, Clause, Or, TermQuery, TermsFilter, WordQuery
from search.engine.scoring import SentenceSet
from search.engine.sentence_sets import SentenceSets, shortened
from search.engine.substring_test import substring_test

NO_SENTENCES: SentenceSet = 0
"""The empty set of either kind."""
_FIRST = 64
"""How many candidates `has_match` reads before it reads all of them."""
_FEW = 64
"""Sentences that are read in less time than the set of those that have a term is made."""
_SUBSTRINGS = 2048
"""How many substrings have the sentences with them cached."""


Result = TypeVar("Result")


class Cache(Protocol):
    """Wraps a function by a cache of its results, as `functools.lru_cache(128)` does."""

    def __call__(self, function: Callable[..., Result], /) -> Callable[..., Result]:
        """Return *function* with a cache."""


class Bounds(NamedTuple):
    """The sentences that certainly match a clause, and all that may match it."""

    least: SentenceSet
    most: SentenceSet


class Matcher:
    """Returns the sets of sentences that match clauses.

    *sets* are the sentences of the index, or a few of them. *cache* is for sets that are
    made of terms alone, *match_cache* for those that texts and phrases were read for.
    """

    def __init__(
        self,
        readers: SegmentReaders,
        sets: SentenceSets[Any],
        cache: Cache,
        match_cache: Cache,
    ) -> None:
        self._readers = readers
        self._sets: SentenceSets[SentenceSet] = sets
        self._all = self._sets.all
        self.term_set: Callable[[str, str], SentenceSet] = cache(sets.with_term)
        self.matches_among = match_cache(self._match_among)
        self._bigram_set = cache(self._read_bigram_set)
        self._boundary_set = cache(sets.with_boundary)
        self._word_bounds = cache(self._find_word_bounds)
        self._word_matches = match_cache(self._match_word_everywhere)
        self._with_substring = lru_cache(_SUBSTRINGS)(self._compared_texts)

    def bounds(self, clause: Clause) -> Bounds:
        """Return what the terms alone decide about *clause*."""
        if isinstance(clause, WordQuery):
            return self._word_bounds(clause)
        if isinstance(clause, Or):
            bounds = zip(*map(self.bounds, clause.clauses), strict=True)
            return Bounds(*(reduce(or_, sets) for sets in bounds))
        if isinstance(clause, And):
            least = most = self._all
            for part in clause.clauses:
                if most:
                    part_least, part_most = self.bounds(part)
                    least, most = least & part_least, most & part_most
            return Bounds(least, most)
        if isinstance(clause, TermQuery | TermsFilter):
            matches = self._field_set(clause)
            return Bounds(matches, matches)
        inner = self.bounds(clause.clause)
        return Bounds(self._all & ~inner.most, self._all & ~inner.least)

    def matches(self, clause: Clause, excluded: SentenceSet = 0) -> SentenceSet:
        """Return the sentences that match *clause*, without those of *excluded*."""
        return self._match(clause, self._all & ~excluded, self._match_word_cached)

    def has_match(self, clause: Clause) -> bool:
        """Return whether any sentence matches *clause*."""
        least, most = self.bounds(clause)
        if least or not most:
            return bool(least)
        first = tuple(islice(self._sets.numbers(most), _FIRST))
        return bool(self.matches_among(clause, first) or self.matches(clause))

    def _match_among(self, clause: Clause, numbers: Sequence[int]) -> SentenceSet:
        """Return the sentences that match *clause* among a few *numbers*, which ascend."""
        return self._match(clause, self._sets.of(numbers), self._match_word)

    def _match(
        self,
        clause: Clause,
        among: SentenceSet,
        match_word: Callable[[WordQuery, SentenceSet], SentenceSet],
    ) -> SentenceSet:
        """Return the sentences of *among* that match *clause*.

        *match_word* does the same for a word; it is not called for sentences that another
        part of the clause has already decided.
        """
        if isinstance(clause, WordQuery):
            return match_word(clause, among)
        if isinstance(clause, Or):
            matches: SentenceSet = 0
            for inner in clause.clauses:
                matches |= self._match(inner, among & ~matches, match_word)
            return matches
        if isinstance(clause, And):
            for inner in clause.clauses:
                among = self._match(inner, among, match_word)
            return among
        if isinstance(clause, TermQuery | TermsFilter):
            return among & self._field_set(clause)
        return among & ~self._match(clause.clause, among, match_word)

    def _field_set(self, clause: TermQuery | TermsFilter) -> SentenceSet:
        if isinstance(clause, TermQuery):
            return self.term_set(TERMS, clause.term)
        sets = (self.term_set(clause.field, value) for value in clause.values)
        return reduce(or_, sets, NO_SENTENCES)

    def _match_word_cached(self, word: WordQuery, among: SentenceSet) -> SentenceSet:
        letters = WordQuery(word.text, inside=word.inside, substring=word.substring)
        if word == letters:
            # Texts must be read, so only those of the undecided sentences.
            return self._match_word(word, among)
        return self._word_matches(word) & among

    def _match_word_everywhere(self, word: WordQuery) -> SentenceSet:
        return self._match_word(word, self._all)

    def _match_word(self, word: WordQuery, among: SentenceSet) -> SentenceSet:
        least, most = self._word_bounds(word)
        matches = least & among
        for sequence in word.term_sequences:
            if undecided := most & among & ~matches:
                matches |= self._match_sequence(sequence, undecided)
        if word.compound and (undecided := most & among & ~matches):
            matches |= self._match_compound(word, undecided)
        if word.inside and (undecided := most & among & ~matches):
            undecided &= self._bigrams_set(word.inside)
            matches |= self._with_substring(word.inside, within_word=True)(undecided)
        if word.substring and (undecided := most & among & ~matches):
            undecided &= self._bigrams_set(word.substring)
            matches |= self._with_substring(word.substring, within_word=False)(
                undecided
            )
        return matches

    def _find_word_bounds(self, word: WordQuery) -> Bounds:
        least = most = self._sets.of(word.numbers)
        for term in word.part_terms:
            least |= self.term_set(TERMS, term)
        if word.piece:
            least |= self.term_set(TERMS, word.piece)
        if word.boundary:
            least |= self._boundary_set(word.boundary)
        for sequence in word.term_sequences:
            candidates = self._terms_set(sequence)
            most |= candidates
            if len(sequence) == 1:
                least |= candidates
        if word.compound:
            most |= self._with_terms(word.compound_bigrams, self._all & ~least)
        if word.inside:
            most |= self._bigrams_set(word.inside)
        if word.substring:
            candidates = self._bigrams_set(word.substring)
            most |= candidates
            if len(word.substring) == 2 and not any(map(str.isdigit, word.substring)):
                least |= candidates
        return Bounds(least, least | most)

    def _terms_set(self, terms: Sequence[str]) -> SentenceSet:
        """Return the sentences that have all of *terms*, in any order."""
        sets = (self.term_set(TERMS, term) for term in terms)
        return reduce(and_, sets, self._all)

    def _with_terms(self, terms: Sequence[str], among: SentenceSet) -> SentenceSet:
        """Return the sentences of *among* that have all of *terms*, the rarest first."""
        frequency = self._readers.postings.frequency
        for term in sorted(terms, key=lambda term: frequency(TERMS, term)):
            if among.bit_count() > _FEW:
                among &= self.term_set(TERMS, term)
            elif among:
                among = self._sets.those_with_term(term, among)
        return among

    def _bigrams_set(self, substring: str) -> SentenceSet:
        """Return the sentences that have every pair of adjacent letters of *substring*."""
        matches = self._all
        for one, other in pairwise(substring):
            if matches:
                matches &= self._bigram_set(one + other)
        return matches

    def _match_sequence(
        self, sequence: Sequence[str], among: SentenceSet
    ) -> SentenceSet:
        """Return the sentences of *among* in which the terms are adjacent."""
        if len(sequence) == 1 or among.bit_count() > _FEW:
            among &= self._terms_set(sequence)
        if len(sequence) == 1 or not among:
            return among
        return self._sets.with_phrase(sequence, among)

    def _match_compound(self, word: WordQuery, among: SentenceSet) -> SentenceSet:
        """Return the sentences of *among* in which morphemes spell the compound."""
        letters = word.compound or ""
        among = self._with_terms(word.compound_bigrams, among)
        among = self._with_substring(letters, within_word=True)(among)
        if len(word.compound_sequences) == 1:
            return among
        matches: SentenceSet = 0
        for sequence in word.compound_sequences:
            matches |= self._match_sequence(sequence, among & ~matches)
        return matches

    def _compared_texts(
        self, substring: str, *, within_word: bool
    ) -> Callable[[SentenceSet], SentenceSet]:
        """Return a function that returns the sentences of a set that have the substring.

        It reads a text once, and again only if another thread reads texts at the same time.
        For *within_word* see `substring_test`.
        """
        contains = substring_test(substring, within_word=within_word)
        text = self._readers.sentences.text
        sets = self._sets
        # Other threads replace the pair as a whole.
        compared: tuple[SentenceSet, SentenceSet] = (0, 0)

        def among(sentences: SentenceSet) -> SentenceSet:
            nonlocal compared
            read, matches = compared
            if unread := sentences & ~read:
                numbers = [n for n in sets.numbers(unread) if contains(text(n))]
                matches |= sets.of(numbers)
                compared = shortened(read | unread), shortened(matches)
            return matches & sentences

        return among

    def _read_bigram_set(self, bigram: str) -> SentenceSet:
        """Return the sentences whose letters have *bigram*, as a noun bigram or not."""
        matches = self.term_set(TERMS, f"{BIGRAM_MARK}{bigram}")
        return matches | self._sets.with_uncovered_bigram(bigram)
