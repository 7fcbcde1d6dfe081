"""Corpus files: which files a corpus has, and their decoded or extracted text.

A file is read as a whole (`read`), or in two passes that hold only a part of it in
memory: `examine` detects the encoding, `read_lines` yields the lines. The text of other
programs' documents comes from `indexer.documents`, which is imported for these alone.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from indexer import regular_files
from indexer.byte_order import encoding_of
from indexer.errors import CommuniqueError
from indexer.ingest.corpus_errors import (
    CorpusChangedError,
    CorpusContentError,
    CorpusEmptyError,
    CorpusEncodingError,
    CorpusFileKindError,
    CorpusFileNameError,
    CorpusLostError,
    CorpusPathMissingError,
    CorpusUnreadableError,
    CorpusUnusableError,
)
from indexer.ingest.declared import SUFFIX as SIDECAR
from indexer.ingest.declared import UNDECLARED, Declared, read_sidecar, sidecar_of
from indexer.ingest.document_names import NO_NAMES, document_name, document_names
from indexer.ingest.file_kinds import KINDS, SUFFIXES, holds_records, needs_extraction

if TYPE_CHECKING:
    from indexer.documents.extracted import Extracted

T = TypeVar("T", "Source", "SourceFile")

MOST_LISTED = 100
"""Files that are left out and listed; more are counted."""

Recall = Callable[[str, str], "Extracted | None"]
"""Returns the text that was extracted from a file of this SHA-256 and suffix before."""

LARGEST = 1 << 28
"""The most bytes of a file that is read as a whole."""

_PART = 1 << 20
"""Bytes of a file that are in memory at a time when it is read in parts."""

_CODECS = {"utf-8": "utf-8-sig", "cp949": "cp949"}
"""The encodings of corpus files with their codecs, the first that fits being taken."""

_HEAD = 1 << 13
"""Bytes at the start of a text file that are searched for what no text has."""

_PERHAPS_NO_TEXT = re.compile(
    rb"\0|\A(?:\xef\xbb\xbf)?\s*<|\A\s*%PDF|\A(?:PK|HWP |\{\\rtf|7z|SQLite|[\x1f\x89\xd0\xff])"
    rb"|</[^<>\0-/]|<(?:[bh]r|p)\b"
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A corpus file with its encoding and its SHA-256 in hex.

    The encoding is one of `declared.ENCODINGS`, `utf-32`, or the kind of document, such as `pdf`.
    `name` is that of the document, the first part of its sentences' ids; by default it is
    that of a file alone.
    """

    path: Path
    encoding: str
    sha256: str
    name: str = ""
    declared: Declared = UNDECLARED

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", document_name(self.path))


@dataclass(frozen=True, slots=True)
class Source:
    """A corpus file with its text.

    The text of a text file is as on disk except for a byte order mark; that of a document
    is `extracted` from it. See `SourceFile` for the rest.
    """

    path: Path
    text: str
    encoding: str
    sha256: str
    name: str = ""
    declared: Declared = UNDECLARED
    extracted: Extracted | None = None

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", document_name(self.path))

    @property
    def pages(self) -> tuple[int, ...]:
        """The offsets at which pages begin, empty in a format without pages."""
        return self.extracted.pages if self.extracted else ()

    @property
    def in_paragraphs(self) -> bool:
        """Whether blank lines end paragraphs, and single line breaks are inside them."""
        return self.extracted is not None

    @property
    def file(self) -> SourceFile:
        """The file without its text."""
        return SourceFile(
            self.path, self.encoding, self.sha256, self.name, self.declared
        )


class UnreadableFile(NamedTuple):
    """A corpus file that is left out, with the reason."""

    path: str
    reason: str


class Unreadable(NamedTuple):
    """The number of corpus files that are left out, and the first MOST_LISTED of them."""

    total: int = 0
    files: tuple[UnreadableFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """The files of a corpus that are indexed, and those that are left out."""

    files: list[T]
    unreadable: Unreadable


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
        CommuniqueError: A path is missing or of another kind, or a folder has nothing
            to index.
    """
    files: dict[Path, Path] = {}
    for path in paths:
        skip = partial(_skip_or_raise, say, _tolerated(allow_missing=allow_missing))
        with _skipping(skip):
            for file in _files_at(path, say, skip):
                # Unlike `Path.resolve` this takes links that lead in a circle.
                files.setdefault(Path(os.path.realpath(file)), file)
    for file in files.values():
        try:
            str(file).encode()
        except UnicodeEncodeError:
            raise CorpusFileNameError(file) from None
    return list(files.values())


def read_all(  # noqa: PLR0913 (each has its default)
    files: Iterable[Path],
    say: Callable[[str], None],
    recall: Recall | None = None,
    *,
    names: Mapping[str, str] = NO_NAMES,
    allow_missing: bool = False,
    allow_unreadable: bool = False,
) -> Reading[Source]:
    """Return *files* with their texts, as `read` does, and with distinct names.

    Args:
        files: The files, in order.
        say: Called with each message for the user.
        recall: See `read`.
        names: The names of documents in the previous index, by path; see
            `document_names`.
        allow_missing: Whether to skip a file that cannot be read, with a message.
        allow_unreadable: Whether to skip one that yields no text, with a message.

    Raises:
        CommuniqueError: A file cannot be read, decoded or extracted.
    """
    tolerated = _tolerated(
        allow_missing=allow_missing, allow_unreadable=allow_unreadable
    )
    return _each(files, partial(read, recall=recall), say, names, tolerated)


def examine_all(  # noqa: PLR0913 (each has its default)
    files: Iterable[Path],
    say: Callable[[str], None],
    recall: Recall | None = None,
    *,
    names: Mapping[str, str] = NO_NAMES,
    allow_missing: bool = False,
    allow_unreadable: bool = False,
) -> Reading[SourceFile]:
    """Return *files* with their encodings, as `examine` does; see `read_all`."""
    tolerated = _tolerated(
        allow_missing=allow_missing, allow_unreadable=allow_unreadable
    )
    read_file = partial(_examine_wholly, recall=recall) if allow_unreadable else examine
    return _each(files, read_file, say, names, tolerated)


def _each(
    files: Iterable[Path],
    read_file: Callable[[Path, Callable[[str], None]], T],
    say: Callable[[str], None],
    names: Mapping[str, str],
    tolerated: Tolerated,
) -> Reading[T]:
    results: list[T] = []
    paths: list[Path] = []
    unreadable: list[UnreadableFile] = []
    for file in files:
        paths.append(file)
        try:
            results.append(read_file(file, say))
        except (CorpusLostError, CorpusUnusableError) as fault:
            _skip_or_raise(say, tolerated, fault)
            unreadable.append(UnreadableFile(str(file), fault.reason))
    if unreadable:
        say(f"{len(unreadable)} of {len(paths)} files left out")
    # Also the names of files that were left out are taken: they may be mended.
    distinct = document_names(paths, names)
    return Reading(
        [replace(each, name=distinct[each.path]) for each in results],
        Unreadable(len(unreadable), tuple(unreadable[:MOST_LISTED])),
    )


def read(
    path: Path, say: Callable[[str], None], recall: Recall | None = None
) -> Source:
    """Return a file with its text, whatever its kind.

    A text is decoded as UTF-8, as UTF-16 or UTF-32 with a byte order mark, in the encoding that is
    declared, or, with a message, as CP949. The text of a document is extracted.

    Args:
        path: The file, of a kind of SUFFIXES.
        say: Called with each message for the user.
        recall: Returns texts that need not be extracted again.

    Raises:
        CommuniqueError: The file cannot be read, decoded or extracted.
    """
    try:
        data = regular_files.read(path, LARGEST)
    except OSError as fault:
        raise CorpusUnreadableError(path, fault) from fault
    declared = read_sidecar(path)
    if needs_extraction(path):
        return _extracted(path, data, declared, recall)
    file = _examine(path, [data], say, declared)
    text = data.decode(_codec(file.encoding))
    return Source(path, text, file.encoding, file.sha256, declared=declared)


def _extracted(
    path: Path, data: bytes, declared: Declared, recall: Recall | None
) -> Source:
    sha256 = hashlib.sha256(data).hexdigest()
    suffix = path.suffix.lower()
    extracted = recall(sha256, suffix) if recall else None
    if extracted is None:
        from indexer.documents.extract import DocumentUnreadableError, extract

        try:
            extracted = extract(path, data)
        except DocumentUnreadableError as fault:
            raise CorpusUnusableError(str(fault), fault.reason) from None
    return Source(
        path,
        extracted.text,
        suffix[1:],
        sha256,
        declared=declared._replace(
            title=declared.title or extracted.title,
            date=declared.date or extracted.date,
        ),
        extracted=extracted,
    )


def examine(path: Path, say: Callable[[str], None]) -> SourceFile:
    """Return what `read` returns except the text, for a file of any size.

    The text of a document is not extracted.

    Raises:
        CommuniqueError: The file cannot be read or decoded.
    """
    declared = read_sidecar(path)
    if not needs_extraction(path):
        return _examine(path, _parts(path), say, declared)
    digest = hashlib.sha256()
    for part in _parts(path):
        digest.update(part)
    encoding = path.suffix[1:].lower()
    return SourceFile(path, encoding, digest.hexdigest(), declared=declared)


def _examine_wholly(
    path: Path, say: Callable[[str], None], recall: Recall | None = None
) -> SourceFile:
    """Return what `examine` returns; the text of a document is extracted, as a trial."""
    if needs_extraction(path):
        return read(path, say, recall).file
    return examine(path, say)


def read_lines(source: SourceFile) -> Iterator[str]:
    """Yield the lines of a file without the line feeds that end them.

    Raises:
        CorpusUnreadableError: The file cannot be read, or changed since `examine`.
    """
    try:
        encoding = _codec(source.encoding)
        with source.path.open(encoding=encoding, newline="\n") as file:
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
        CorpusUnreadableError: The operating system or the device fails to read one.
    """
    for source in sources:
        digest = hashlib.sha256()
        try:
            for part in _parts(source.path):
                digest.update(part)
        except CorpusUnreadableError as fault:
            cause = fault.__cause__
            if isinstance(cause, OSError) and regular_files.is_refused(cause):
                raise
            raise CorpusChangedError(source.path) from None
        declared = read_sidecar(source.path)
        if (digest.hexdigest(), declared.sha256) != (
            source.sha256,
            source.declared.sha256,
        ):
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
    path: Path, parts: Iterable[bytes], say: Callable[[str], None], declared: Declared
) -> SourceFile:
    digest = hashlib.sha256()
    rest = iter(parts)
    head = next(rest, b"")
    encoding = encoding_of(head) or declared.encoding
    _check_is_text(path, head[:_HEAD], encoding or "utf-8")
    names = (encoding,) if encoding else tuple(_CODECS)
    decoders = [_TrialDecoder(_codec(name)) for name in names]
    for part in chain((head,), rest):
        digest.update(part)
        for decoder in decoders:
            decoder.feed(part)
    for name, decoder in zip(names, decoders, strict=True):
        decoder.feed(b"", final=True)
        if decoder.fault is None:
            if name != names[0]:
                say(f"{path}: not UTF-8, read as CP949")
            return SourceFile(path, name, digest.hexdigest(), declared=declared)
    raise CorpusEncodingError(path, decoders[0].fault or 0, encoding)


def _check_is_text(path: Path, head: bytes, encoding: str) -> None:
    """Refuse a text file that begins like a file of another format.

    Raises:
        CorpusContentError: The message names the format.
    """
    if encoding not in _CODECS:  # In UTF-16 and UTF-32, letters have bytes that are 0.
        head = head.decode(encoding, "ignore").encode()
    if not _PERHAPS_NO_TEXT.search(head):
        return
    from indexer.documents.formats import recognise
    from indexer.documents.markup import markup_in

    content = recognise(head)
    if content is None and not holds_records(path):
        content = markup_in(_beginning(head))
    if content:
        raise CorpusContentError(path, content.title, content.suffix)
    if b"\0" in head:
        raise CorpusContentError(path, "binary data", None)


def _beginning(head: bytes) -> str:
    """Return the text of the first bytes of a file, whose last letter may be incomplete."""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return head.decode("cp949", "replace")


def _codec(encoding: str) -> str:
    return _CODECS.get(encoding, encoding)


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


Tolerated = tuple[type[CommuniqueError], ...]
"""The errors of which a file is skipped."""


def _tolerated(
    *, allow_missing: bool = False, allow_unreadable: bool = False
) -> Tolerated:
    missing = (CorpusLostError,) if allow_missing else ()
    unreadable = (CorpusUnusableError, CorpusEncodingError, CorpusUnreadableError)
    return (*missing, *(unreadable if allow_unreadable else ()))


def _skip_or_raise(
    say: Callable[[str], None], tolerated: Tolerated, fault: CommuniqueError
) -> None:
    if not isinstance(fault, tolerated):
        raise fault
    say(f"left out: {fault}")


@contextmanager
def _skipping(skip: Callable[[CommuniqueError], None]) -> Iterator[None]:
    try:
        yield
    except (CorpusLostError, CorpusUnusableError) as fault:
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
            elif not _is_sidecar(file):
                say(f"{file}: passed over, neither {KINDS.replace(' and ', ' nor ')}")
        if is_empty:
            raise CorpusEmptyError(path, KINDS)
    elif not os.path.lexists(path):
        raise CorpusPathMissingError(path)
    elif path.suffix.lower() not in SUFFIXES:
        raise CorpusFileKindError(path, KINDS)
    else:
        yield path


def _is_sidecar(file: Path) -> bool:
    """Return whether a file declares title and date of another, as `a.pdf.json` does."""
    document = file.with_suffix("")
    return (
        sidecar_of(document) == file
        and file.suffix == SIDECAR
        and document.suffix.lower() in SUFFIXES
        and document.is_file()
    )


def _files_below(
    folder: Path, say: Callable[[str], None], skip: Callable[[CorpusLostError], None]
) -> list[Path]:
    """Return the files in *folder* and its subfolders, sorted, without hidden ones.

    The lock files that word processors leave beside an open document, as ~$a.docx, are
    left out too.

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
        files += [Path(parent, n) for n in names if not n.startswith((".", "~$"))]
    return sorted(files)
