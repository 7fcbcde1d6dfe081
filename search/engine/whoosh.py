"""The embedded engine: a Whoosh index on disk, and what is kept beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from indexer.ingest.sentence import Sentence
from indexer.segments import multi_reader
from indexer.whoosh_format.reader import TERMS
from search.engine.clauses import Clause
from search.engine.matching import Bounds, Membership
from search.engine.protocol import Ranked, Ranking, TermScore
from search.engine.scoring import Scorer, below, bm25, idf, kind_weight, members, scorer

_KEPT_BYTES = 1 << 27
_MOST_KEPT = 1 << 13
"""How much, and how many, of the sets and of the impacts that were read are kept."""


class WhooshEngine:
    """Searches the generation in a folder; see `search.engine.protocol.Engine`."""

    def __init__(self, generation: Path) -> None:
        with ExitStack() as opened:
            found = multi_reader.opened(generation, opened)
            self._reader, self._shelf = found.postings, found.shelf
            self._opened = opened.pop_all()
        self._segments = found
        self._tags: dict[str, list[str]] = {}
        self._kept = min(_MOST_KEPT, _KEPT_BYTES // (self._reader.count // 8 + 1))
        self._impacts = lru_cache(self._kept)(self._read_impacts)

    def close(self) -> None:
        """Let go of the index."""
        self._opened.close()

    # Both read what grows with the index, which showing a sentence does not need.

    @cached_property
    def _scorer(self) -> Scorer:
        return scorer(self._reader.lengths(), self._reader.average_length)

    @cached_property
    def _membership(self) -> Membership:
        return Membership(self._segments, self._scorer, self._kept)

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
            bounds = self._beyond(found, tier, counted=counted)
            sure = bounds.least
            room = min(wanted - len(ranked), bounds.most.bit_count())
            if room:
                if total is None:
                    total = self._scorer.total(self._weighted(weights))
                ceiling = ranked[-1].score if ranked else None
                best, sure = self._best(total, tier, bounds, room)
                pressed = ((place, below(ceiling, score)) for place, score in best)
                ranked += self._named(pressed, number)
            found |= sure
            totals.append(sure.bit_count())
        return Ranking(tuple(totals), tuple(ranked[offset:]))

    def _beyond(self, found: int, tier: Clause, *, counted: bool) -> Bounds:
        """Return what is known of the sentences, but those *found*, that have *tier*."""
        if counted:
            having = self._membership.having(tier, found)
            return Bounds(having, having)
        least, most = self._membership.bounds(tier)
        return Bounds(least & ~found, most & ~found)

    def _best(
        self, total: Any, tier: Clause, bounds: Bounds, room: int
    ) -> tuple[list[tuple[int, float]], int]:
        """Return the best sentences that have *tier*, and the set that surely has it.

        Of those that may have it the best are looked at, until there are enough.
        """
        least, most = bounds
        some = room
        while True:
            best = self._scorer.best(total, most, some)
            whole = len(best) == most.bit_count()
            doubtful = most & ~least
            few = tuple(sorted(n for n, _ in best if doubtful >> n & 1))
            having = self._membership.these(tier, few) if few else 0
            wrong = members(few) & ~having
            least, most = least | having, most & ~wrong
            best = [(n, score) for n, score in best if not wrong >> n & 1]
            if whole or len(best) >= room:
                return best[:room], least
            some *= 4

    def count(self, clause: Clause) -> int:
        """Return how many sentences have *clause*."""
        return self._membership.having(clause).bit_count()

    def finds(self, clause: Clause) -> bool:
        """Tell whether any sentence has *clause*."""
        return self._membership.finds(clause)

    def has(self, id_: str, clause: Clause) -> bool:
        """Tell whether the sentence of that id has *clause*."""
        return bool(self._membership.these(clause, tuple(self._shelf.cited(id_))))

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
        having = self._membership.having(clause)
        counts = {
            value: (having & self._membership.members(field, value)).bit_count()
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

    def _read_impacts(self, term: str) -> tuple[Any] | None:
        postings = self._reader.postings(TERMS, term)
        return (
            (self._scorer.impacts(postings, kind_weight(term)),) if postings else None
        )
