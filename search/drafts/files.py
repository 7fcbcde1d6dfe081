"""The text of a draft: a text file, a document of a word processor, or standard input."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from indexer import regular_files
from indexer.byte_order import encoding_of
from indexer.errors import CommuniqueError

SUFFIXES = (".txt", ".md", ".docx", ".hwpx", ".hwp", ".pdf", ".html")
"""The kinds of file that are read."""
_TEXT = frozenset((".txt", ".md", ".markdown"))
LARGEST = 1 << 26
"""The most bytes of a draft."""


class DraftError(CommuniqueError):
    """A draft cannot be read."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}.")


class Draft(NamedTuple):
    """A draft's name as typed, its text, and whether it is Markdown."""

    name: str
    text: str
    is_markdown: bool


def read_draft(path: Path, say: Callable[[str], None]) -> Draft:
    """Return the draft in a file.

    Args:
        path: A file of one of SUFFIXES.
        say: Called with a message if the text is not in UTF-8.

    Raises:
        CommuniqueError: It cannot be read, or holds no text.
    """
    name, suffix = str(path), path.suffix.lower()
    if not os.path.lexists(path):
        raise DraftError(name, "there is no such file")
    if path.is_dir():
        raise DraftError(name, "it is a folder; name the drafts in it")
    if suffix not in _TEXT and suffix not in SUFFIXES:
        kinds = f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
        raise DraftError(name, f"a draft is a {kinds} file; convert it first")
    try:
        data = regular_files.read(path, LARGEST)
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise DraftError(name, f"cannot be read ({reason})") from fault
    if suffix in _TEXT:
        return Draft(name, _decoded(name, data, say), suffix != ".txt")
    from indexer.documents.extract import DocumentUnreadableError, extract

    try:
        extracted = extract(path, data)
    except DocumentUnreadableError as fault:
        raise DraftError(name, f"{fault.reason}; replace the file") from None
    text = extracted.text
    for start, end in reversed(extracted.quotes):
        quote = text[start:end].replace("\n", "\n> ")
        text = f"{text[:start]}> {quote}{text[end:]}"
    return Draft(name, text, is_markdown=False)


def read_stream(stream: BinaryIO, say: Callable[[str], None]) -> Draft:
    """Return the draft on standard input, which is read as Markdown.

    Raises:
        CommuniqueError: It is too large, or no text.
    """
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise DraftError("-", f"it has more than {LARGEST >> 20} MiB")
    return Draft("-", _decoded("-", data, say), is_markdown=True)


def _decoded(name: str, data: bytes, say: Callable[[str], None]) -> str:
    mark = encoding_of(data)
    for codec in [mark] if mark else ["utf-8-sig", "cp949"]:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        if codec == "cp949":
            say(f"{name}: not UTF-8, read as CP949")
        return text
    raise DraftError(name, "it holds no text in UTF-8 or CP949; save it as UTF-8")
