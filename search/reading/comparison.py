"""The result of a comparison: sentences with their counterparts, and the JSON of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

from indexer.ingest.edition import Edition
from indexer.ingest.sentence import Sentence
from search.reading.diff import Segment
from search.results import sentence_to_json

Status = Literal["same", "reworded", "new", "dropped"]
Side = Literal["before", "after"]
STATUSES: tuple[Status, ...] = ("same", "reworded", "new", "dropped")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A sentence and its counterpart in the other document, if it has one.

    `before` is None for a new sentence, `after` for a dropped one. `closeness` (0 to 1)
    and `segments` are set for a pair. `moved` marks a pair that breaks the order of the
    other pairs.
    """

    status: Status
    before: Sentence | None
    after: Sentence | None
    closeness: float | None = None
    moved: bool = False
    segments: tuple[Segment, ...] = ()

    @property
    def sentence(self) -> Sentence:
        """The newer version of the sentence; the older one if it was dropped."""
        sentence = self.after or self.before
        assert sentence is not None  # noqa: S101 (one of the two is always set)
        return sentence

    @property
    def has_counterpart(self) -> bool:
        """Whether both documents have the sentence."""
        return bool(self.before and self.after)

    def pieces(self, side: Side) -> list[tuple[str, bool]]:
        """Return the text of one side in pieces, each with whether the other side lacks it.

        Example: `[("양측은 ", False), ("해상 ", True), ("훈련을 하였다.", False)]`.
        """
        sentence = self.before if side == "before" else self.after
        if sentence is None:
            return []
        if self.status != "reworded":
            return [(sentence.text, self.status != "same")]
        texts = (
            (getattr(segment, side), segment.kind != "equal")
            for segment in self.segments
        )
        return [
            (text, is_changed and not text.isspace())
            for text, is_changed in texts
            if text
        ]

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as a JSON object; closeness has four decimals."""
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
    """The closest sentence of the other document, too far away to be a counterpart."""

    sentence: Sentence
    closeness: float

    def to_json(self) -> dict[str, Any]:
        """Return the sentence and its closeness as a JSON object."""
        return {
            "sentence": sentence_to_json(self.sentence),
            "closeness": _rounded(self.closeness),
        }


class EditionComparison(NamedTuple):
    """A sentence compared with one other document.

    `nearest` is set only if the sentence has no counterpart there.
    """

    edition: Edition
    comparison: Comparison
    nearest: Nearest | None

    def to_json(self) -> dict[str, Any]:
        """Return the other document and the comparison as one JSON object."""
        return {
            "with": self.edition.to_json(),
            **self.comparison.to_json(),
            "nearest": self.nearest.to_json() if self.nearest else None,
        }


@dataclass(frozen=True, slots=True)
class SentenceComparison:
    """One or more sentences, each compared with other documents in order of date.

    `reference` is what the user typed; `editions` holds all documents by name.
    """

    reference: str
    editions: dict[str, Edition]
    comparisons: tuple[EditionComparison, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the comparisons as a JSON object."""
        comparisons = [comparison.to_json() for comparison in self.comparisons]
        return {
            "reference": self.reference,
            "comparisons": comparisons,
            "total": len(comparisons),
        }


class Shown(Protocol):
    """A choice of comparisons, such as `comparison_filter.ComparisonFilter`."""

    def matches(self, comparison: Comparison) -> bool:
        """Return whether the comparison is shown."""


@dataclass(frozen=True, slots=True)
class DocumentComparison:
    """Two documents compared sentence by sentence."""

    before: Edition
    after: Edition
    sentences: tuple[Comparison, ...]

    @property
    def editions(self) -> dict[str, Edition]:
        """Both documents by name."""
        return {edition.document: edition for edition in (self.before, self.after)}

    def narrowed(self, shown: Shown | None) -> tuple[Comparison, ...]:
        """Return the comparisons that *shown* matches, all of them without it."""
        return tuple(
            each for each in self.sentences if not shown or shown.matches(each)
        )

    def to_json(self, shown: Shown | None = None) -> dict[str, Any]:
        """Return the documents, the counts and the comparisons as a JSON object.

        The counts are those of all comparisons, of which *shown* chooses some.
        """
        return {
            "before": self.before.to_json(),
            "after": self.after.to_json(),
            "counts": count_statuses(self.sentences),
            "sentences": [each.to_json() for each in self.narrowed(shown)],
        }


def count_statuses(comparisons: Sequence[Comparison]) -> dict[str, int]:
    """Count the comparisons of each status, and those that moved.

    Example: `{"same": 9, "reworded": 4, "new": 2, "dropped": 0, "moved": 1}`.
    """
    counts = Counter(comparison.status for comparison in comparisons)
    moved = sum(comparison.moved for comparison in comparisons)
    return {**{status: counts[status] for status in STATUSES}, "moved": moved}


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)
