"""The embedded engine: searches the Whoosh index of a generation and the files beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from indexer.analysis.analyzer import PAIR_SEPARATOR
from indexer.ingest.reference import Reference
from indexer.ingest.sentence import Sentence
from indexer.segments import multi_reader
from indexer.whoosh_format.reader import TERMS, Postings
from search.engine.clauses import Clause
from search.engine.matching import Bounds, Matcher
from search.engine.protocol import Ranked, Ranking, TermScore
from search.engine.scoring import (
    LoopScorer,
    Scorer,
    SentenceSet,
    bm25,
    idf,
    scale_below,
    set_of,
)

MANY = 4096
"""Number of sentences from which NumPy saves more than the 0.1 s that its import takes."""

_CACHE_BYTES = 1 << 27
_MOST_CACHED = 1 << 13
"""The size of each cache of sentence sets and of impacts, in bytes and in entries."""


class WhooshEngine:
    """Searches the generation in a folder; see `search.engine.protocol.Engine`."""

    def __init__(self, generation: Path) -> None:
        """Open the files of a generation.

        Raises:
            FileNotFoundError: A file is missing, as after two more rebuilds.
            indexer.storage.checksums.FileDamagedError: A file was changed.
        """
        with ExitStack() as stack:
            self._readers = multi_reader.open_segments(generation, stack)
            self._stack = stack.pop_all()
        self._postings = self._readers.postings
        self._values: dict[str, list[str]] = {}
        size = self._postings.count // 8 + 1
        self._cached = min(_MOST_CACHED, _CACHE_BYTES // size)
        self._impacts = lru_cache(self._cached)(self._read_impacts)

    def close(self) -> None:
        """Close the files."""
        self._stack.close()

    # Both read data proportional to the size of the index, which `show` does not need.

    @cached_property
    def _scorer(self) -> Scorer[Any, Any]:
        return scorer_for(self._postings.lengths(), self._postings.average_length)

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(self._readers, self._scorer, self._cached)

    def rank(
        self,
        tiers: Sequence[Clause],
        weights: Mapping[str, float],
        *,
        limit: int,
        offset: int,
        counted: bool = True,
    ) -> Ranking:
        """Rank the sentences that match any of *tiers*, an earlier one above a later."""
        size = limit + offset
        scores = None
        ranked = 0
        hits: list[Ranked] = []
        totals: list[int] = []
        for index, tier in enumerate(tiers):
            if len(hits) == size and not counted:
                break
            bounds = self._bounds(tier, ranked, counted=counted)
            matches = bounds.least
            room = min(size - len(hits), bounds.most.bit_count())
            if room:
                if scores is None:
                    scores = self._scorer.total(self._weighted(weights))
                ceiling = hits[-1].score if hits else None
                best, matches = self._best(scores, tier, bounds, room)
                hits += [
                    Ranked(number, scale_below(ceiling, score), index)
                    for number, score in best
                ]
            ranked |= matches
            totals.append(matches.bit_count())
        return Ranking(tuple(totals), tuple(hits[offset:]))

    def _bounds(self, tier: Clause, excluded: SentenceSet, *, counted: bool) -> Bounds:
        """Return the bounds of *tier* without *excluded*, exact ones if *counted*."""
        if counted:
            matches = self._matcher.matches(tier, excluded)
            return Bounds(matches, matches)
        least, most = self._matcher.bounds(tier)
        return Bounds(least & ~excluded, most & ~excluded)

    def _best(
        self, scores: Any, tier: Clause, bounds: Bounds, room: int
    ) -> tuple[list[tuple[int, float]], SentenceSet]:
        """Return the best *room* sentences of *tier*, and all that are known to match.

        Candidates are checked from the best score down until there are enough.
        """
        least, most = bounds
        size = room
        while True:
            best = self._scorer.best(scores, most, size)
            is_complete = len(best) == most.bit_count()
            undecided = most & ~least
            numbers = tuple(sorted(n for n, _ in best if undecided >> n & 1))
            matches = self._matcher.matches_among(tier, numbers) if numbers else 0
            wrong = set_of(numbers) & ~matches
            least, most = least | matches, most & ~wrong
            best = [(n, score) for n, score in best if not wrong >> n & 1]
            if is_complete or len(best) >= room:
                return best[:room], least
            size *= 4

    def count(self, clause: Clause) -> int:
        """Return how many sentences match *clause*."""
        return self._matcher.matches(clause).bit_count()

    def frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """Return the document frequency of each of *terms*."""
        return {term: self._postings.frequency(TERMS, term) for term in terms}

    def has_match(self, clause: Clause) -> bool:
        """Return whether any sentence matches *clause*."""
        return self._matcher.has_match(clause)

    def matches(self, number: int, clause: Clause) -> bool:
        """Return whether the sentence of that number matches *clause*."""
        return bool(self._matcher.matches_among(clause, (number,)))

    def term_scores(
        self, number: int, weights: Mapping[str, float]
    ) -> tuple[TermScore, ...]:
        """Return what each term adds to the score of a sentence, most first."""
        scores = [
            score
            for term, weight in weights.items()
            if (score := self._term_score(number, term, weight))
        ]
        return tuple(sorted(scores, key=lambda score: -score.score))

    def value_counts(self, clause: Clause, field: str) -> dict[str, int]:
        """Return how many sentences that match *clause* have each value of a field."""
        matches = self._matcher.matches(clause)
        counts = {
            value: (matches & self._matcher.term_set(field, value)).bit_count()
            for value in self.field_values(field)
        }
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        return {value: count for value, count in ordered if count}

    def field_values(self, field: str) -> list[str]:
        """Return the values of a field, sorted."""
        if field not in self._values:
            self._values[field] = self._postings.terms(field)
        return self._values[field]

    def best_scores(
        self, weights: Mapping[str, float], numbers: range, limit: int
    ) -> dict[int, float]:
        """Return the scores of the best of the sentences *numbers*."""
        scores = self._scorer.total(self._weighted(weights))
        among = (1 << len(numbers)) - 1 << numbers.start
        best = self._scorer.best(scores, among, min(limit, len(numbers)))
        return {number: score for number, score in best if score}

    def sentence_numbers(self, reference: Reference) -> range:
        """Return the numbers of the sentences of *reference*."""
        return self._readers.citations.sentence_numbers(reference)

    def ids(self, numbers: Sequence[int]) -> list[str]:
        """Return the ids of sentences, without their texts."""
        return list(map(self._postings.id, numbers))

    def stored_sentences(self, numbers: Sequence[int]) -> list[Sentence]:
        """Return the sentences of *numbers*."""
        return list(map(self._readers.sentences.sentence, numbers))

    def _term_score(self, number: int, term: str, weight: float) -> TermScore | None:
        postings = self._scored_postings(term)
        numbers = list(accumulate(postings.gaps)) if postings else []
        if not postings or number not in numbers:
            return None
        frequencies = postings.frequencies or (1,) * postings.count
        frequency = frequencies[numbers.index(number)]
        length = self._postings.length(number)
        weight_by_idf = weight * idf(postings.count, self._postings.count)
        return TermScore(
            term=term,
            weight=weight,
            frequency=frequency,
            length=length,
            sentences=postings.count,
            score=bm25(weight_by_idf, frequency, length, self._postings.average_length),
        )

    def _weighted(self, weights: Mapping[str, float]) -> Iterator[tuple[Any, float]]:
        """Yield the impacts of the terms that the index has, with their weights."""
        for term, weight in weights.items():
            if impacts := self._impacts(term):
                yield impacts[0], weight

    def _read_impacts(self, term: str) -> tuple[Any] | None:
        """Return the impacts in a tuple, as an array has no truth value."""
        postings = self._scored_postings(term)
        return (self._scorer.impacts(postings),) if postings else None

    def _scored_postings(self, term: str) -> Postings | None:
        if PAIR_SEPARATOR in term:
            return self._matcher.pair_postings(term)
        return self._postings.postings(TERMS, term)


def scorer_for(lengths: Sequence[int], average: float) -> Scorer[Any, Any]:
    """Return the faster scorer for an index of sentences of *lengths*."""
    if len(lengths) < MANY:
        return LoopScorer(lengths, average)
    from search.engine.array_scoring import ArrayScorer

    return ArrayScorer(lengths, average)
