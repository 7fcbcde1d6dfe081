"""HWP 5 and HWPX, by dochan: paragraphs, tables as rows, and notes at the end.

Distribution files (배포용 문서), whose visible text is boilerplate, are decrypted. Page
headers and footers are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from dochan import Dochan

from indexer.documents.archives import check_sizes
from indexer.documents.extracted import Extracted, ExtractionError, without_gaps

_DEEPEST = 20
"""Tables within tables that are read."""
_PROTECTED = ("암호", "DRM", "password", "encrypt")


def extract(path: Path) -> Extracted:
    """Return the text of an HWP or HWPX file; see `Extractor`."""
    if path.suffix == ".hwpx":
        check_sizes(path)
    document = Dochan(str(path)).doc
    faults = [fault for fault in document.errors if fault.startswith("ERR")]
    header = document.file_header
    if any(word in fault for fault in faults for word in _PROTECTED) or (
        header and (header.has_cert_encrypt or header.has_cert_drm)
    ):
        raise ExtractionError("it is protected by a password or by DRM")
    if faults or document.source_format not in {"hwp", "hwpx"}:
        raise ExtractionError("it is damaged, or of a version that cannot be read")
    notes: list[str] = []
    lines: list[str] = []
    for section in document.sections:
        lines += _lines(section.elements, notes)
    return Extracted(without_gaps([*lines, "", *notes]))


def _lines(elements: Iterable[Any], notes: list[str], depth: int = 0) -> Iterator[str]:
    """Yield the lines of paragraphs and tables; the lines of notes go to *notes*."""
    if depth > _DEEPEST:
        raise ExtractionError(f"its tables are nested more than {_DEEPEST} deep")
    for element in elements:
        kind = type(element).__name__
        if kind == "Paragraph":
            # The marker of a note would be read as a part of its word.
            yield "".join(run.text for run in element.runs if not run.note_ref)
            yield ""
        elif kind == "Table":
            yield from _lines(element.caption, notes, depth + 1)
            yield from _rows(element, notes, depth + 1)
            yield ""
        elif kind in {"Footnote", "Comment"}:
            notes += _lines(element.paragraphs, notes, depth + 1)
        elif kind == "Equation":
            yield element.script


def _rows(table: Any, notes: list[str], depth: int) -> Iterator[str]:
    """Yield a line for each row, or the paragraphs of a table of one column, a frame."""
    for row in table.rows:
        cells = [
            list(_lines(cell.paragraphs, notes, depth))
            for cell in row
            if not cell.is_merged_away
        ]
        if len(cells) == 1:
            yield from cells[0]
        else:
            yield "\t".join(" ".join(filter(None, map(str.strip, c))) for c in cells)
