"""Corpus files: which there are, and the text each of them holds."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from indexer import regular_files
from indexer.errors import CommuniqueError

T = TypeVar("T")

SUFFIXES = (".txt", ".jsonl")
"""The kinds of file a corpus is made of."""

LARGEST = 1 << 28
"""Bytes of a text: what is read is held as a whole."""


class CorpusLostError(CommuniqueError):
    """Something of the corpus is not there or cannot be read."""


class CorpusPathMissingError(CorpusLostError):
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


class CorpusFileNameError(CommuniqueError):
    """The name of a corpus file is in another encoding than the system says."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: the name is not in the encoding of the locale; rename the file, or"
            " set another locale."
        )


class CorpusEmptyError(CommuniqueError):
    """A folder given as corpus holds nothing to index."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: the folder holds no .txt or .jsonl file to index.")


class CorpusUnreadableError(CorpusLostError):
    """The system did not let a corpus file be read, or it is none."""

    def __init__(self, path: Path, fault: OSError) -> None:
        reason = fault.strerror or type(fault).__name__
        super().__init__(
            f"{path}: cannot be read ({reason}); mend that or leave it out."
        )


class CorpusChangedError(CommuniqueError):
    """A corpus file was changed after it was read."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: was changed while the index was made; the index was left as it is,"
            " rebuild it again."
        )


class CorpusEncodingError(CorpusLostError):
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
class SourceFile:
    """One corpus file: its encoding, and what tells that it has not changed."""

    path: Path
    encoding: str
    sha256: str

    @property
    def name(self) -> str:
        """The document's name, the first part of its sentences' ids."""
        return document_name(self.path)


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

    @property
    def file(self) -> SourceFile:
        """The file without its text."""
        return SourceFile(self.path, self.encoding, self.sha256)


def document_name(path: Path) -> str:
    """Return the file's stem in NFC; white space and colons, which ids lack, become `_`."""
    return re.sub(r"[\s:]+", "_", unicodedata.normalize("NFC", path.stem))


def find(
    paths: Iterable[Path], say: Callable[[str], None], *, allow_missing: bool = False
) -> list[Path]:
    """Return the corpus files that *paths* name, folders searched through, in order.

    The files of a folder come sorted by path; hidden ones are passed over, and *say* is
    told of each other file that is not read. To *allow_missing* is to go on without a
    path that is not there, of which *say* is told too.

    Raises:
        CommuniqueError: A path is missing or of another kind, a folder holds nothing to
            index, or two files would be the same document.
    """
    files: dict[Path, Path] = {}
    for path in paths:
        lost = partial(_lose, say, allow_missing=allow_missing)
        with _allowed(lost):
            for file in _files_of(path, say, lost):
                # Unlike `Path.resolve` this takes links that lead in a circle.
                files.setdefault(Path(os.path.realpath(file)), file)
    named: dict[str, Path] = {}
    for file in files.values():
        try:
            str(file).encode()
        except UnicodeEncodeError:
            raise CorpusFileNameError(file) from None
        first = named.setdefault(document_name(file), file)
        if first is not file:
            raise CorpusNameTwiceError(first, file)
    return list(files.values())


def read_all(
    files: Iterable[Path], say: Callable[[str], None], *, allow_missing: bool = False
) -> list[Source]:
    """Read and decode *files*; *allow_missing* is to go on without one that is lost.

    Raises:
        CommuniqueError: As `read` does.
    """
    return each(files, read, say, allow_missing=allow_missing)


def each(
    files: Iterable[Path],
    reads: Callable[[Path, Callable[[str], None]], T],
    say: Callable[[str], None],
    *,
    allow_missing: bool,
) -> list[T]:
    """Return what is read of each of *files*, as `read_all` does."""
    found: list[T] = []
    for file in files:
        with _allowed(partial(_lose, say, allow_missing=allow_missing)):
            found.append(reads(file, say))
    return found


def check_unchanged(read: Iterable[Source]) -> None:
    """Refuse to go on with what was read if the files are no longer so.

    Who waited for another rebuild would else put an older text in a newer one's place.

    Raises:
        CorpusChangedError: Naming the first that was changed.
    """
    for source in read:
        try:
            data = regular_files.read(source.path, LARGEST)
        except OSError:
            raise CorpusChangedError(source.path) from None
        if hashlib.sha256(data).hexdigest() != source.sha256:
            raise CorpusChangedError(source.path)


def _lose(
    say: Callable[[str], None], fault: CorpusLostError, *, allow_missing: bool
) -> None:
    """Have *say* told of what is lost, if that is to be borne."""
    if not allow_missing:
        raise fault
    say(f"left out: {fault}")


@contextmanager
def _allowed(lost: Callable[[CorpusLostError], None]) -> Iterator[None]:
    try:
        yield
    except CorpusLostError as fault:
        lost(fault)


def read(path: Path, say: Callable[[str], None]) -> Source:
    """Read and decode one file: UTF-8, else CP949, of which *say* is told.

    Raises:
        CommuniqueError: The file cannot be read or decoded.
    """
    try:
        data = regular_files.read(path, LARGEST)
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
    say_cp949(path, say)
    return Source(path, text, "cp949", digest)


def say_cp949(path: Path, say: Callable[[str], None]) -> None:
    """Tell which encoding a file was taken to be in."""
    say(f"{path}: not UTF-8, read as CP949")


def _files_of(
    path: Path, say: Callable[[str], None], lost: Callable[[CorpusLostError], None]
) -> Iterator[Path]:
    if path.is_dir():
        found = False
        for file in _below(path, say, lost):
            if file.suffix.lower() in SUFFIXES:
                found = True
                yield file
            else:
                say(f"{file}: passed over, neither .txt nor .jsonl")
        if not found:
            raise CorpusEmptyError(path)
    elif not os.path.lexists(path):
        raise CorpusPathMissingError(path)
    elif path.suffix.lower() not in SUFFIXES:
        raise CorpusFileKindError(path)
    else:
        yield path


def _below(
    folder: Path, say: Callable[[str], None], lost: Callable[[CorpusLostError], None]
) -> list[Path]:
    """Return the files in *folder* and the folders in it, sorted; none that is hidden.

    *lost* is told of a folder that the system does not let be read.
    """

    def refused(fault: OSError) -> None:
        lost(CorpusUnreadableError(Path(fault.filename or folder), fault))

    found: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=refused):
        for name in folders:
            if Path(parent, name).is_symlink() and not name.startswith("."):
                say(f"{Path(parent, name)}: passed over, a link to a folder")
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(parent, n) for n in names if not n.startswith(".")]
    return sorted(found)
