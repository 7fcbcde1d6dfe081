"""DOCX, by python-docx: paragraphs with their automatic numbers, tables as rows, notes.

Headers and footers of pages are left out; foot- and endnotes come last.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
from docx.text.paragraph import Paragraph
from lxml import etree

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
from indexer.documents.list_numbers import Level, ListNumbers

if TYPE_CHECKING:
    from docx.document import Document

_CONTAINERS = frozenset(("sdt", "sdtContent", "customXml", "ins", "moveTo"))
"""Elements around paragraphs, rows and cells: content controls and accepted insertions."""
_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_OTHER_TEXT = frozenset(
    ("pPr", "rPr", "del", "moveFrom", "txbxContent", "Fallback", "instrText", "sdtPr")
)
"""Elements in a paragraph whose text is not that of the paragraph."""
_DEEPEST = 20
"""Tables within tables that are read."""


def extract(path: Path) -> Extracted:
    """Return the text of a DOCX file; see `Extractor`."""
    check_sizes(path)
    document = docx.Document(str(path))
    body = document.element.body
    _mark_quotes(document)
    lines = list(_lines(body, _Numbers(document), 0))
    return quotes_apart(without_gaps([*without_contents(lines), "", *_notes(document)]))


def _mark_quotes(document: Document) -> None:
    """Put QUOTE in front of the paragraphs in a style for quotations, or based on one."""
    names: dict[str, list[str | None]] = {}
    for style in document.styles:
        chain: list[Any] = [style]
        while (base := getattr(chain[-1], "base_style", None)) and len(
            chain
        ) < _DEEPEST:
            chain.append(base)
        names[style.style_id] = [each.name for each in chain]
    styles = {id_ for id_, chain in names.items() if any(map(is_quote_style, chain))}
    for paragraph in document.element.body.iterfind(".//{*}p") if styles else ():
        if (
            paragraph.style in styles
            and (text := paragraph.find(".//{*}t")) is not None
        ):
            text.text = QUOTE + (text.text or "")


def _lines(block: Any, numbers: _Numbers, depth: int) -> Iterator[str]:
    """Yield the lines of the paragraphs and tables in an element."""
    if depth > _DEEPEST:
        raise ExtractionError(f"its tables are nested more than {_DEEPEST} deep")
    for item in block:
        name = _name(item)
        if name == "p":
            text = _text(item)
            yield marked(f"{numbers.next(item) if text.strip() else ''}{text}")
            yield ""
            for box in item.iterfind(".//{*}txbxContent"):
                if all(_name(each) != "Fallback" for each in box.iterancestors()):
                    yield from _lines(box, numbers, depth + 1)
        elif name == "tbl":
            yield from _rows(item, numbers, depth + 1)
        elif name in _CONTAINERS:
            yield from _lines(item, numbers, depth)


def _rows(table: Any, numbers: _Numbers, depth: int) -> Iterator[str]:
    """Yield a paragraph for each row, or those in a table of one column, a frame."""
    for row in table.iterfind("{*}tr"):
        cells = [cell for cell in _cells(row) if not _continues(cell)]
        texts = [list(_lines(cell, numbers, depth)) for cell in cells]
        if len(texts) == 1:
            yield from texts[0]
        else:
            row = "\t".join(" ".join(" ".join(text).split()) for text in texts)
            yield row.replace(ENTRY, "")
            yield ""


def _cells(row: Any) -> Iterator[Any]:
    for child in row:
        if _name(child) == "tc":
            yield child
        elif _name(child) in _CONTAINERS:
            yield from _cells(child)


def _continues(cell: Any) -> bool:
    """Return whether *cell* is the lower part of one that spans rows, and has no text."""
    merge = cell.find("{*}tcPr/{*}vMerge")
    return merge is not None and _attribute(merge, "val") != "restart"


def _text(element: Any) -> str:
    """Return the text in an element, without deleted text and without text boxes."""
    parts = []
    for child in element:
        name = _name(child)
        if name == "t":
            parts.append(child.text or "")
        elif name in _CHARACTERS:
            parts.append(_CHARACTERS[name])
        elif name not in _OTHER_TEXT:
            parts.append(_text(child))
    return "".join(parts)


def _name(element: Any) -> str:
    """Return the name of an element without its namespace; empty for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _notes(document: Document) -> Iterator[str]:
    """Yield the lines of foot- and endnotes, which python-docx does not expose."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/footnotes", "/endnotes")):
            root = etree.fromstring(relation.target_part.blob, parser)
            for paragraph in root.iterfind(".//{*}p"):
                yield _text(paragraph)
                yield ""


class _Numbers:
    """The automatic numbers of the paragraphs."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._lists, levels = _numberings(document)
        self._numbers = ListNumbers(levels)

    def next(self, paragraph: Any) -> str:
        """Count a paragraph, and return its number with a space, or an empty text."""
        place = _place(Paragraph(paragraph, self._document))
        if place is None or place[0] not in self._lists:
            return ""
        return self._numbers.next(self._lists[place[0]], place[1])


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


def _numberings(
    document: Document,
) -> tuple[dict[str, str], dict[tuple[str, int], Level]]:
    """Return the list that each numbering counts in, and the levels of the lists.

    Numberings of one definition count on, except one that overrides its first number.
    """
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return {}, {}
    definitions = {
        _value(each, "abstractNumId", "."): each
        for each in root.iterfind("{*}abstractNum")
    }
    lists: dict[str, str] = {}
    levels: dict[tuple[str, int], Level] = {}
    for number in root.iterfind("{*}num"):
        id_ = _value(number, "numId", ".")
        definition = _value(number, "val", "{*}abstractNumId")
        starts = {
            _value(each, "ilvl", "."): _value(each, "val", "{*}startOverride")
            for each in number.iterfind("{*}lvlOverride")
        }
        list_ = lists[id_] = (
            f"{id_} of {definition}" if any(starts.values()) else definition
        )
        for level in definitions.get(definition, ()):
            if _name(level) == "lvl":
                depth = _value(level, "ilvl", ".")
                start = starts.get(depth) or _value(level, "val", "{*}start") or "1"
                is_decimal = _value(level, "val", "{*}numFmt") == "decimal"
                text = _value(level, "val", "{*}lvlText") if is_decimal else None
                levels[list_, int(depth)] = Level(int(start), text)
    return lists, levels


def _value(element: Any, name: str, path: str) -> str:
    """Return the attribute *name*, in any namespace, of the first element at *path*."""
    child = element.find(path)
    return "" if child is None else _attribute(child, name)


def _attribute(element: Any, name: str) -> str:
    items = element.attrib.items()
    return next((v for key, v in items if key.rpartition("}")[2] == name), "")
