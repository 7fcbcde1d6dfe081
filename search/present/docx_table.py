"""An old/new table in DOCX, by python-docx."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from search.reading.comparison import Comparison, DocumentComparison, Side

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Row
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

    from indexer.ingest.edition import Edition
    from search.present.table_labels import TableLabels

_FONT = "맑은 고딕"
_MARGIN = 2
"""Centimetres."""
_WIDTHS = (11.2, 11.2, 3.2)
"""Of the columns, in centimetres: A4 across, within the margins."""
_DROPPED, _NEW, _FAINT = "A02626", "17643A", "5B6270"
_NOT_IN_XML = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"  # XML 1.0, production 2
)


def docx_table(
    comparison: DocumentComparison, sentences: Sequence[Comparison], labels: TableLabels
) -> bytes:
    """Return the file of `search.present.old_new_table.old_new_docx`."""
    document = _empty_document(labels)
    _write(document.add_paragraph(), labels.legend)
    table = document.add_table(rows=1 + len(sentences), cols=3, style="Table Grid")
    table.autofit = False
    head, *rows = table.rows
    _repeat_on_each_page(head)
    heads = (
        f"{labels.older}: {_name(comparison.before)}",
        f"{labels.newer}: {_name(comparison.after)}",
        labels.remarks,
    )
    for cell, text in zip(head.cells, heads, strict=True):
        _write(cell.paragraphs[0], text).bold = True
    for row, each in zip(rows, sentences, strict=True):
        before, after, remarks = (cell.paragraphs[0] for cell in row.cells)
        _write_side(before, each, "before", labels.not_before)
        _write_side(after, each, "after", labels.not_after)
        _write(remarks, _remarks(each, labels))
    # Word reads the widths of the cells, LibreOffice those of the columns.
    for cells in (table.columns, *(row.cells for row in table.rows)):
        for cell, width in zip(cells, _WIDTHS, strict=True):
            cell.width = Cm(width)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _empty_document(labels: TableLabels) -> Document:
    """Return a document on A4 across, with the title and a font that has Hangul."""
    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    margin = Cm(_MARGIN)
    section.left_margin = section.right_margin = margin
    section.top_margin = section.bottom_margin = margin
    font = document.styles["Normal"].font
    font.name, font.size = _FONT, Pt(10)
    font.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    document.core_properties.title = labels.title
    document.core_properties.author = "communique"
    document.add_heading(labels.title, level=0)
    return document


def _write_side(
    paragraph: Paragraph, comparison: Comparison, side: Side, absent: str
) -> None:
    """Write the place and the text of one side, with its changes marked."""
    sentence = comparison.before if side == "before" else comparison.after
    if sentence is None:
        _write(paragraph, absent, _FAINT)
        return
    place = sentence.id.removeprefix(f"{sentence.document}:")
    _write(paragraph, f"{place}  ", _FAINT)
    for text, is_changed in comparison.pieces(side):
        if not is_changed:
            _write(paragraph, text)
            continue
        words = text.rstrip()
        if side == "before":
            _write(paragraph, words, _DROPPED).font.strike = True
        else:
            _write(paragraph, words, _NEW).font.underline = True
        if space := text[len(words) :]:
            _write(paragraph, space)


def _write(paragraph: Paragraph, text: str, colour: str | None = None) -> Run:
    """Add *text*, in which a space stands for each character that XML does not allow."""
    run = paragraph.add_run(_NOT_IN_XML.sub(" ", text))
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    return run


def _remarks(comparison: Comparison, labels: TableLabels) -> str:
    percent = round((comparison.closeness or 0) * 100)
    status = getattr(labels, comparison.status).format(percent=percent)
    return f"{status}, {labels.moved}" if comparison.moved else status


def _name(edition: Edition) -> str:
    """Return the title and the date of a document, or its name."""
    parts = (edition.title or edition.document, edition.date)
    return ", ".join(filter(None, parts))


def _repeat_on_each_page(row: _Row) -> None:
    """Mark *row* as a head of the table, for which python-docx has no method."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001
