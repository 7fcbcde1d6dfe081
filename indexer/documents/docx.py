"""DOCX, by python-docx: paragraphs with their automatic numbers, tables as rows, notes.

Headers and footers of pages are left out; foot- and endnotes come last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
from docx.table import Table
from lxml import etree

from indexer.documents.archives import check_sizes
from indexer.documents.extracted import Extracted, ExtractionError, without_gaps

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

_DEEPEST = 20
"""Tables within tables that are read."""


def extract(path: Path) -> Extracted:
    """Return the text of a DOCX file; see `Extractor`."""
    check_sizes(path)
    document = docx.Document(str(path))
    lines = list(_lines(document, _Numbers(document), 0))
    return Extracted(without_gaps([*lines, "", *_notes(document)]))


def _lines(block: Document | _Cell, numbers: _Numbers, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        raise ExtractionError(f"its tables are nested more than {_DEEPEST} deep")
    for item in block.iter_inner_content():
        if isinstance(item, Table):
            yield from _rows(item, numbers, depth + 1)
        else:
            yield f"{numbers.next(item)}{item.text}"
        yield ""


def _rows(table: Table, numbers: _Numbers, depth: int) -> Iterator[str]:
    """Yield a line for each row, or the paragraphs of a table of one column, a frame."""
    for row in table.rows:
        # A merged cell is returned once for each column that it spans.
        cells = {id(cell._tc): cell for cell in row.cells}.values()  # noqa: SLF001
        texts = [list(_lines(cell, numbers, depth)) for cell in cells]
        if len(texts) == 1:
            yield from texts[0]
        else:
            yield "\t".join(" ".join(filter(None, map(str.strip, t))) for t in texts)


def _notes(document: Document) -> Iterator[str]:
    """Yield the lines of foot- and endnotes, which python-docx does not expose."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/footnotes", "/endnotes")):
            root = etree.fromstring(relation.target_part.blob, parser)
            for paragraph in root.iterfind(".//{*}p"):
                yield "".join(text.text or "" for text in paragraph.iterfind(".//{*}t"))
                yield ""


class _Numbers:
    """The numbers that Word prints before the paragraphs of numbered lists.

    Only decimal numbers are rendered: those number the paragraphs of a communiqué. A
    bullet or a letter stays out of the text.
    """

    def __init__(self, document: Document) -> None:
        self._counts: dict[tuple[str, int], int] = defaultdict(int)
        self._levels = _levels(document)

    def next(self, paragraph: Paragraph) -> str:
        """Count *paragraph*, and return its number with a space: `2. `; often empty."""
        place = _place(paragraph)
        if place is None or place not in self._levels or not paragraph.text.strip():
            return ""
        list_, depth = place
        start, text = self._levels[place]
        self._counts[place] = max(self._counts[place] + 1, start)
        for deeper in range(depth + 1, 9):
            self._counts.pop((list_, deeper), None)
        for level in range(depth + 1):
            text = text.replace(f"%{level + 1}", str(self._counts[list_, level] or 1))
        return f"{text} "


def _place(paragraph: Paragraph) -> tuple[str, int] | None:
    """Return the list and the level of a paragraph, its style's if it has none itself."""
    properties: list[Any] = [paragraph._p.pPr]  # noqa: SLF001 (there is no public way)
    style = paragraph.style
    if style is not None:
        properties.append(style.element.pPr)
    for each in properties:
        number = None if each is None else each.numPr
        if number is not None and number.numId is not None:
            level = 0 if number.ilvl is None else number.ilvl.val
            return str(number.numId.val), level
    return None


def _levels(document: Document) -> dict[tuple[str, int], tuple[int, str]]:
    """Return the first number and the pattern (`%1.`) of each level with decimal numbers."""
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return {}
    levels = {}
    abstract = {
        _value(each, "abstractNumId", "."): each
        for each in root.iterfind("{*}abstractNum")
    }
    for number in root.iterfind("{*}num"):
        definition = abstract.get(_value(number, "val", "{*}abstractNumId"))
        for level in () if definition is None else definition.iterfind("{*}lvl"):
            if _value(level, "val", "{*}numFmt") == "decimal":
                key = (_value(number, "numId", "."), int(_value(level, "ilvl", ".")))
                start = int(_value(level, "val", "{*}start") or 1)
                levels[key] = (start, _value(level, "val", "{*}lvlText"))
    return levels


def _value(element: Any, name: str, path: str) -> str:
    """Return the attribute *name*, in any namespace, of the first element at *path*."""
    child = element.find(path)
    items = () if child is None else child.attrib.items()
    return next((v for key, v in items if key.rpartition("}")[2] == name), "")
