"""Corpus files of any size: read in parts, none of which is kept."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from indexer import regular_files
from indexer.errors import CommuniqueError
from indexer.ingest.corpus_files import (
    CorpusChangedError,
    CorpusEncodingError,
    CorpusUnreadableError,
    SourceFile,
    say_cp949,
)

_ENCODINGS = ("utf-8-sig", "cp949")
_PART = 1 << 20
"""Bytes that are read at a time."""


def examine(path: Path, say: Callable[[str], None]) -> SourceFile:
    """Find out of a file of any size what `read` would, without keeping its text.

    Raises:
        CommuniqueError: The file cannot be read or decoded.
    """
    digest = hashlib.sha256()
    utf8, cp949 = (_Tried(codecs.getincrementaldecoder(e)()) for e in _ENCODINGS)
    try:
        with regular_files.open_file(path) as file:
            while data := file.read(_PART):
                digest.update(data)
                utf8.feed(data)
                cp949.feed(data)
    except OSError as fault:
        raise CorpusUnreadableError(path, fault) from fault
    utf8.feed(b"", final=True)
    cp949.feed(b"", final=True)
    if utf8.fault is None:
        return SourceFile(path, "utf-8", digest.hexdigest())
    if cp949.fault is not None:
        raise CorpusEncodingError(path, utf8.fault)
    say_cp949(path, say)
    return SourceFile(path, "cp949", digest.hexdigest())


def lines(source: SourceFile) -> Iterator[str]:
    """Yield the lines of a file without their ends, which are line feeds alone."""
    encoding = "utf-8-sig" if source.encoding == "utf-8" else source.encoding
    try:
        with source.path.open(encoding=encoding, newline="\n") as file:
            for line in file:
                yield line.removesuffix("\n")
    except (OSError, UnicodeDecodeError) as fault:
        changed = OSError(0, "changed while it was read")
        found = fault if isinstance(fault, OSError) else changed
        raise CorpusUnreadableError(source.path, found) from fault


def check_unchanged(read: Iterable[SourceFile]) -> None:
    """Refuse to go on with files that are no longer as they were when examined.

    Raises:
        CorpusChangedError: Naming the first that was changed.
    """
    for source in read:
        try:
            now = examine(source.path, lambda _: None)
        except CommuniqueError:
            raise CorpusChangedError(source.path) from None
        if now.sha256 != source.sha256:
            raise CorpusChangedError(source.path)


class _Tried:
    """A decoder that is fed the parts of a file; `fault` is where it failed, in bytes."""

    def __init__(self, decoder: codecs.IncrementalDecoder) -> None:
        self._decoder = decoder
        self._fed = 0
        self.fault: int | None = None

    def feed(self, data: bytes, *, final: bool = False) -> None:
        """Decode the next part, unless one before it failed."""
        if self.fault is not None:
            return
        pending = len(self._decoder.getstate()[0])
        try:
            self._decoder.decode(data, final)
        except UnicodeDecodeError as fault:
            self.fault = self._fed - pending + fault.start
        self._fed += len(data)
