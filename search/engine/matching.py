"""Which sentences of a generation match a clause, as sets of `search.engine.scoring`.

The terms of a sentence decide most clauses. For a phrase or a substring they only give
candidates: the order of the morphemes, or the text, must be read, which is far slower.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import islice, pairwise
from operator import and_, or_
from typing import NamedTuple, Protocol, TypeVar

from indexer.analysis.analyzer import BIGRAM_MARK
from indexer.segments.multi_reader import SegmentReaders
from indexer.storage.bigram_index import substring_starts
from indexer.text.folding import PLAIN_HANGUL, compact_with_offsets
from indexer.whoosh_format.reader import TERMS
from search.engine.clauses import And, Clause, Or, TermQuery, TermsFilter, WordQuery
from search.engine.scoring import SentenceSet
from search.engine.sentence_sets import SentenceSets

_FIRST = 64
"""How many candidates `has_match` reads before it reads all of them."""


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

    *sets* are the sentences of the index, or a few of them.
    """

    def __init__(
        self,
        readers: SegmentReaders,
        sets: SentenceSets,
        cache: Cache,
    ) -> None:
        self._readers = readers
        self._sets = sets
        self._all = sets.all
        self.term_set = cache(sets.with_term)
        self.matches_among = cache(self._match_among)
        self._bigram_set = cache(self._read_bigram_set)
        self._boundary_set = cache(sets.with_boundary)
        self._word_bounds = cache(self._find_word_bounds)
        self._word_matches = cache(self._match_word_everywhere)
        self._substring_matches = cache(self._match_substring)

    def bounds(self, clause: Clause) -> Bounds:
        """Return what the terms alone decide about *clause*."""
        if isinstance(clause, WordQuery):
            return self._word_bounds(clause)
        if isinstance(clause, Or | And):
            joined = or_ if isinstance(clause, Or) else and_
            least, most = zip(*map(self.bounds, clause.clauses), strict=True)
            return Bounds(reduce(joined, least), reduce(joined, most))
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
            matches = 0
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
        return reduce(or_, sets, 0)

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
            matches |= self._match_substring(word.inside, undecided, within_word=True)
        if word.substring and (undecided := most & among & ~matches):
            undecided &= self._bigrams_set(word.substring)
            matches |= self._substring_matches(word.substring, undecided)
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
            most |= self._terms_set(word.compound_bigrams)
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
        among &= self._terms_set(sequence)
        if len(sequence) == 1 or not among:
            return among
        order = self._readers.forward_index
        numbers = self._sets.numbers(among)
        return self._sets.of(order.with_phrase(sequence, numbers))

    def _match_compound(self, word: WordQuery, among: SentenceSet) -> SentenceSet:
        """Return the sentences of *among* in which morphemes spell the compound."""
        letters = word.compound or ""
        among &= self._terms_set(word.compound_bigrams)
        among = self._match_substring(letters, among, within_word=True)
        if len(word.compound_sequences) == 1:
            return among
        matches = 0
        for sequence in word.compound_sequences:
            matches |= self._match_sequence(sequence, among & ~matches)
        return matches

    def _match_substring(
        self, substring: str, among: SentenceSet, *, within_word: bool = False
    ) -> SentenceSet:
        """Return the sentences of *among* whose text contains the substring.

        Spaces between its letters are ignored unless *within_word*.
        """
        is_hangul = bool(PLAIN_HANGUL.fullmatch(substring))

        def contains(number: int) -> bool:
            text = self._readers.sentences.text(number)
            if is_hangul and substring in text:
                return True
            letters, offsets = compact_with_offsets(text)
            ends = (
                (offsets[start], offsets[start + len(substring) - 1] + 1)
                for start in substring_starts(letters, offsets, substring)
            )
            return any(
                not within_word or len(text[start:end].split()) < 2
                for start, end in ends
            )

        return self._sets.of(filter(contains, self._sets.numbers(among)))

    def _read_bigram_set(self, bigram: str) -> SentenceSet:
        """Return the sentences whose letters have *bigram*, as a noun bigram or not."""
        matches = self.term_set(TERMS, f"{BIGRAM_MARK}{bigram}")
        return matches | self._sets.with_uncovered_bigram(bigram)
