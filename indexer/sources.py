"""Corpus files: which there are, and the text each of them holds."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import CommuniqueError

SUFFIXES = (".txt", ".jsonl")
"""The kinds of file a corpus is made of."""


class CorpusPathMissingError(CommuniqueError):
    """A path given as corpus does not exist."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: there is no such file or folder; give --corpus another path."
        )


class CorpusFileKindError(CommuniqueError):
    """A file given as corpus is of another kind."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: only .txt and .jsonl files can be indexed; convert it first."
        )


class CorpusEmptyError(CommuniqueError):
    """A folder given as corpus holds nothing to index."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: the folder holds no .txt or .jsonl file to index.")


class CorpusUnreadableError(CommuniqueError):
    """The system did not let a corpus file be read."""

    def __init__(self, path: Path, fault: OSError) -> None:
        reason = fault.strerror or type(fault).__name__
        super().__init__(
            f"{path}: cannot be read ({reason}); mend that or leave it out."
        )


class CorpusEncodingError(CommuniqueError):
    """A corpus file is in no encoding that is read."""

    def __init__(self, path: Path, offset: int) -> None:
        super().__init__(
            f"{path}: byte {offset} fits neither UTF-8 nor CP949; convert the file to UTF-8."
        )


class CorpusNameTwiceError(CommuniqueError):
    """Two corpus files would give their sentences the same ids."""

    def __init__(self, first: Path, second: Path) -> None:
        name = document_name(second)
        super().__init__(
            f"{first} and {second} would both be document {name!r}; rename one of them."
        )


@dataclass(frozen=True, slots=True)
class Source:
    """One corpus file, decoded; *text* is as on disk but for a byte order mark."""

    path: Path
    text: str
    encoding: str
    sha256: str

    @property
    def name(self) -> str:
        """The document's name, the first part of its sentences' ids."""
        return document_name(self.path)


def document_name(path: Path) -> str:
    """Return the file's stem in NFC; white space and colons, which ids lack, become `_`."""
    return re.sub(r"[\s:]+", "_", unicodedata.normalize("NFC", path.stem))


def find(paths: Iterable[Path], say: Callable[[str], None]) -> list[Path]:
    """Return the corpus files that *paths* name, folders searched through, in order.

    The files of a folder come sorted by path; hidden ones are passed over, and *say* is
    told of each other file that is not read.

    Raises:
        CommuniqueError: A path is missing or of another kind, a folder holds nothing to
            index, or two files would be the same document.
    """
    files: dict[Path, Path] = {}
    for path in paths:
        for file in _files_of(path, say):
            files.setdefault(file.resolve(), file)
    named: dict[str, Path] = {}
    for file in files.values():
        first = named.setdefault(document_name(file), file)
        if first is not file:
            raise CorpusNameTwiceError(first, file)
    return list(files.values())


def read(path: Path, say: Callable[[str], None]) -> Source:
    """Read and decode one file: UTF-8, else CP949, of which *say* is told.

    Raises:
        CommuniqueError: The file cannot be read or decoded.
    """
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise CorpusUnreadableError(path, fault) from fault
    digest = hashlib.sha256(data).hexdigest()
    try:
        return Source(path, data.decode("utf-8-sig"), "utf-8", digest)
    except UnicodeDecodeError as fault:
        offset = fault.start
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError:
        raise CorpusEncodingError(path, offset) from None
    say(f"{path}: not UTF-8, read as CP949")
    return Source(path, text, "cp949", digest)


def _files_of(path: Path, say: Callable[[str], None]) -> Iterator[Path]:
    if path.is_dir():
        found = False
        for file in sorted(path.rglob("*")):
            if file.is_dir() or any(
                part.startswith(".") for part in file.relative_to(path).parts
            ):
                continue
            if file.suffix.lower() in SUFFIXES:
                found = True
                yield file
            else:
                say(f"{file}: passed over, neither .txt nor .jsonl")
        if not found:
            raise CorpusEmptyError(path)
    elif not path.exists():
        raise CorpusPathMissingError(path)
    elif path.suffix.lower() not in SUFFIXES:
        raise CorpusFileKindError(path)
    else:
        yield path
