"""The way in: the bytes of a file of one of FORMATS to its text."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from indexer import regular_files
from indexer.byte_order import encoding_of
from indexer.documents import formats, markdown, sandbox
from indexer.documents.extracted import Extracted, ExtractionError, check
from indexer.documents.formats import FORMATS
from indexer.errors import CommuniqueError
from indexer.versions import install_command, installed_version

EXTRACTION_VERSION = 5
"""Rises when a format's module yields another text for the same file."""


class DocumentUnreadableError(CommuniqueError):
    """A document yields no text; `reason` is a clause: damaged, protected, beyond a limit."""

    def __init__(self, path: Path, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"{path}: {reason}; replace the file, or leave it out with --allow-unreadable."
        )


class DocumentStoppedError(CommuniqueError):
    """The system stopped the reading of a document, which may be undamaged."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path}: the system stopped its parser ({reason}); mend that and try again."
        )


class DocumentsMissingError(CommuniqueError):
    """The library of a format is not installed."""

    def __init__(self, path: Path, title: str) -> None:
        super().__init__(
            f"{path}: reading {title} needs the extra 'documents'; install it with"
            f" `{install_command('documents')}`."
        )


def extractor_of(suffix: str) -> str:
    """Return the version of the extraction, `1 dochan 1.15.0`; another may differ in text."""
    distribution = FORMATS[suffix].distribution
    if distribution is None:
        return str(EXTRACTION_VERSION)
    return f"{EXTRACTION_VERSION} {distribution} {installed_version(distribution)}"


def extract(path: Path, data: bytes) -> Extracted:
    """Return the text of a document.

    Args:
        path: The file, whose suffix is one of FORMATS.
        data: Its content.

    Raises:
        DocumentsMissingError: The extra `documents` is not installed.
        DocumentUnreadableError: It yields no text; the message has the reason.
        DocumentStoppedError: The parser was killed, or has no space for its files.
    """
    suffix = path.suffix.lower()
    if suffix == ".md":
        return _markdown(path, data)
    suffix = _suffix(path, suffix, data)
    kind = FORMATS[suffix]
    if kind.library and find_spec(kind.library) is None:
        raise DocumentsMissingError(path, kind.title)
    try:
        with tempfile.TemporaryDirectory(prefix="communique-") as folder:
            copy = Path(folder) / f"document{suffix}"
            copy.write_bytes(data)
            return sandbox.run(kind.module, copy)
    except ExtractionError as fault:
        raise DocumentUnreadableError(path, str(fault)) from None
    except sandbox.StoppedError as fault:
        raise DocumentStoppedError(path, str(fault)) from None
    except OSError as fault:
        if regular_files.is_limit(fault):
            raise
        raise DocumentStoppedError(path, regular_files.reason(fault)) from fault


def _suffix(path: Path, suffix: str, data: bytes) -> str:
    """Return the suffix of the format that the content shows.

    HWP and HWPX are often named as each other, which is no fault.
    """
    content = formats.recognise(data[: formats.HEAD], data[-formats.HEAD :])
    if content and content.suffix == suffix:
        return suffix
    if {suffix, content and content.suffix} == {".hwp", ".hwpx"}:
        return str(content and content.suffix)
    if suffix in {".html", ".htm"} and (content is None or content.suffix == ".html"):
        return suffix  # HTML may begin with any text.
    kind = FORMATS[suffix].title
    if content is None:
        raise DocumentUnreadableError(path, f"it is damaged, or is no {kind} file")
    raise DocumentUnreadableError(path, f"it holds {content.title}, not {kind}")


def _markdown(path: Path, data: bytes) -> Extracted:
    content = formats.recognise(data[: formats.HEAD])
    if content and content.suffix != ".html":
        raise DocumentUnreadableError(path, f"it holds {content.title}, not Markdown")
    try:
        return check(markdown.extract_text(_decoded(data)))
    except ExtractionError as fault:
        raise DocumentUnreadableError(path, str(fault)) from None


def _decoded(data: bytes) -> str:
    mark = encoding_of(data)
    for encoding in (mark,) if mark else ("utf-8-sig", "cp949"):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    raise ExtractionError("it is neither UTF-8 nor CP949")
