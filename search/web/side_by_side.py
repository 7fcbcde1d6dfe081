"""Two documents side by side: the sentences of both in rows, with a strip of all rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from indexer.errors import CommuniqueError
from search.index import Index
from search.messages import Note
from search.present.old_new_table import can_write_docx, old_new_docx
from search.present.table_labels import ENGLISH, KOREAN
from search.query.speaker_groups import OTHER, group_names
from search.reading import comparison_limits
from search.reading.comparison import (
    Comparison,
    DocumentComparison,
    count_statuses,
)
from search.reading.comparison_filter import ComparisonFilter


class AloneError(CommuniqueError):
    """A comparison of two documents in an index of fewer."""

    def __init__(self) -> None:
        super().__init__(Note("there is no other document to compare with."))


class NoDocxError(CommuniqueError):
    """The server lacks the package that writes DOCX."""

    def __init__(self) -> None:
        super().__init__(
            Note(
                "this server does not write DOCX; its operator can install the extra {extra}.",
                extra="documents",
            )
        )


class Row(NamedTuple):
    """A comparison, its number from 1, and whether the filters leave it in view."""

    number: int
    comparison: Comparison
    shown: bool


class SideBySideView(NamedTuple):
    """The values of the template; `comparison` is None unless there are two documents."""

    comparison: DocumentComparison | None
    rows: list[Row]
    counts: dict[str, int]
    speakers: list[str]
    sides: list[str]


def side_by_side_view(
    index: Index, before: str, after: str, shown: ComparisonFilter
) -> SideBySideView:
    """Compare two documents, by default the newest two.

    Args:
        index: The index of both.
        before: The older document, empty for the one before *after*.
        after: The newer document, empty for the newest.
        shown: The rows to show.

    Raises:
        CommuniqueError: The index lacks a document, or the comparison is too large.
    """
    if len(index.editions) < 2:
        return SideBySideView(None, [], {}, [], [])
    older, newer = compared_names(index, before, after)
    comparison = comparison_limits.documents(index, older, newer)
    rows = [
        Row(number, each, shown.matches(each))
        for number, each in enumerate(comparison.sentences, 1)
    ]
    speakers = {s for each in comparison.sentences for s in _speakers(each)}
    groups = index.speaker_groups
    present = {groups.get(speaker or "", OTHER) for speaker in speakers}
    return SideBySideView(
        comparison=comparison,
        rows=rows,
        counts=count_statuses(comparison.sentences),
        speakers=sorted(filter(None, speakers)),
        sides=[side for side in group_names(groups) if side in present],
    )


def compared_names(index: Index, before: str, after: str) -> tuple[str, str]:
    """Return the names of the two documents; the newest two where they are empty.

    Raises:
        AloneError: The index has one document.
    """
    names = [edition.document for edition in index.editions]
    if len(names) < 2:
        raise AloneError
    newer = after or (names[-1] if before != names[-1] else names[-2])
    return before or _predecessor(names, newer), newer


def side_by_side_docx(view: SideBySideView, language: str) -> bytes:
    """Return the rows in view as a table in DOCX.

    Raises:
        AloneError: There are no two documents.
        NoDocxError: The server cannot write DOCX.
    """
    if not can_write_docx():
        raise NoDocxError
    if not view.comparison:
        raise AloneError
    rows = [row.comparison for row in view.rows if row.shown]
    labels = KOREAN if language == "ko" else ENGLISH
    return old_new_docx(view.comparison, rows, labels)


def _predecessor(names: Sequence[str], name: str) -> str:
    place = names.index(name) if name in names else len(names) - 1
    return names[place - 1] if place else names[1]


def _speakers(comparison: Comparison) -> set[str | None]:
    sentences = (comparison.before, comparison.after)
    return {each.speaker for each in sentences if each}
