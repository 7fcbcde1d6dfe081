"""What changed from one document to another, sentence by sentence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from indexer.analysis.analyzer import Analyzer
from indexer.ingest.sentence import Sentence
from search.engine.similarity import Similarity
from search.reading.alignment import Pair, closeness, matched
from search.reading.diff import Segment, diff, is_same
from search.results import sentence_to_json

Status = Literal["same", "reworded", "new", "dropped"]
STATUSES: tuple[Status, ...] = ("same", "reworded", "new", "dropped")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A sentence and its counterpart, or one that has none.

    `before` is None for a new sentence, `after` for a dropped one; `closeness` and
    `segments` are those of a pair. `moved` tells that it left its place among others.
    """

    status: Status
    before: Sentence | None
    after: Sentence | None
    closeness: float | None = None
    moved: bool = False
    segments: tuple[Segment, ...] = ()

    @property
    def sentence(self) -> Sentence:
        """The sentence as it is now, or as it was where it was dropped."""
        sentence = self.after or self.before
        assert sentence is not None  # noqa: S101 (one of them there always is)
        return sentence

    @property
    def counterpart(self) -> bool:
        """Whether there is one."""
        return bool(self.before and self.after)

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as a JSON object."""
        return {
            "status": self.status,
            "moved": self.moved,
            "closeness": _rounded(self.closeness),
            "before": sentence_to_json(self.before) if self.before else None,
            "after": sentence_to_json(self.after) if self.after else None,
            "segments": [segment.to_json() for segment in self.segments],
        }


@dataclass(frozen=True, slots=True)
class Nearest:
    """The closest sentence, where none is close enough, and how close it is."""

    sentence: Sentence
    closeness: float

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "sentence": sentence_to_json(self.sentence),
            "closeness": _rounded(self.closeness),
        }


class Comparer:
    """Compares documents by the scores of an index; `strict` counts every letter."""

    def __init__(
        self, similarity: Similarity, analyzer: Analyzer, *, strict: bool = False
    ) -> None:
        self._similarity = similarity
        self._analyzer = analyzer
        self._strict = strict

    def documents(
        self, before: Sequence[Sentence], after: Sequence[Sentence]
    ) -> list[Comparison]:
        """Compare two documents: in the order of *after*, what was dropped in its place.

        Its place is behind the sentence that it stood behind.
        """
        close = closeness(before, after, self._similarity)
        pairs = matched(before, after, close)
        dropped = _dropped(before, pairs)
        paired = {pair.after.id: self._compared(pair) for pair in pairs}
        found = list(dropped[None])
        for sentence in after:
            comparison = paired.get(sentence.id) or Comparison("new", None, sentence)
            found.append(comparison)
            if comparison.before:
                found += dropped[comparison.before.id]
        return found

    def sentences(
        self,
        before: Sequence[Sentence],
        after: Sequence[Sentence],
        wanted: Sequence[Sentence],
    ) -> list[tuple[Comparison, Nearest | None]]:
        """Compare those *wanted*, of one of two documents, with the other.

        The closest sentence stands beside one that has no counterpart.
        """
        close = closeness(before, after, self._similarity)
        pairs = matched(before, after, close)
        by_id = {s.id: pair for pair in pairs for s in (pair.before, pair.after)}
        is_new = wanted[0].document == after[0].document
        found: list[tuple[Comparison, Nearest | None]] = []
        for sentence in wanted:
            if pair := by_id.get(sentence.id):
                found.append((self._compared(pair), None))
            elif is_new:
                nearest = _best(
                    (close.get((s.id, sentence.id), 0.0), s) for s in before
                )
                found.append((Comparison("new", None, sentence), nearest))
            else:
                nearest = _best((close.get((sentence.id, s.id), 0.0), s) for s in after)
                found.append((Comparison("dropped", sentence, None), nearest))
        return found

    def _compared(self, pair: Pair) -> Comparison:
        one, other = pair.before.text, pair.after.text
        segments = tuple(diff(one, other, self._analyzer, strict=self._strict))
        status: Status = "same" if is_same(segments) else "reworded"
        return Comparison(
            status, pair.before, pair.after, pair.closeness, pair.moved, segments
        )


def counts(comparisons: Sequence[Comparison]) -> dict[str, int]:
    """Return how many there are of each status, and how many moved."""
    found = Counter(comparison.status for comparison in comparisons)
    moved = sum(comparison.moved for comparison in comparisons)
    return {**{status: found[status] for status in STATUSES}, "moved": moved}


def _dropped(
    before: Sequence[Sentence], pairs: Sequence[Pair]
) -> dict[str | None, list[Comparison]]:
    """Return the sentences without a counterpart, by the id of the one before them.

    One that moved is passed over: what stood behind it did not go with it.
    """
    paired = {pair.before.id: pair for pair in pairs}
    found: dict[str | None, list[Comparison]] = defaultdict(list)
    last = None
    for sentence in before:
        pair = paired.get(sentence.id)
        if pair is None:
            found[last].append(Comparison("dropped", sentence, None))
        elif not pair.moved:
            last = sentence.id
    return found


def _best(found: Iterator[tuple[float, Sentence]]) -> Nearest | None:
    close, sentence = max(found, key=lambda item: item[0])
    return Nearest(sentence, close) if close else None


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)
