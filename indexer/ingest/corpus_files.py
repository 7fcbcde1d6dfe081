"""Corpus files: which files a corpus has, and their decoded text.

A file is read as a whole (`read`), or in two passes that hold only a part of it in
memory: `examine` detects the encoding, `read_lines` yields the lines.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from indexer import regular_files
from indexer.ingest.corpus_errors import (
    CorpusChangedError,
    CorpusEmptyError,
    CorpusEncodingError,
    CorpusFileKindError,
    CorpusFileNameError,
    CorpusLostError,
    CorpusNameTwiceError,
    CorpusPathMissingError,
    CorpusUnreadableError,
)

T = TypeVar("T")

SUFFIXES = (".txt", ".jsonl")
"""The kinds of file that can be indexed."""

_RECORDS = ".jsonl"
"""The kind of file that holds a record on each line, in either case of its letters."""

LARGEST = 1 << 28
"""The most bytes of a file that is read as a whole."""

_PART = 1 << 20
"""Bytes of a file that are in memory at a time when it is read in parts."""

_CODECS = {"utf-8": "utf-8-sig", "cp949": "cp949"}
"""The encodings of corpus files with their codecs, the first that fits being taken."""


def holds_records(path: Path) -> bool:
    """Return whether a corpus file holds records, not running text, by its suffix."""
    return path.suffix.lower() == _RECORDS


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A corpus file with its encoding, `utf-8` or `cp949`, and its SHA-256 in hex."""

    path: Path
    encoding: str
    sha256: str

    @property
    def name(self) -> str:
        """The document's name, the first part of its sentences' ids."""
        return document_name(self.path)


@dataclass(frozen=True, slots=True)
class Source:
    """A corpus file with its text, which is as on disk except for a byte order mark."""

    path: Path
    text: str
    encoding: str
    sha256: str

    @property
    def name(self) -> str:
        """The document's name, the first part of its sentences' ids."""
        return document_name(self.path)

    @property
    def file(self) -> SourceFile:
        """The file without its text."""
        return SourceFile(self.path, self.encoding, self.sha256)


def document_name(path: Path) -> str:
    """Return the file's stem in NFC, with `_` for white space and colons.

    `제52차 SCM.txt` is the document `제52차_SCM`.
    """
    return re.sub(r"[\s:]+", "_", unicodedata.normalize("NFC", path.stem))


def find(
    paths: Iterable[Path], say: Callable[[str], None], *, allow_missing: bool = False
) -> list[Path]:
    """Return the corpus files at *paths*, and below those that are folders.

    The files of a folder are sorted by path. Hidden files are skipped.

    Args:
        paths: Files and folders, in the order in which they are indexed.
        say: Called with a message for each other file that is skipped.
        allow_missing: Whether to skip a path that does not exist, with a message.

    Raises:
        CommuniqueError: A path is missing or of another kind, a folder has nothing to
            index, or two files would be the same document.
    """
    files: dict[Path, Path] = {}
    for path in paths:
        skip = partial(_skip_or_raise, say, allow_missing=allow_missing)
        with _skipping(skip):
            for file in _files_at(path, say, skip):
                # Unlike `Path.resolve` this takes links that lead in a circle.
                files.setdefault(Path(os.path.realpath(file)), file)
    by_name: dict[str, Path] = {}
    for file in files.values():
        try:
            str(file).encode()
        except UnicodeEncodeError:
            raise CorpusFileNameError(file) from None
        name = document_name(file)
        if by_name.setdefault(name, file) is not file:
            raise CorpusNameTwiceError(name, by_name[name], file)
    return list(files.values())


def read_all(
    files: Iterable[Path], say: Callable[[str], None], *, allow_missing: bool = False
) -> list[Source]:
    """Return *files* with their texts, as `read` does.

    Args:
        files: The files, in order.
        say: Called with each message for the user.
        allow_missing: Whether to skip a file that cannot be read, with a message.

    Raises:
        CommuniqueError: A file cannot be read or decoded.
    """
    return _each(files, read, say, allow_missing=allow_missing)


def examine_all(
    files: Iterable[Path], say: Callable[[str], None], *, allow_missing: bool = False
) -> list[SourceFile]:
    """Return *files* with their encodings, as `examine` does; see `read_all`."""
    return _each(files, examine, say, allow_missing=allow_missing)


def _each(
    files: Iterable[Path],
    read_file: Callable[[Path, Callable[[str], None]], T],
    say: Callable[[str], None],
    *,
    allow_missing: bool,
) -> list[T]:
    results: list[T] = []
    for file in files:
        with _skipping(partial(_skip_or_raise, say, allow_missing=allow_missing)):
            results.append(read_file(file, say))
    return results


def read(path: Path, say: Callable[[str], None]) -> Source:
    """Return a file with its text, decoded as UTF-8 or, with a message, as CP949.

    Raises:
        CommuniqueError: The file cannot be read or decoded.
    """
    try:
        data = regular_files.read(path, LARGEST)
    except OSError as fault:
        raise CorpusUnreadableError(path, fault) from fault
    with suppress(UnicodeDecodeError):
        text = data.decode(_CODECS["utf-8"])
        return Source(path, text, "utf-8", hashlib.sha256(data).hexdigest())
    file = _examine(path, [data], say)
    text = data.decode(_CODECS[file.encoding])
    return Source(path, text, file.encoding, file.sha256)


def examine(path: Path, say: Callable[[str], None]) -> SourceFile:
    """Return what `read` returns except the text, for a file of any size.

    Raises:
        CommuniqueError: The file cannot be read or decoded.
    """
    return _examine(path, _parts(path), say)


def read_lines(source: SourceFile) -> Iterator[str]:
    """Yield the lines of a file without the line feeds that end them.

    Raises:
        CorpusUnreadableError: The file cannot be read, or changed since `examine`.
    """
    try:
        with source.path.open(encoding=_CODECS[source.encoding], newline="\n") as file:
            for line in file:
                yield line.removesuffix("\n")
    except OSError as fault:
        raise CorpusUnreadableError(source.path, fault) from fault
    except UnicodeDecodeError as fault:
        changed = OSError(0, "changed while it was read")
        raise CorpusUnreadableError(source.path, changed) from fault


def check_unchanged(sources: Iterable[Source | SourceFile]) -> None:
    """Check that files still have the content they had when they were read.

    A rebuild that waited for the lock must not overwrite newer text with what it read
    before waiting.

    Raises:
        CorpusChangedError: A file has changed; the first one is named.
    """
    for source in sources:
        digest = hashlib.sha256()
        try:
            for part in _parts(source.path):
                digest.update(part)
        except CorpusUnreadableError:
            raise CorpusChangedError(source.path) from None
        if digest.hexdigest() != source.sha256:
            raise CorpusChangedError(source.path)


def _parts(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file in parts of at most `_PART` bytes."""
    try:
        with regular_files.open_file(path) as file:
            while part := file.read(_PART):
                yield part
    except OSError as fault:
        raise CorpusUnreadableError(path, fault) from fault


def _examine(
    path: Path, parts: Iterable[bytes], say: Callable[[str], None]
) -> SourceFile:
    digest = hashlib.sha256()
    utf8, cp949 = (_TrialDecoder(codec) for codec in _CODECS.values())
    for part in parts:
        digest.update(part)
        utf8.feed(part)
        cp949.feed(part)
    utf8.feed(b"", final=True)
    cp949.feed(b"", final=True)
    if utf8.fault is None:
        return SourceFile(path, "utf-8", digest.hexdigest())
    if cp949.fault is not None:
        raise CorpusEncodingError(path, utf8.fault)
    say(f"{path}: not UTF-8, read as CP949")
    return SourceFile(path, "cp949", digest.hexdigest())


class _TrialDecoder:
    """Decodes a file in parts; `fault` is the offset of the first byte that fails."""

    def __init__(self, codec: str) -> None:
        self._decoder = codecs.getincrementaldecoder(codec)()
        self._size = 0
        self.fault: int | None = None

    def feed(self, part: bytes, *, final: bool = False) -> None:
        if self.fault is not None:
            return
        pending = len(self._decoder.getstate()[0])
        try:
            self._decoder.decode(part, final)
        except UnicodeDecodeError as fault:
            self.fault = self._size - pending + fault.start
        self._size += len(part)


def _skip_or_raise(
    say: Callable[[str], None], fault: CorpusLostError, *, allow_missing: bool
) -> None:
    if not allow_missing:
        raise fault
    say(f"left out: {fault}")


@contextmanager
def _skipping(skip: Callable[[CorpusLostError], None]) -> Iterator[None]:
    try:
        yield
    except CorpusLostError as fault:
        skip(fault)


def _files_at(
    path: Path, say: Callable[[str], None], skip: Callable[[CorpusLostError], None]
) -> Iterator[Path]:
    if path.is_dir():
        is_empty = True
        for file in _files_below(path, say, skip):
            if file.suffix.lower() in SUFFIXES:
                is_empty = False
                yield file
            else:
                say(f"{file}: passed over, neither .txt nor .jsonl")
        if is_empty:
            raise CorpusEmptyError(path)
    elif not os.path.lexists(path):
        raise CorpusPathMissingError(path)
    elif path.suffix.lower() not in SUFFIXES:
        raise CorpusFileKindError(path)
    else:
        yield path


def _files_below(
    folder: Path, say: Callable[[str], None], skip: Callable[[CorpusLostError], None]
) -> list[Path]:
    """Return the files in *folder* and its subfolders, sorted, without hidden ones.

    *skip* is called for a folder that cannot be read.
    """

    def refuse(fault: OSError) -> None:
        skip(CorpusUnreadableError(Path(fault.filename or folder), fault))

    files: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=refuse):
        for name in folders:
            if Path(parent, name).is_symlink() and not name.startswith("."):
                say(f"{Path(parent, name)}: passed over, a link to a folder")
        folders[:] = [name for name in folders if not name.startswith(".")]
        files += [Path(parent, n) for n in names if not n.startswith(".")]
    return sorted(files)
