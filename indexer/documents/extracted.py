"""The result of an extraction, its seam, and the error that a format raises."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple, Protocol

LARGEST_TEXT = 1 << 28
"""The most bytes of an extracted text, as UTF-8."""

_NOT_TEXT = re.compile("[\0\ud800-\udfff]")


class Extracted(NamedTuple):
    """The text of a document.

    A blank line ends a paragraph, an item or a row; a single line break is inside one.
    `pages` are the offsets in `text` at which its pages begin, empty in a format without
    pages. `title` and `date` are set where the document declares them apart from its
    text, as front matter does.
    """

    text: str
    pages: tuple[int, ...] = ()
    title: str | None = None
    date: str | None = None


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
