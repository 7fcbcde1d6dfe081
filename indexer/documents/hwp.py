"""HWP 5 and HWPX, by dochan: paragraphs, tables as rows, and notes at the end.

The automatic numbers of lists are read from HWPX, as dochan has none.

Distribution files (배포용 문서), whose visible text is boilerplate, are decrypted. Page
headers and footers are left out, and so is text that tracked changes delete.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from dochan import Dochan

from indexer.documents import hwpx_lists
from indexer.documents.archives import check_sizes
from indexer.documents.contents_table import ENTRY, marked, without_contents
from indexer.documents.extracted import (
    QUOTE,
    Extracted,
    ExtractionError,
    is_quote_style,
    quotes_apart,
    without_gaps,
)

_DEEPEST = 20
"""Tables within tables that are read."""
_BOOKMARK = re.compile(r"\[bookmark: [^\n]*\] ")
"""The text by which dochan stands for a bookmark."""
_OLD_HAN = "\uf53a"
"""The first syllable of ᄒᆞᆫ글, the name of the word processor, in its private characters.

The more than 5,000 others write Middle Korean, and stay as they are.
"""
_PROTECTED = ("암호", "DRM", "password", "encrypt")


def extract(path: Path) -> Extracted:
    """Return the text of an HWP or HWPX file; see `Extractor`."""
    if path.suffix == ".hwpx":
        check_sizes(path)
    document = Dochan(str(path), revision_mode="final").doc
    faults = [fault for fault in document.errors if fault.startswith("ERR")]
    header = document.file_header
    if any(word in fault for fault in faults for word in _PROTECTED) or (
        header and (header.has_cert_encrypt or header.has_cert_drm)
    ):
        raise ExtractionError("it is protected by a password or by DRM")
    if faults or document.source_format not in {"hwp", "hwpx"}:
        raise ExtractionError("it is damaged, or of a version that cannot be read")
    _mark_quotes(document)
    if path.suffix == ".hwpx":
        _number(document, hwpx_lists.numbers_of(path))
    notes: list[str] = []
    lines: list[str] = []
    for section in document.sections:
        lines += _lines(section.elements, notes)
    return quotes_apart(without_gaps([*without_contents(lines), "", *notes]))


def _mark_quotes(document: Any) -> None:
    """Put QUOTE in front of the paragraphs in a style for quotations."""
    names = [style.name for style in document.styles]
    styles = {number for number, name in enumerate(names) if is_quote_style(name)}
    for paragraph in document.find_all("paragraph") if styles else ():
        if paragraph.style_id in styles and paragraph.runs:
            paragraph.runs[0].text = QUOTE + paragraph.runs[0].text


def _number(document: Any, number_of: Callable[[int], str]) -> None:
    """Put the numbers of lists in front of their paragraphs."""
    for paragraph in document.find_all("paragraph"):
        if paragraph.text.strip() and (number := number_of(paragraph.para_shape_id)):
            paragraph.runs[0].text = number + paragraph.runs[0].text


def _lines(elements: Iterable[Any], notes: list[str], depth: int = 0) -> Iterator[str]:
    """Yield the lines of paragraphs and tables; the lines of notes go to *notes*."""
    if depth > _DEEPEST:
        raise ExtractionError(f"its tables are nested more than {_DEEPEST} deep")
    for element in elements:
        kind = type(element).__name__
        if kind == "Paragraph":
            text = "".join(run.text for run in element.runs if not _is_marker(run))
            yield marked(text.replace(_OLD_HAN, "ᄒᆞᆫ"))
            yield ""
        elif kind == "Table":
            yield from _lines(element.caption, notes, depth + 1)
            yield from _rows(element, notes, depth + 1)
            yield ""
        elif kind in {"Footnote", "Comment"}:
            notes += _lines(element.paragraphs, notes, depth + 1)
        elif kind == "Equation":
            yield element.script
            yield ""


def _is_marker(run: Any) -> bool:
    """Return whether a run is the mark of a note or a bookmark, not text of the author."""
    return bool(run.note_ref or _BOOKMARK.fullmatch(run.text))


def _rows(table: Any, notes: list[str], depth: int) -> Iterator[str]:
    """Yield a paragraph for each row, or those in a table of one column, a frame."""
    for row in table.rows:
        cells = [
            list(_lines(cell.paragraphs, notes, depth))
            for cell in row
            if not cell.is_merged_away
        ]
        if len(cells) == 1:
            yield from cells[0]
        else:
            row = "\t".join(" ".join(" ".join(cell).split()) for cell in cells)
            yield row.replace(ENTRY, "")
            yield ""
