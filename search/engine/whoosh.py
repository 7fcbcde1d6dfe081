"""The embedded engine: searches the Whoosh index of a generation and the files beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.ingest.sentence import Sentence
from indexer.segments import multi_reader
from indexer.whoosh_format.reader import TERMS
from search.engine.clauses import Clause, Or, positive_words
from search.engine.loop_scoring import LoopScorer
from search.engine.matching import Bounds, Matcher
from search.engine.protocol import Ranked, Ranking, TermScore
from search.engine.scored_matches import ScoredMatches
from search.engine.scoring import (
    LARGE,
    Scorer,
    SentenceSet,
    bm25,
    idf,
    scale_below,
)
from search.engine.sentence_sets import SentenceSets

if TYPE_CHECKING:
    from indexer.ingest.reference import Reference

MANY = 4096
"""Number of sentences from which an index is searched by arrays."""
_BRIEF = 400_000
"""Postings that loops add up in the time that NumPy takes to be imported and to add them."""

_MARGINS = (1, 4)
"""How many times the number of hits are checked before all sentences that match are."""


class WhooshEngine:
    """Searches the generation in a folder; see `search.engine.protocol.Engine`."""

    def __init__(self, generation: Path, *, brief: bool = False) -> None:
        """Open the files of a generation.

        Args:
            generation: The folder of the generation.
            brief: Whether few queries follow, from one thread, as in a command. Then NumPy is
                imported only once loops have read about as much as its import costs.

        Raises:
            FileNotFoundError: A file is missing, as after two more rebuilds.
            indexer.storage.checksums.FileDamagedError: A file was changed.
        """
        with ExitStack() as stack:
            self._readers = multi_reader.open_segments(generation, stack)
            self._stack = stack.pop_all()
        self._postings = self._readers.postings
        self._brief = brief
        self._expected: set[str] = set()
        self._read = 0

    def close(self) -> None:
        """Close the files."""
        self._stack.close()

    @cached_property
    def _parts(self) -> ScoredMatches:
        # They read data proportional to the size of the index, which `show` does not need.
        average = self._postings.average_length
        lengths = self._postings.length_bytes()
        return ScoredMatches(
            self._readers, scorer_for(lengths, average, brief=self._brief)
        )

    def _expect(self, terms: Iterable[str]) -> None:
        """Change from loops to arrays if the postings of *terms* are too many for loops."""
        if not self._brief:
            return
        new = set(terms) - self._expected
        self._expected |= new
        self._read += sum(self._postings.frequency(TERMS, term) for term in new)
        if self._read > _BRIEF:
            self._brief = False
            # The next use makes those of arrays.
            self.__dict__.pop("_parts", None)

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
        self._expect(weights)
        size = limit + offset
        if not counted and (first := self._first_tier(tiers, weights, size)):
            return Ranking((len(first),), tuple(first[offset:]))
        scores = None
        ranked: SentenceSet = 0
        hits: list[Ranked] = []
        totals: list[int] = []
        for index, tier in enumerate(tiers):
            if len(hits) == size and not counted:
                break
            if counted:
                matches = self._parts.matches_last(tuple(tiers[: index + 1]))
                bounds = Bounds(matches, matches)
            else:
                bounds = self._bounds(tier, ranked)
            matches = bounds.least
            room = min(size - len(hits), bounds.most.bit_count())
            if room:
                if scores is None:
                    scores = self._parts.scorer.total(weights, self._parts.impacts)
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
        if self._brief or self._postings.count < LARGE or not tiers:
            return []
        from search.engine.candidates import Candidates, memoized

        scores = self._parts.scorer.total(weights, self._parts.impacts)
        for margin in _MARGINS:
            best = self._parts.scorer.best(scores, None, size * margin)
            numbers = sorted(number for number, _ in best)
            sets: SentenceSets[Any] = Candidates(
                self._readers, self._parts.impacts, numbers
            )
            matches = Matcher(self._readers, sets, memoized, memoized).matches(tiers[0])
            members = {*sets.numbers(matches)}
            hits = [Ranked(n, score, 0) for n, score in best if n in members]
            if len(hits) >= size:
                return hits[:size]
        return []

    def _bounds(self, tier: Clause, ranked: SentenceSet) -> Bounds:
        """Return the bounds of *tier* without the sentences *ranked*."""
        least, most = self._parts.matcher.bounds(tier)
        return Bounds(least & ~ranked, most & ~ranked)

    def _best(
        self, scores: Any, tier: Clause, bounds: Bounds, room: int
    ) -> tuple[list[tuple[int, float]], SentenceSet]:
        """Return the best *room* sentences of *tier*, and all that are known to match.

        Candidates are checked from the best score down until there are enough.
        """
        scorer = self._parts.scorer
        least, most = bounds
        size = room
        while True:
            best = scorer.best(scores, most, size)
            is_complete = len(best) == most.bit_count()
            near = scorer.set_of(sorted(number for number, _ in best))
            undecided = near & most & ~least
            if undecided:
                numbers = tuple(scorer.numbers_in(undecided))
                matches = self._parts.matcher.matches_among(tier, numbers)
                wrong = undecided & ~matches
                least, most = least | matches, most & ~wrong
                numbers_of_wrong = {*scorer.numbers_in(wrong)}
                best = [pair for pair in best if pair[0] not in numbers_of_wrong]
            if is_complete or len(best) >= room:
                return best[:room], least
            size *= 4

    def count(self, clause: Clause) -> int:
        """Return how many sentences match *clause*."""
        return self._parts.matcher.matches(clause).bit_count()

    def frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """Return the document frequency of each of *terms*."""
        return {term: self._postings.frequency(TERMS, term) for term in terms}

    def has_match(self, clause: Clause) -> bool:
        """Return whether any sentence matches *clause*."""
        self._expect(term for word in positive_words(clause) for term in word.terms)
        return self._parts.matcher.has_match(clause)

    def matches(self, number: int, clause: Clause) -> bool:
        """Return whether the sentence of that number matches *clause*."""
        return bool(self._parts.matcher.matches_among(clause, (number,)))

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
        tiers = clause.clauses if isinstance(clause, Or) else (clause,)
        return self._parts.value_counts.count(field, self._parts.matches_any(tiers))

    def field_values(self, field: str) -> list[str]:
        """Return the values of a field, sorted."""
        return self._parts.value_counts.values(field)

    def best_scores(
        self, weights: Mapping[str, float], numbers: range, limit: int
    ) -> dict[int, float]:
        """Return the scores of the best of the sentences *numbers*."""
        scores = self._parts.scorer.total(weights, self._parts.impacts)
        among = (1 << len(numbers)) - 1 << numbers.start
        best = self._parts.scorer.best(scores, among, min(limit, len(numbers)))
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
        postings = self._parts.impacts.postings(term)
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


def scorer_for(
    lengths: bytes, average: float, *, brief: bool = False
) -> Scorer[Any, Any, Any]:
    """Return the faster scorer for an index of sentences of *lengths*.

    With *brief*, it does not import NumPy, which costs more than it saves a short query.
    """
    if brief or len(lengths) < MANY:
        return LoopScorer(lengths, average)
    if len(lengths) < LARGE:
        from search.engine.array_scoring import ArrayScorer

        return ArrayScorer(lengths, average)
    from search.engine.block_scoring import BlockScorer

    return BlockScorer(lengths, average)
