"""Errors of reading a corpus, each with the path and the remedy in its message."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from indexer import regular_files
from indexer.errors import CommuniqueError


class CorpusLostError(CommuniqueError):
    """A part of the corpus is missing or unreadable; `--allow-missing` skips it.

    `reason` is the fault of the file, without its path and the remedy.
    """

    def __init__(self, message: str, reason: str) -> None:
        self.reason = reason
        super().__init__(message)


class CorpusPathMissingError(CorpusLostError):
    """A path of the corpus does not exist."""

    def __init__(self, path: Path) -> None:
        reason = "there is no such file or folder"
        super().__init__(f"{path}: {reason}; give --corpus another path.", reason)


class CorpusUnusableError(CommuniqueError):
    """A file of the corpus yields no text; `--allow-unreadable` skips it.

    `reason` is that of `CorpusLostError`.
    """

    def __init__(self, message: str, reason: str) -> None:
        self.reason = reason
        super().__init__(message)


class CorpusFileKindError(CommuniqueError):
    """A file named as part of the corpus is of a kind that cannot be indexed."""

    def __init__(self, path: Path, kinds: str) -> None:
        super().__init__(
            f"{path}: only {kinds} files can be indexed; convert it first."
        )


class CorpusContentError(CorpusUnusableError):
    """A text file holds a file of another format, or binary data."""

    def __init__(self, path: Path, content: str, suffix: str | None) -> None:
        remedy = f"rename it to {path.stem}{suffix}" if suffix else "convert it to text"
        reason = f"it holds {content}, not text"
        super().__init__(
            f"{path}: {reason}; {remedy}, or leave it out with --allow-unreadable.",
            reason,
        )


class CorpusFileNameError(CommuniqueError):
    """The name of a corpus file is not valid in the encoding of the locale."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: the name is not in the encoding of the locale; rename the file, or"
            " set another locale."
        )


class CorpusEmptyError(CommuniqueError):
    """A folder of the corpus has no file that can be indexed."""

    def __init__(self, path: Path, kinds: str) -> None:
        super().__init__(f"{path}: the folder holds no file to index ({kinds}).")


class CorpusUnreadableError(CorpusLostError):
    """A corpus file cannot be opened or read, or is not a regular file.

    `is_limit` is whether the process or the system has as much as it may have, such as
    open files: then nothing is wrong with the file, and it is never left out.
    """

    def __init__(self, path: Path, fault: OSError) -> None:
        self.is_limit = regular_files.is_limit(fault)
        reason = f"cannot be read ({regular_files.reason(fault)})"
        super().__init__(f"{path}: {reason}; mend that or leave it out.", reason)


class CorpusChangedError(CommuniqueError):
    """A corpus file changed between reading and writing the index."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: was changed while the index was made; the index was left as it is,"
            " rebuild it again."
        )


class CorpusEncodingError(CorpusLostError):
    """A corpus file has none of the possible encodings.

    *offset* is its first bad byte in *encoding*, which it declares, or in UTF-8.
    """

    def __init__(self, path: Path, offset: int, encoding: str | None = None) -> None:
        fault = (
            f"does not fit {encoding}" if encoding else "fits neither UTF-8 nor CP949"
        )
        reason = f"byte {offset} {fault}"
        super().__init__(f"{path}: {reason}; convert the file to UTF-8.", reason)


Tolerated = tuple[type[CommuniqueError], ...]
"""The errors of which a file is skipped."""


def tolerated_errors(
    *, allow_missing: bool = False, allow_unreadable: bool = False
) -> Tolerated:
    """Return the errors of which a file is skipped, by the options of a rebuild."""
    missing = (CorpusLostError,) if allow_missing else ()
    unreadable = (CorpusUnusableError, CorpusEncodingError, CorpusUnreadableError)
    return (*missing, *(unreadable if allow_unreadable else ()))


def skip_or_raise(
    say: Callable[[str], None], tolerated: Tolerated, fault: CommuniqueError
) -> None:
    """Report that a file is left out, or raise *fault* if it is not one of *tolerated*."""
    is_limit = isinstance(fault, CorpusUnreadableError) and fault.is_limit
    if is_limit or not isinstance(fault, tolerated):
        raise fault
    say(f"left out: {fault}")
