"""The result of an extraction, its seam, and the error that a format raises."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple, Protocol

LARGEST_TEXT = 1 << 28
"""The most bytes of an extracted text, as UTF-8."""

QUOTE = "\ufdd4"
"""A noncharacter by which a parser marks a paragraph in a style for quotations."""

_NOT_TEXT = re.compile("[\0\ud800-\udfff]")


class Extracted(NamedTuple):
    """The text of a document.

    A blank line ends a paragraph, an item or a row; a single line break is inside one.
    `pages` are the offsets in `text` at which its pages begin, empty in a format without
    pages. `title` and `date` are set where the document declares them apart from its
    text, as front matter does. `quotes` are the spans of the paragraphs in a style for
    quotations.
    """

    text: str
    pages: tuple[int, ...] = ()
    title: str | None = None
    date: str | None = None
    quotes: tuple[tuple[int, int], ...] = ()


class Extractor(Protocol):
    """The function `extract` of a format's module."""

    def __call__(self, path: Path) -> Extracted:
        """Return the text of the file at *path*.

        Raises:
            ExtractionError: The file has no text that can be read. Any other exception
                means that it is damaged.
        """


class ExtractionError(Exception):
    """A file cannot be turned into text; the message is the reason, a clause."""


def without_gaps(lines: list[str]) -> str:
    """Join *lines*, with at most one blank line between two of them."""
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


def is_quote_style(name: str | None) -> bool:
    """Whether a paragraph style is for quotations: Intense Quote, 인용."""
    return bool(name and re.search(r"(?i)quot|인용", name))


def quotes_apart(text: str) -> Extracted:
    """Return *text* without QUOTE, and the spans of the paragraphs that have it."""
    pieces: list[str] = []
    quotes: list[tuple[int, int]] = []
    length = 0
    for piece in re.split(r"(\n\n)", text):
        pieces.append(piece.replace(QUOTE, ""))
        end = length + len(pieces[-1])
        if QUOTE in piece:
            quotes.append((length, end))
        length = end
    return Extracted("".join(pieces), quotes=tuple(quotes))


def check(extracted: Extracted) -> Extracted:
    """Replace NULs and lone surrogates, and refuse an empty or oversized text.

    Raises:
        ExtractionError: It is empty, or has more than LARGEST_TEXT bytes.
    """
    text = _NOT_TEXT.sub("\ufffd", extracted.text)
    if not text.strip():
        raise ExtractionError("it has no text")
    if len(text.encode()) > LARGEST_TEXT:
        raise ExtractionError(f"its text has more than {LARGEST_TEXT >> 20} MiB")
    return extracted._replace(text=text)
