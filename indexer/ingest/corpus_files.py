"""Reading corpus files: their decoded or extracted text.

A file is read as a whole (`read`), or in two passes that hold only a part of it in
memory: `examine` detects the encoding, `read_lines` yields the lines. The text of other
programs' documents comes from `indexer.documents`, which is imported for these alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from indexer import regular_files
from indexer.ingest.corpus_errors import (
    CorpusChangedError,
    CorpusLostError,
    CorpusUnreadableError,
    CorpusUnusableError,
    Tolerated,
    skip_or_raise,
    tolerated_errors,
)
from indexer.ingest.declared import Declared, read_sidecar
from indexer.ingest.document_names import NO_NAMES, document_names
from indexer.ingest.file_kinds import holds_records, needs_extraction
from indexer.ingest.source import Source, SourceFile
from indexer.ingest.text_encoding import codec_of, examine_text
from indexer.ingest.unreadable import MOST_LISTED, Unreadable, UnreadableFile

if TYPE_CHECKING:
    from indexer.documents.extracted import Extracted

T = TypeVar("T", SourceFile, Source | SourceFile)

Recall = Callable[[str, str], "Extracted | None"]
"""Returns the text that was extracted from a file of this SHA-256 and suffix before."""

LARGEST = 1 << 28
"""The most bytes of a file that is read as a whole."""

_PART = 1 << 20
"""Bytes of a file that are in memory at a time when it is read in parts."""


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """The files of a corpus that are indexed, and those that are left out."""

    files: list[T]
    unreadable: Unreadable


def read_all(  # noqa: PLR0913 (each has its default)
    files: Iterable[Path],
    say: Callable[[str], None],
    recall: Recall | None = None,
    *,
    names: Mapping[str, str] = NO_NAMES,
    allow_missing: bool = False,
    allow_unreadable: bool = False,
) -> Reading[Source | SourceFile]:
    """Return *files* with their texts, as `read` does, and with distinct names.

    Files of records come without their texts, as `examine` returns them.

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
    tolerated = tolerated_errors(
        allow_missing=allow_missing, allow_unreadable=allow_unreadable
    )
    read_file = partial(_read_or_examine, recall=recall)
    return _each(files, read_file, say, names, tolerated)


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
    tolerated = tolerated_errors(
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
            skip_or_raise(say, tolerated, fault)
            unreadable.append(UnreadableFile(str(file), fault.reason))
    if unreadable:
        say(f"{len(unreadable)} of {len(paths)} files left out")
    # Also the names of files that were left out are taken: they may be mended.
    distinct = document_names(paths, names)
    return Reading(
        [replace(each, name=distinct[each.path]) for each in results],
        Unreadable(len(unreadable), tuple(unreadable[:MOST_LISTED])),
    )


def _read_or_examine(
    path: Path, say: Callable[[str], None], recall: Recall | None = None
) -> Source | SourceFile:
    if not holds_records(path):
        return read(path, say, recall)
    try:
        regular_files.size(path, LARGEST)
    except OSError as fault:
        raise CorpusUnreadableError(path, fault) from fault
    return examine(path, say)


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
    file = examine_text(path, [data], say, declared)
    text = data.decode(codec_of(file.encoding))
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
        return examine_text(path, _parts(path), say, declared)
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
        encoding = codec_of(source.encoding)
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
