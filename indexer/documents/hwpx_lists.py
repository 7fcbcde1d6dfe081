"""The automatic numbers of HWPX lists, by the definitions in `Contents/header.xml`.

A paragraph refers to a paragraph shape, that to a numbering and a level of it, and the
numbering has a pattern for each level: `<paraHead level="1" numFormat="DIGIT">^1.</paraHead>`
(KS X 6101).
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from indexer.documents.list_numbers import Level, ListNumbers

_HEADER = "Contents/header.xml"
_SECTION = "Contents/section0.xml"


def numbers_of(path: Path) -> Callable[[int], str]:
    """Return a function that counts a paragraph of a shape, and returns its number.

    The number ends in a space: `2. `. It is empty outside numbered lists.
    """
    with zipfile.ZipFile(path) as archive:
        if _HEADER not in archive.namelist():
            return lambda _: ""
        header = _parsed(archive.read(_HEADER))
        shapes = dict(_shapes(header))
        outline = ""
        if any(list_ == _OUTLINE for list_, _ in shapes.values()):
            outline = _outline(_parsed(archive.read(_SECTION)))
    numbers = ListNumbers(dict(_levels(header)))

    def number_of(shape: int) -> str:
        if shape not in shapes:
            return ""
        list_, depth = shapes[shape]
        return numbers.next(outline if list_ == _OUTLINE else list_, depth)

    return number_of


_OUTLINE = "outline"
"""The list of the headings, whose numbering the section names."""


def _parsed(data: bytes) -> Any:
    return etree.fromstring(
        data, etree.XMLParser(resolve_entities=False, no_network=True)
    )


def _shapes(header: Any) -> Iterator[tuple[int, tuple[str, int]]]:
    """Yield the paragraph shapes that are numbered, with their lists and levels."""
    for shape in header.iterfind(".//{*}paraPr"):
        heading = shape.find("{*}heading")
        kind = None if heading is None else heading.get("type")
        if kind in {"NUMBER", "OUTLINE"}:
            list_ = _OUTLINE if kind == "OUTLINE" else heading.get("idRef", "")
            yield int(shape.get("id", "-1")), (list_, int(heading.get("level", "0")))


def _outline(section: Any) -> str:
    properties = section.find(".//{*}secPr")
    return "" if properties is None else properties.get("outlineShapeIDRef", "")


def _levels(header: Any) -> Iterator[tuple[tuple[str, int], Level]]:
    for numbering in header.iterfind(".//{*}numbering"):
        for head in numbering.iterfind("{*}paraHead"):
            is_decimal = head.get("numFormat") == "DIGIT" and head.text
            level = Level(
                int(head.get("start") or "1"),
                head.text.replace("^", "%") if is_decimal else None,
            )
            yield (numbering.get("id", ""), int(head.get("level", "1")) - 1), level
