"""The embedded engine: searches the Whoosh index of a generation and the files beside it."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise
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
    LARGE,
    LoopScorer,
    Scorer,
    SentenceSet,
    bm25,
    idf,
    scale_below,
    set_of,
)
from search.engine.sentence_sets import AllSentences
from search.engine.sized_cache import SizedCache

MANY = 4096
"""Number of sentences from which NumPy saves more than the 0.1 s that its import takes."""

_CACHE_BYTES = 1 << 27
_MOST_CACHED = 1 << 13
"""The size of each cache of sentence sets, in bytes and in entries."""
_TERM_BYTES = 1 << 28
_PAIR_BYTES = 1 << 27
"""The sizes of the caches of impacts. Those of pairs are few and slow to read again."""
_MARGIN = 2
"""How many times the number of hits are checked before all sentences that match are."""
_NO_IMPACTS = 64
"""The bytes that count for a term that no sentence has."""


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
        self._term_impacts = SizedCache(self._read_impacts, self._size_of, _TERM_BYTES)
        self._pair_impacts = SizedCache(self._read_impacts, self._size_of, _PAIR_BYTES)

    def close(self) -> None:
        """Close the files."""
        self._stack.close()

    # Both read data proportional to the size of the index, which `show` does not need.

    @cached_property
    def _scorer(self) -> Scorer[Any, Any]:
        return scorer_for(self._postings.lengths(), self._postings.average_length)

    @cached_property
    def _matcher(self) -> Matcher:
        sets = AllSentences(self._readers, self._scorer)
        return Matcher(self._readers, sets, lru_cache(self._cached))

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
        if not counted and (first := self._first_tier(tiers, weights, size)):
            return Ranking((len(first),), tuple(first[offset:]))
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

    def _first_tier(
        self, tiers: Sequence[Clause], weights: Mapping[str, float], size: int
    ) -> list[Ranked]:
        """Return the best *size* sentences if enough of the highest scores are of tier 0.

        Then the sets of all sentences that match are not needed. Otherwise, or in a small
        index, the result is empty.
        """
        if self._postings.count < LARGE or not tiers:
            return []
        from search.engine.candidates import Candidates, memoized

        terms = self._scorer.total(self._weighted(weights))
        best = self._scorer.best(terms, None, size * _MARGIN)
        numbers = sorted(number for number, _ in best)
        sets = Candidates(self._readers, self._impacts, numbers)
        matches = {
            *sets.numbers(Matcher(self._readers, sets, memoized).matches(tiers[0]))
        }
        hits = [Ranked(number, score, 0) for number, score in best if number in matches]
        return hits[:size] if len(hits) >= size else []

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
                yield impacts, weight

    def _impacts(self, term: str) -> Any:
        """Return the impacts of a term or a pair; None if no sentence has it."""
        is_pair = PAIR_SEPARATOR in term
        return self._pair_impacts(term) if is_pair else self._term_impacts(term)

    def _read_impacts(self, term: str) -> Any:
        postings = self._scored_postings(term)
        return self._scorer.impacts(postings) if postings else None

    def _size_of(self, impacts: Any) -> int:
        return self._scorer.size_of(impacts) if impacts else _NO_IMPACTS

    def _scored_postings(self, term: str) -> Postings | None:
        if PAIR_SEPARATOR in term:
            return self._pair_postings(term.split(PAIR_SEPARATOR))
        return self._postings.postings(TERMS, term)

    def _pair_postings(self, terms: Sequence[str]) -> Postings | None:
        """Return the postings of two adjacent morphemes, such as 신뢰 and 구축.

        A frequency is at most 255, as in the index. Return None if no sentence has the pair.
        """
        impacts = list(filter(None, map(self._impacts, terms)))
        if len(impacts) < len(terms):
            return None
        numbers = self._scorer.shared(impacts)
        counts = self._readers.forward_index.phrase_counts(terms, numbers)
        if not counts:
            return None
        gaps = array("I", (b - a for (a, _), (b, _) in pairwise([(0, 0), *counts])))
        return Postings(len(gaps), gaps, bytes(min(count, 255) for _, count in counts))


def scorer_for(lengths: Sequence[int], average: float) -> Scorer[Any, Any]:
    """Return the faster scorer for an index of sentences of *lengths*."""
    if len(lengths) < MANY:
        return LoopScorer(lengths, average)
    from search.engine.array_scoring import ArrayScorer

    return ArrayScorer(lengths, average)
