"""The result of checking drafts, and the JSON of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from indexer.ingest.sentence import Sentence
from search.drafts.quotations import Quotation
from search.messages import Note
from search.reading.diff import Segment
from search.results import sentence_to_json

Status = Literal["exact", "marks", "altered", "missing"]
STATUSES: tuple[Status, ...] = ("exact", "marks", "altered", "missing")
"""As printed; exact except for spacing and marks; altered; in no document."""


class CitationCheck(NamedTuple):
    """A citation of the draft, and whether it names the source.

    `agrees` is None if the quotation has no source. `exists` is whether the index has a
    document that is cited so; if not, `nearest` is the nearest one, if any.
    """

    text: str
    agrees: bool | None
    exists: bool = True
    nearest: str | None = None


@dataclass(frozen=True, slots=True)
class QuotationCheck:
    """A quotation and the sentences it comes from.

    `sentences` are those it covers; of a missing one, the nearest. `likeness` is 1 if the
    letters are the same. `segments` are the difference, the source being the older text:
    of an altered quotation, and of one with other spacing and marks as equal segments.
    `others` are the ids of further places with the same letters.
    """

    quotation: Quotation
    status: Status
    sentences: tuple[Sentence, ...]
    likeness: float
    segments: tuple[Segment, ...]
    others: tuple[str, ...]
    citations: tuple[CitationCheck, ...]

    @property
    def is_right(self) -> bool:
        """Whether the quotation is exact and closed, and no citation is wrong."""
        is_exact = self.status == "exact" and self.quotation.is_closed
        return is_exact and not self.wrong_citations

    @property
    def wrong_citations(self) -> list[str]:
        """The citations that name another sentence than the source, or no document."""
        return [each.text for each in self.citations if each.agrees is False]

    def to_json(self) -> dict[str, Any]:
        """Return the quotation, its source and its citations as a JSON object."""
        return {
            "line": self.quotation.line,
            "quotation": self.quotation.text,
            "status": self.status,
            "likeness": round(self.likeness, 4),
            "sentences": [sentence_to_json(sentence) for sentence in self.sentences],
            "segments": [segment.to_json() for segment in self.segments],
            "others": list(self.others),
            "citations": [each._asdict() for each in self.citations],
        }


@dataclass(frozen=True, slots=True)
class DraftCheck:
    """The quotations of a draft, how many were left out, and notes on its marks."""

    name: str
    checks: tuple[QuotationCheck, ...]
    left_out: int
    notes: tuple[Note, ...]

    def to_json(self, limit: int | None = None) -> dict[str, Any]:
        """Return the first *limit* quotations and the counts of all as a JSON object."""
        return {
            "file": self.name,
            "counts": count_statuses([self]),
            "left_out": self.left_out,
            "quotations": [check.to_json() for check in self.checks[:limit]],
            "notes": list(self.notes),
        }


def count_statuses(drafts: Sequence[DraftCheck]) -> dict[str, int]:
    """Count the quotations of each status, and the wrong citations.

    Example: `{"exact": 4, "marks": 1, "altered": 0, "missing": 0, "miscited": 1}`.
    """
    checks = [check for draft in drafts for check in draft.checks]
    counts = Counter(check.status for check in checks)
    miscited = sum(bool(check.wrong_citations) for check in checks)
    return {**{status: counts[status] for status in STATUSES}, "miscited": miscited}
