"""PDF, by pypdfium2: the text layer by pages, without running heads and page numbers.

Lines stay as they are on the page, as `indexer.ingest.unwrap` joins them for all formats.
A blank line follows the last one of a paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pypdfium2

from indexer.documents.extracted import LARGEST_TEXT, Extracted, ExtractionError

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

_EDGE = 3
"""Lines at the top and at the bottom of a page that may be furniture."""
_SAME_PLACE = 4.0
"""Points by which the place of a running head may differ between pages."""
_GAP = 1.35
"""How much wider than usual the gap between two paragraphs is, at least."""
_WIDE = 2.5
"""How many times as high as a letter the distance of such lines is, at most."""
_CLOSE = 6
"""One in so few distances, at least, is that of two lines of a paragraph."""
_INDENT = 60.0
"""Points by which lines of a column may be indented."""
_SAME_EDGE = 10.0
"""Points by which the ends of lines at a margin differ."""
_SHIFT = 60.0
"""Points by which margins differ between left and right pages."""
_SPACE = 2.5
"""Points of a narrow space between two words, for a line of one word."""
_HALF_EMPTY = frozenset("」』》〉】〕）］，。、．：；")
"""Marks whose box is wider than the place that they take at the end of a line."""
_INACCURACY = 1.0
"""Points by which the boxes of letters are too narrow, at most."""
_MOST_PAGES = 20_000
_SENTENCE_END = re.compile(r"[가-힣][.?!][)\]」』”’\"']*$")
_PAGE_NUMBER = re.compile(
    r"(?:[-–—‒·<\[(〈]\s*)?(?:p(?:age|\.)?\s*)?\d{1,4}(?:\s*(?:/|of|중)\s*\d{1,4})?"
    r"(?:\s*(?:쪽|페이지|면))?(?:\s*[-–—‒·>\])〉])?|[ivx]{1,6}",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"^\d{1,4}(?=\s|$)|(?<![\d.,])\d{1,4}(?=\s*(?:/|of\b|쪽|페이지|-\s*\d|$))"
)
"""The number of a page at either end of a line, or before the number of all pages."""
_HYPHENATION = re.compile("(?<=[a-z])[\ufffe\x02](?=[a-z])")
_HYPHEN = re.compile("[\ufffe\x02]")
"""A hyphen at the end of a line, as PDFium marks it, which joins the next line to it.

That of `secu-rity` is not of the word, that of `KF-16` is.
"""


class PageLine(NamedTuple):
    """A line of a page, and its place in points from the lower left corner of the page.

    `word` is the width of its first word, without which the line above it is full, and
    `size` the height of its first letter. `space` is the width of its spaces. A line that
    `has_space` at its end breaks between words.
    """

    text: str
    height: float
    left: float = 0.0
    right: float = 0.0
    word: float = 0.0
    size: float = 0.0
    space: float = 0.0
    has_space: bool = False


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
    gap = _least_gap(pages)
    return _joined(_without_furniture(pages, gap), gap)


def _lines(page: PdfPage) -> Iterator[PageLine]:
    layer = page.get_textpage()
    start = 0
    for line in layer.get_text_range().split("\n") if layer.count_chars() else ():
        text = _HYPHEN.sub("-", _HYPHENATION.sub("", line)).strip()
        if text:
            first = start + len(line) - len(line.lstrip())
            yield _page_line(layer, text, first, line.rstrip("\r").endswith(" "))
        start += len(line) + 1
    layer.close()


def _page_line(layer: PdfTextPage, text: str, first: int, has_space: bool) -> PageLine:
    """Return the line whose *text* begins with the character *first* of a page."""
    last = layer.count_chars() - 1

    def box(place: int) -> tuple[float, float, float, float]:
        is_loose = text[place] not in _HALF_EMPTY
        left, bottom, right, top = layer.get_charbox(
            min(first + place, last), loose=is_loose
        )
        return left, bottom, right, top

    left, bottom, _, top = box(0)
    word = len(text.split(maxsplit=1)[0])
    word_end = box(word - 1)[2]
    space = box(word + 1)[0] - word_end if text[word + 1 : word + 2].strip() else 0.0
    return PageLine(
        text,
        bottom,
        left,
        right=box(len(text) - 1)[2],
        word=word_end - left,
        size=top - bottom,
        space=space if space > 0 else _SPACE,
        has_space=has_space,
    )


def _least_gap(pages: Sequence[Sequence[PageLine]]) -> float:
    """Return the least distance of two lines that is wider than within a paragraph."""
    distances = sorted(
        above.height - below.height
        for page in pages
        for above, below in pairwise(page)
        if above.height > below.height
    )
    # In a short text most lines are apart; those within a paragraph are the closest.
    usual = distances[len(distances) // _CLOSE] if distances else 0.0
    sizes = sorted(line.size for page in pages for line in page)
    return min(_GAP * usual, _WIDE * sizes[len(sizes) // 2])


def _without_furniture(
    pages: Sequence[list[PageLine]], gap: float
) -> list[list[PageLine]]:
    """Delete the running heads and the page numbers at the edges of *pages*.

    A wide *gap* sets a running head apart from the text.
    """
    edges = [_edges(page) for page in pages]
    apart = [_lines_apart(page, gap) for page in pages]
    furniture = {*_running_heads(apart), *_page_numbers(edges)}
    return [
        [line for line in page if (index, line) not in furniture]
        for index, page in enumerate(pages)
    ]


Edge = tuple[int, PageLine]
"""The index of a page, and a line near its top or foot."""


def _edges(page: Sequence[PageLine]) -> list[PageLine]:
    """Return the highest and the lowest lines, which need not be the first and the last."""
    by_height = sorted(page, key=_height)
    return by_height[:_EDGE] + by_height[_EDGE:][-_EDGE:]


def _lines_apart(page: Sequence[PageLine], gap: float) -> list[PageLine]:
    """Return the highest and the lowest lines that a wide gap sets apart from the others."""
    lines = sorted(page, key=_height)
    wide = [
        number
        for number, (below, above) in enumerate(pairwise(lines), 1)
        if above.height - below.height > gap
    ]
    low, high = (wide[0], len(lines) - wide[-1]) if wide else (0, 0)
    if low + high == len(lines):  # One gap sets only the smaller part apart.
        low, high = low * (low <= high), high * (high <= low)
    return lines[: low * (low <= _EDGE)] + lines[len(lines) - high * (high <= _EDGE) :]


def _height(line: PageLine) -> float:
    return line.height


def _running_heads(edges: Sequence[Sequence[PageLine]]) -> Iterator[Edge]:
    """Yield the lines that a neighbouring page has at the same height.

    They may differ in the number of the page. Left and right pages often differ in their
    heads, so the page next but one counts too.
    """

    def pattern(index: int, line: PageLine) -> str:
        return _NUMBER.sub(lambda number: f"{int(number[0]) - index}", line.text)

    heights: dict[tuple[int, str], list[float]] = defaultdict(list)
    for index, lines in enumerate(edges):
        for line in lines:
            heights[index, line.text].append(line.height)
            heights[index, pattern(index, line)].append(line.height)
    for index, lines in enumerate(edges):
        for line in lines:
            texts = {line.text, pattern(index, line)}
            near = ((index + step, t) for step in (-2, -1, 1, 2) for t in texts)
            same = (height for place in near for height in heights.get(place, ()))
            if any(abs(height - line.height) <= _SAME_PLACE for height in same):
                yield index, line


def _page_numbers(edges: Sequence[Sequence[PageLine]]) -> Iterator[Edge]:
    """Yield the lines with the number of their page, alone or beside a running head.

    A number without marks around it must differ by the same from the count of pages on
    half of the pages, at the same height.
    """
    groups: dict[int, list[Edge]] = defaultdict(list)
    for index, lines in enumerate(edges):
        for line in lines:
            alone = _PAGE_NUMBER.fullmatch(line.text)
            if alone and not line.text.isdigit():
                yield index, line
            for match in _NUMBER.finditer(line.text):
                groups[int(match[0]) - index].append((index, line))
    least = max(2, (len(edges) + 1) // 2)
    for group in groups.values():
        heights = sorted(line.height for _, line in group)
        for edge in group:
            first = bisect_left(heights, edge[1].height - _SAME_PLACE)
            if bisect_right(heights, edge[1].height + _SAME_PLACE) - first >= least:
                yield edge


def _joined(pages: Sequence[Sequence[PageLine]], gap: float) -> Extracted:
    """Join the lines of all pages, with a blank line where a paragraph ends."""
    lines = [line for page in pages for line in page]
    ends = [*_paragraph_ends(lines, _margins(pages), gap), False]
    parts = [
        f"{line.text}\n\n" if end else f"{line.text}{' ' * line.has_space}\n"
        for line, end in zip(lines, ends, strict=False)
    ]
    offsets = [0, *accumulate(map(len, parts))]
    firsts = accumulate(map(len, pages), initial=0)
    starts = [offsets[first] for first in firsts]
    return Extracted("".join(parts), tuple(starts[:-1]))


def _paragraph_ends(
    lines: Sequence[PageLine], margins: Sequence[float], gap: float
) -> Iterator[bool]:
    """Yield for each line except the last whether a paragraph ends with it.

    It does if the first word of the next line would fit behind it, or if a wide gap
    follows the end of a sentence or a line in the midst of the page, such as a heading.
    """
    widest = max(margins, default=0.0)
    for (line, below), margin in zip(pairwise(lines), margins, strict=False):
        end = line.right + line.space + below.word + _INACCURACY
        is_apart = line.height - below.height > gap and (
            end < widest or bool(_SENTENCE_END.search(line.text))
        )
        yield end < margin or is_apart


def _margins(pages: Sequence[Sequence[PageLine]]) -> list[float]:
    """Return for each line the right edge of its column, on its page if lines reach it."""
    everywhere = _right_edges([line for page in pages for line in page])
    margins = []
    for page in pages:
        here = _right_edges(page)
        for line in page:
            column = int(line.left // _INDENT)
            usual = everywhere[column]
            is_full = usual - here[column] <= _SHIFT
            margins.append(here[column] if is_full else usual)
    return margins


def _right_edges(lines: Sequence[PageLine]) -> dict[int, float]:
    """Return the right edge of the text that begins near each left edge.

    It is the rightmost place where two lines end, as one line may stand out.
    """
    rights: dict[int, list[float]] = defaultdict(list)
    for line in lines:
        column = int(line.left // _INDENT)
        for each in (column - 1, column, column + 1):
            rights[each].append(line.right)
    edges = {}
    for column, places in rights.items():
        places.sort(reverse=True)
        shared = (one for one, other in pairwise(places) if one - other <= _SAME_EDGE)
        edges[column] = next(shared, places[0])
    return edges
