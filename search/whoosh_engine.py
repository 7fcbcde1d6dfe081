"""The embedded engine: a Whoosh index on disk, and what is kept beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import lru_cache, reduce
from itertools import accumulate, pairwise
from operator import or_
from pathlib import Path
from typing import Any

from indexer import segments
from indexer.analysis import GRAM_MARK
from indexer.folding import squeeze
from indexer.postings import EDGES, TERMS, Postings
from indexer.sentence import Sentence
from indexer.stretches import places
from search.clauses import Clause, Concept, Either, Every, Tagged
from search.engine import Ranked, Ranking, TermScore
from search.scoring import below, bm25, idf, kind_weight, members, numbers, scorer

_KEPT_BYTES = 1 << 27
_MOST_KEPT = 1 << 13
"""How much, and how many, of the sets and of the impacts that were read are kept."""


class WhooshEngine:
    """Searches the generation in a folder; see `search.engine.Engine`."""

    def __init__(self, generation: Path) -> None:
        with ExitStack() as opened:
            found = segments.opened(generation, opened)
            self._reader, self._shelf, self._pairs, self._sequences = found
            self._opened = opened.pop_all()
        self._scorer = scorer(self._reader.lengths(), self._reader.average_length)
        self._all = (1 << self._reader.count) - 1
        self._tags: dict[str, list[str]] = {}
        kept = min(_MOST_KEPT, _KEPT_BYTES // (self._reader.count // 8 + 1))
        self._impacts = lru_cache(kept)(self._read_impacts)
        self._members = lru_cache(kept)(self._read_members)
        self._pair = lru_cache(kept)(self._read_pair)
        self._concept = lru_cache(kept)(self._find_concept)
        self._stretched = lru_cache(kept)(self._stretching)

    def close(self) -> None:
        """Let go of the index."""
        self._opened.close()

    def rank(
        self,
        tiers: Sequence[Clause],
        weights: Mapping[str, float],
        *,
        limit: int,
        offset: int,
        counted: bool = True,
    ) -> Ranking:
        """Rank the sentences that have one of *tiers*, an earlier one above a later."""
        wanted = limit + offset
        total = None
        found = 0
        ranked: list[Ranked] = []
        totals: list[int] = []
        for number, tier in enumerate(tiers):
            if len(ranked) == wanted and not counted:
                break
            new = self._beyond(found, tier)
            found |= new
            totals.append(new.bit_count())
            room = min(wanted - len(ranked), totals[-1])
            if room:
                if total is None:
                    total = self._scorer.total(self._weighted(weights))
                ceiling = ranked[-1].score if ranked else None
                best = self._scorer.best(total, new, room)
                pressed = ((place, below(ceiling, score)) for place, score in best)
                ranked += self._named(pressed, number)
        return Ranking(tuple(totals), tuple(ranked[offset:]))

    def count(self, clause: Clause) -> int:
        """Return how many sentences have *clause*."""
        return self._having(clause).bit_count()

    def has(self, id_: str, clause: Clause) -> bool:
        """Tell whether the sentence of that id has *clause*."""
        having = self._having(clause)
        return any(having >> number & 1 for number in self._shelf.cited(id_))

    def scores(self, id_: str, weights: Mapping[str, float]) -> tuple[TermScore, ...]:
        """Return what the terms that the sentence has add to its score, most first."""
        found = [
            score
            for number in self._shelf.cited(id_)
            for term, weight in weights.items()
            if (score := self._score(number, term, weight * kind_weight(term)))
        ]
        return tuple(sorted(found, key=lambda term: -term.score))

    def counts(self, clause: Clause, field: str) -> dict[str, int]:
        """Return how many sentences with *clause* have each value of a field."""
        having = self._having(clause)
        counts = {
            value: (having & self._members(field, value)).bit_count()
            for value in self.tags(field)
        }
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        return {value: count for value, count in ordered if count}

    def tags(self, field: str) -> list[str]:
        """Return the values that sentences have of a field."""
        if field not in self._tags:
            self._tags[field] = self._reader.terms(field)
        return self._tags[field]

    def weigh(
        self, weights: Mapping[str, float], reference: str, limit: int
    ) -> dict[str, float]:
        """Return the scores of the best sentences of a document or an id."""
        cited = self._shelf.cited(reference)
        total = self._scorer.total(self._weighted(weights))
        among = (1 << len(cited)) - 1 << cited.start
        scored = self._scorer.best(total, among, min(limit, len(cited)))
        return {self._reader.id(number): score for number, score in scored if score}

    def sentences(self, reference: str) -> list[Sentence]:
        """Return the sentences of a document, a paragraph or an id, in order."""
        return [self._shelf.sentence(number) for number in self._shelf.cited(reference)]

    def _score(self, number: int, term: str, weight: float) -> TermScore | None:
        postings = self._reader.postings(TERMS, term)
        having = list(accumulate(postings.gaps)) if postings else []
        if not postings or number not in having:
            return None
        frequencies = postings.frequencies or (1,) * postings.count
        frequency = frequencies[having.index(number)]
        length = self._reader.length(number)
        inverse = weight * idf(postings.count, self._reader.count)
        return TermScore(
            term=term,
            weight=weight,
            frequency=frequency,
            length=length,
            sentences=postings.count,
            score=bm25(inverse, frequency, length, self._reader.average_length),
        )

    def _weighted(self, weights: Mapping[str, float]) -> Iterator[tuple[Any, float]]:
        for term, weight in weights.items():
            if impacts := self._impacts(term):
                yield impacts[0], weight

    def _named(self, best: Iterable[tuple[int, float]], tier: int) -> Iterator[Ranked]:
        for number, score in best:
            yield Ranked(self._reader.id(number), score, tier, number)

    # The sets of sentences are whole numbers, as `search.scoring` says.

    def _having(self, clause: Clause) -> int:
        """Return the set of the sentences that have *clause*."""
        return self._beyond(0, clause)

    def _beyond(self, found: int, clause: Clause) -> int:
        """Return the set of the sentences, but those *found*, that have *clause*."""
        if isinstance(clause, Concept):
            if clause == Concept(clause.text, stretch=clause.stretch):
                # It is texts that have to be read: not those of what is found already.
                return self._stretched(clause.stretch or "", found)
            return self._concept(clause) & ~found
        if isinstance(clause, Either):
            having = found
            for inner in clause.clauses:
                having |= self._beyond(having, inner)
            return having & ~found
        if isinstance(clause, Every):
            left = self._all & ~found
            for inner in clause.clauses:
                left = self._beyond(self._all & ~left, inner)
            return left
        if isinstance(clause, Tagged):
            sets = (self._members(clause.field, value) for value in clause.values)
            return reduce(or_, sets, 0) & ~found
        return self._all & ~found & ~self._having(clause.clause)

    def _find_concept(self, concept: Concept) -> int:
        found = 0
        for part in concept.parts:
            found |= self._members(TERMS, part)
        if concept.edge:
            found |= self._members(EDGES, concept.edge)
        for sequence in concept.sequences:
            found |= self._side_by_side(sequence, found)
        if concept.stretch:
            found |= self._stretching(concept.stretch, found)
        return found

    def _side_by_side(self, sequence: Sequence[str], found: int) -> int:
        """Return the sentences, but those *found*, where the terms stand in a row."""
        candidates = self._all & ~found
        for term in sequence:
            candidates &= self._members(TERMS, term)
        if len(sequence) == 1 or not candidates:
            return candidates
        if sequence[0].startswith(GRAM_MARK):
            # Pairs of syllables spell a word where they overlap.
            first, *rest = (term.removeprefix(GRAM_MARK) for term in sequence)
            word = first + "".join(pair[-1] for pair in rest)
            return self._spelling(word, candidates, apart=False)
        return members(self._sequences.holding(sequence, numbers(candidates)))

    def _stretching(self, stretch: str, found: int) -> int:
        """Return the sentences, but those *found*, that spell *stretch*."""
        candidates = self._all & ~found
        for one, other in pairwise(stretch):
            candidates &= self._pair(one + other)
        if len(stretch) == 2 and not any(map(str.isdigit, stretch)):
            return candidates
        return self._spelling(stretch, candidates)

    def _spelling(self, stretch: str, candidates: int, *, apart: bool = True) -> int:
        """Return those of *candidates* that spell *stretch*, its letters *apart* or not."""

        def spells(number: int) -> bool:
            text = self._shelf.sentence(number).text
            squeezed, origins = squeeze(text)
            ends = (
                (origins[place], origins[place + len(stretch) - 1] + 1)
                for place in places(squeezed, origins, stretch)
            )
            return any(apart or len(text[one:other].split()) < 2 for one, other in ends)

        return members(filter(spells, numbers(candidates)))

    def _read_members(self, field: str, term: str) -> int:
        postings = self._reader.postings(field, term)
        return self._scorer.members(postings) if postings else 0

    def _read_pair(self, pair: str) -> int:
        gaps = self._pairs.gaps(pair)
        return self._scorer.members(Postings(len(gaps), gaps, None)) if gaps else 0

    def _read_impacts(self, term: str) -> tuple[Any] | None:
        postings = self._reader.postings(TERMS, term)
        return (
            (self._scorer.impacts(postings, kind_weight(term)),) if postings else None
        )
