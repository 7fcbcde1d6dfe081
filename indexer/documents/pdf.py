"""PDF, by pypdfium2: the text layer by pages, without running heads and page numbers.

Lines stay as they are on the page, as `indexer.ingest.unwrap` joins them for all formats.
A wide gap between two lines becomes a blank line.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pypdfium2

from indexer.documents.extracted import LARGEST_TEXT, Extracted, ExtractionError

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_EDGE = 3
"""Lines at the top and at the bottom of a page that may be furniture."""
_SAME_PLACE = 4.0
"""Points by which the place of a running head may differ between pages."""
_GAP = 1.35
"""How much wider than usual the gap between two paragraphs is, at least."""
_CLOSE = 4
"""One in so few distances, at least, is that of two lines of a paragraph."""
_MOST_PAGES = 20_000
_PAGE_NUMBER = re.compile(
    r"(?:[-–—‒·<\[(〈]\s*)?(?:p(?:age|\.)?\s*)?(\d{1,4})(?:\s*(?:/|of|중)\s*\d{1,4})?"
    r"(?:\s*(?:쪽|페이지|면))?(?:\s*[-–—‒·>\])〉])?",
    re.IGNORECASE,
)
_HYPHEN = re.compile("[\ufffe\x02]")
"""A hyphen at the end of a line, as PDFium marks it."""


class PageLine(NamedTuple):
    """A line of a page, and the height of its first letter above the foot of the page."""

    text: str
    height: float


def extract(path: Path) -> Extracted:
    """Return the text of a PDF file; see `Extractor`."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as fault:
        if "assword" in str(fault):
            raise ExtractionError("it is protected by a password") from None
        raise
    if len(document) > _MOST_PAGES:
        raise ExtractionError(f"it has more than {_MOST_PAGES} pages")
    pages: list[list[PageLine]] = []
    size = 0
    for page in document:
        pages.append(list(_lines(page)))
        page.close()
        size += sum(len(line.text) for line in pages[-1])
        if size > LARGEST_TEXT:
            raise ExtractionError(f"its text has more than {LARGEST_TEXT >> 20} MiB")
    if not size:
        raise ExtractionError("it has no text layer, as a scan; read it with OCR first")
    return _joined(_without_furniture(pages))


def _lines(page: PdfPage) -> Iterator[PageLine]:
    layer = page.get_textpage()
    last = layer.count_chars() - 1
    start = 0
    for line in layer.get_text_range().split("\n") if last >= 0 else ():
        text = _HYPHEN.sub("", line).strip()
        if text:
            first = start + len(line) - len(line.lstrip())
            yield PageLine(text, layer.get_charbox(min(first, last))[1])
        start += len(line) + 1
    layer.close()


def _without_furniture(pages: Sequence[list[PageLine]]) -> list[list[PageLine]]:
    """Delete the running heads and the page numbers at the edges of *pages*."""
    heights: dict[str, list[float]] = defaultdict(list)
    for line in sorted((line for page in pages for line in _edges(page)), key=_height):
        heights[_pattern(line)].append(line.height)
    least = max(2, (len(pages) + 1) // 2)
    offsets = Counter(
        number - index
        for index, page in enumerate(pages)
        for number in {_page_number(line) for line in _edges(page)} - {None}
        if number is not None
    )

    def is_furniture(index: int, line: PageLine) -> bool:
        number = _page_number(line)
        if number is not None and (
            offsets[number - index] >= least or not line.text.isdigit()
        ):
            return True
        same = heights[_pattern(line)]
        first = bisect_left(same, line.height - _SAME_PLACE)
        return bisect_right(same, line.height + _SAME_PLACE) - first >= least

    result = []
    for index, page in enumerate(pages):
        edges = _edges(page)
        result.append(
            [
                line
                for line in page
                if line not in edges or not is_furniture(index, line)
            ]
        )
    return result


def _edges(page: Sequence[PageLine]) -> list[PageLine]:
    """Return the highest and the lowest lines, which need not be the first and the last."""
    by_height = sorted(page, key=_height)
    return by_height[:_EDGE] + by_height[_EDGE:][-_EDGE:]


def _height(line: PageLine) -> float:
    return line.height


def _pattern(line: PageLine) -> str:
    return re.sub(r"\d+", "0", line.text)


def _page_number(line: PageLine) -> int | None:
    match = _PAGE_NUMBER.fullmatch(line.text)
    return int(match[1]) if match else None


def _joined(pages: Sequence[Sequence[PageLine]]) -> Extracted:
    """Join the lines of all pages, with blank lines where paragraphs are apart."""
    distances = sorted(
        above.height - below.height
        for page in pages
        for above, below in pairwise(page)
        if above.height > below.height
    )
    # In a short text most lines are apart; those within a paragraph are the closest.
    usual = distances[len(distances) // _CLOSE] if distances else 0.0
    parts: list[str] = []
    starts: list[int] = []
    size = 0
    for page in pages:
        starts.append(size)
        for number, line in enumerate(page):
            is_apart = number and page[number - 1].height - line.height > _GAP * usual
            text = f"\n{line.text}\n" if is_apart else f"{line.text}\n"
            parts.append(text)
            size += len(text)
    return Extracted("".join(parts), tuple(starts))
