"""Which sentences of a generation have a clause, in the sets of `search.engine.scoring`.

Of most sentences their terms tell it. Of some they tell only that these may have it: the
order of their morphemes, or their texts, have to be looked at, which takes far longer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, reduce
from itertools import islice, pairwise
from operator import and_, or_
from typing import NamedTuple

from indexer.analysis.analyzer import BIGRAM_MARK
from indexer.segments.multi_reader import SegmentReaders
from indexer.storage.bigram_index import substring_starts
from indexer.text.folding import compact_with_offsets
from indexer.whoosh_format.reader import TERMS, Postings
from search.engine.clauses import And, Clause, Or, TermQuery, TermsFilter, WordQuery
from search.engine.scoring import Scorer, members, numbers

_FIRST = 64
"""At how many sentences it looks before at all others, to find one that has a clause."""


class Bounds(NamedTuple):
    """The sentences that surely have a clause, and with them those that may have it."""

    least: int
    most: int


class Membership:
    """Tells which sentences have a clause."""

    def __init__(self, found: SegmentReaders, scorer: Scorer, kept: int) -> None:
        self._reader, self._sentences = found.postings, found.sentences
        self._pairs, self._edges = found.bigrams, found.boundaries
        self._sequences = found.forward_index
        self._scorer = scorer
        self._all = (1 << self._reader.count) - 1
        self.members = lru_cache(kept)(self._read_members)
        self.these = lru_cache(kept)(self._these)
        self._pair = lru_cache(kept)(self._read_pair)
        self._edge = lru_cache(kept)(self._read_edge)
        self._bounds = lru_cache(kept)(self._concept_bounds)
        self._concept = lru_cache(kept)(self._find_concept)
        self._stretched = lru_cache(kept)(self._spelling)

    def bounds(self, clause: Clause) -> Bounds:
        """Return what the terms tell, before any sentence is looked at."""
        if isinstance(clause, WordQuery):
            return self._bounds(clause)
        if isinstance(clause, TermsFilter):
            having = self._tagged(clause)
            return Bounds(having, having)
        if isinstance(clause, TermQuery):
            having = self.members(TERMS, clause.term)
            return Bounds(having, having)
        if isinstance(clause, Or | And):
            joined = or_ if isinstance(clause, Or) else and_
            least, most = zip(*map(self.bounds, clause.clauses), strict=True)
            return Bounds(reduce(joined, least), reduce(joined, most))
        inner = self.bounds(clause.clause)
        return Bounds(self._all & ~inner.most, self._all & ~inner.least)

    def having(self, clause: Clause, found: int = 0) -> int:
        """Return the set of the sentences, but those *found*, that have *clause*."""
        return self._settled(clause, self._all & ~found, self._known)

    def _these(self, clause: Clause, few: Sequence[int]) -> int:
        """Return the set of those of a *few* sentences, in order, that have *clause*."""
        return self._settled(clause, members(few), self._looked)

    def finds(self, clause: Clause) -> bool:
        """Tell whether any sentence has *clause*."""
        least, most = self.bounds(clause)
        if least or not most:
            return bool(least)
        first = tuple(islice(numbers(most), _FIRST))
        return bool(self.these(clause, first) or self.having(clause))

    def _settled(
        self, clause: Clause, among: int, having: Callable[[WordQuery, int], int]
    ) -> int:
        """Return the set of the sentences *among* that have *clause*.

        *having* tells it of a concept. It is not asked of what is settled before.
        """
        if isinstance(clause, WordQuery):
            return having(clause, among)
        if isinstance(clause, Or):
            found = 0
            for inner in clause.clauses:
                found |= self._settled(inner, among & ~found, having)
            return found
        if isinstance(clause, And):
            for inner in clause.clauses:
                among = self._settled(inner, among, having)
            return among
        if isinstance(clause, TermsFilter):
            return among & self._tagged(clause)
        if isinstance(clause, TermQuery):
            return among & self.members(TERMS, clause.term)
        return among & ~self._settled(clause.clause, among, having)

    def _tagged(self, clause: TermsFilter) -> int:
        sets = (self.members(clause.field, value) for value in clause.values)
        return reduce(or_, sets, 0)

    def _known(self, concept: WordQuery, among: int) -> int:
        if concept == WordQuery(concept.text, substring=concept.substring):
            # It is texts that have to be read: not those of what is found already.
            return self._looked(concept, among)
        return self._concept(concept) & among

    def _find_concept(self, concept: WordQuery) -> int:
        return self._looked(concept, self._all)

    def _looked(self, concept: WordQuery, among: int) -> int:
        least, most = self._bounds(concept)
        found = least & among
        for sequence in concept.term_sequences:
            if doubtful := most & among & ~found:
                found |= self._side_by_side(sequence, doubtful)
        if concept.substring and (doubtful := most & among & ~found):
            doubtful &= self._with_pairs(concept.substring)
            found |= self._stretched(concept.substring, doubtful)
        return found

    def _concept_bounds(self, concept: WordQuery) -> Bounds:
        least = most = 0
        for part in concept.part_terms:
            least |= self.members(TERMS, part)
        if concept.boundary:
            least |= self._edge(concept.boundary)
        for sequence in concept.term_sequences:
            having = self._with_terms(sequence)
            most |= having
            if len(sequence) == 1:
                least |= having
        if concept.substring:
            having = self._with_pairs(concept.substring)
            most |= having
            if len(concept.substring) == 2 and not any(
                map(str.isdigit, concept.substring)
            ):
                least |= having
        return Bounds(least, least | most)

    def _with_terms(self, sequence: Sequence[str]) -> int:
        """Return the sentences that have the terms, wherever these stand."""
        having = self._all
        for term in sequence:
            having &= self.members(TERMS, term)
        return having

    def _with_pairs(self, stretch: str) -> int:
        """Return the sentences that have each two neighbours among the letters."""
        having = self._all
        for one, other in pairwise(stretch):
            if having:
                having &= self._pair(one + other)
        return having

    def _side_by_side(self, sequence: Sequence[str], among: int) -> int:
        """Return the sentences *among* where the terms stand in a row."""
        among &= self._with_terms(sequence)
        if len(sequence) == 1 or not among:
            return among
        if sequence[0].startswith(BIGRAM_MARK):
            # BigramIndex of syllables spell a word where they overlap.
            first, *rest = (term.removeprefix(BIGRAM_MARK) for term in sequence)
            word = first + "".join(pair[-1] for pair in rest)
            return self._spelling(word, among, apart=False)
        return members(self._sequences.with_phrase(sequence, numbers(among)))

    def _spelling(self, stretch: str, among: int, *, apart: bool = True) -> int:
        """Return those *among* that spell *stretch*, its letters *apart* or not."""

        def spells(number: int) -> bool:
            text = self._sentences.text(number)
            squeezed, origins = compact_with_offsets(text)
            ends = (
                (origins[place], origins[place + len(stretch) - 1] + 1)
                for place in substring_starts(squeezed, origins, stretch)
            )
            return any(apart or len(text[one:other].split()) < 2 for one, other in ends)

        return members(filter(spells, numbers(among)))

    def _read_members(self, field: str, term: str) -> int:
        postings = self._reader.postings(field, term)
        return self._scorer.members(postings) if postings else 0

    def _read_pair(self, pair: str) -> int:
        """Return the sentences where *pair* is a gram, and all others that hold it."""
        gaps = self._pairs.gaps(pair)
        others = self._scorer.members(Postings(len(gaps), gaps, None)) if gaps else 0
        return others | self.members(TERMS, f"{BIGRAM_MARK}{pair}")

    def _read_edge(self, pair: str) -> int:
        """Return those of the sentences of a gram where it is a morpheme's edge."""
        flags = self._edges.flags(pair)
        gram = self._reader.postings(TERMS, f"{BIGRAM_MARK}{pair}") if flags else None
        return self._scorer.members(gram, flags) if gram else 0
