"""The embedded engine: a Whoosh index on disk, and what is kept beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from indexer.ingest.reference import Reference
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
            self._segments = multi_reader.open_segments(generation, opened)
            self._opened = opened.pop_all()
        self._reader = self._segments.postings
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
        hits: list[Ranked] = []
        totals: list[int] = []
        for index, tier in enumerate(tiers):
            if len(hits) == wanted and not counted:
                break
            bounds = self._beyond(found, tier, counted=counted)
            sure = bounds.least
            room = min(wanted - len(hits), bounds.most.bit_count())
            if room:
                if total is None:
                    total = self._scorer.total(self._weighted(weights))
                ceiling = hits[-1].score if hits else None
                best, sure = self._best(total, tier, bounds, room)
                hits += [
                    Ranked(number, below(ceiling, score), index)
                    for number, score in best
                ]
            found |= sure
            totals.append(sure.bit_count())
        return Ranking(tuple(totals), tuple(hits[offset:]))

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

    def has(self, number: int, clause: Clause) -> bool:
        """Return whether the sentence of that number matches *clause*."""
        return bool(self._membership.these(clause, (number,)))

    def scores(
        self, number: int, weights: Mapping[str, float]
    ) -> tuple[TermScore, ...]:
        """Return what each term adds to the score of a sentence, most first."""
        scores = [
            score
            for term, weight in weights.items()
            if (score := self._score(number, term, weight * kind_weight(term)))
        ]
        return tuple(sorted(scores, key=lambda score: -score.score))

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
        self, weights: Mapping[str, float], numbers: range, limit: int
    ) -> dict[int, float]:
        """Return the scores of the best of the sentences *numbers*."""
        total = self._scorer.total(self._weighted(weights))
        among = (1 << len(numbers)) - 1 << numbers.start
        best = self._scorer.best(total, among, min(limit, len(numbers)))
        return {number: score for number, score in best if score}

    def sentence_numbers(self, reference: Reference) -> range:
        """Return the numbers of the sentences of *reference*."""
        return self._segments.citations.sentence_numbers(reference)

    def ids(self, numbers: Sequence[int]) -> list[str]:
        """Return the ids of sentences, without their texts."""
        return list(map(self._reader.id, numbers))

    def stored_sentences(self, numbers: Sequence[int]) -> list[Sentence]:
        """Return the sentences of *numbers*."""
        return list(map(self._segments.sentences.sentence, numbers))

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

    def _read_impacts(self, term: str) -> tuple[Any] | None:
        postings = self._reader.postings(TERMS, term)
        return (
            (self._scorer.impacts(postings, kind_weight(term)),) if postings else None
        )
