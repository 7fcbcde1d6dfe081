"""The formats: their suffixes, modules and libraries, and how to recognise them."""

from __future__ import annotations

import re
from typing import NamedTuple


class Format(NamedTuple):
    """A format of documents.

    Attributes:
        title: Its name in messages.
        module: The module of this package that extracts its text.
        library: The module of the library that it needs, None without one.
        distribution: The name under which that library is installed.
    """

    title: str
    module: str
    library: str | None = None
    distribution: str | None = None


_HWP = ("hwp", "dochan", "dochan")
FORMATS = {
    ".hwp": Format("HWP", *_HWP),
    ".hwpx": Format("HWPX", *_HWP),
    ".pdf": Format("PDF", "pdf", "pypdfium2", "pypdfium2"),
    ".docx": Format("DOCX", "docx", "docx", "python-docx"),
    ".html": Format("HTML", "html", "selectolax", "selectolax"),
    ".htm": Format("HTML", "html", "selectolax", "selectolax"),
    ".md": Format("Markdown", "markdown"),
}
"""The formats by the suffix of their files."""

HEAD = 1 << 16
"""Bytes at the start of a file by which its format is recognised."""

_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,999}?-->\s*)?"
    rb"<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_SIGNATURES = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "HWP or another OLE file", ".hwp"),
    (b"HWP Document File V", "HWP 3", None),
    (b"{\\rtf", "RTF", None),
    (b"\x1f\x8b", "gzip", None),
    (b"\x89PNG", "PNG image", None),
    (b"\xff\xd8\xff", "JPEG image", None),
    (b"SQLite format 3", "SQLite", None),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip", None),
)


class Content(NamedTuple):
    """The format that the first bytes of a file show; `suffix` is None if it is no format here."""

    title: str
    suffix: str | None


_PARTS = (
    (b"word/", Content("DOCX", ".docx")),
    (b"xl/", Content("XLSX", None)),
    (b"ppt/", Content("PPTX", None)),
    (b"Contents/section0.xml", Content("HWPX", ".hwpx")),
    (b"META-INF/manifest.xml", Content("an OpenDocument file", None)),
)
"""Names of files in the archives of formats."""


def recognise(head: bytes, tail: bytes = b"") -> Content | None:
    """Return the format that the first HEAD bytes of a file show, None for plain text.

    The last bytes, *tail*, of an archive have the names of the files in it.
    """
    if b"%PDF-" in head[:1024]:
        return Content("PDF", ".pdf")
    if head.startswith(b"PK\x03\x04"):
        return _archive(head, tail)
    for signature, title, suffix in _SIGNATURES:
        if head.startswith(signature):
            return Content(title, suffix)
    return Content("HTML", ".html") if _HTML.match(head) else None


def _archive(head: bytes, tail: bytes) -> Content:
    if b"application/hwp+zip" in head[:200]:
        return Content("HWPX", ".hwpx")
    for part, content in _PARTS:
        if part in head or part in tail:
            return content
    return Content("ZIP", None)
