"""The encoding of a text file, and other formats inside one."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path

from indexer.byte_order import encoding_of
from indexer.ingest.corpus_errors import CorpusContentError, CorpusEncodingError
from indexer.ingest.declared import Declared
from indexer.ingest.file_kinds import holds_records
from indexer.ingest.source import SourceFile

_CODECS = {"utf-8": "utf-8-sig", "cp949": "cp949"}
"""The encodings of corpus files with their codecs, the first that fits being taken."""

_HEAD = 1 << 13
"""Bytes at the start of a text file that are searched for what no text has."""

_PERHAPS_NO_TEXT = re.compile(
    rb"\0|\A(?:\xef\xbb\xbf)?\s*<|\A\s*%PDF|\A(?:PK|HWP |\{\\rtf|7z|SQLite|[\x1f\x89\xd0\xff])"
    rb"|</[^<>\0-/]|<(?:[bh]r|p)\b"
)


def examine_text(
    path: Path, parts: Iterable[bytes], say: Callable[[str], None], declared: Declared
) -> SourceFile:
    """Return the encoding and the SHA-256 of a text file.

    Args:
        path: The file.
        parts: Its bytes, of which the first are examined for other formats.
        say: Called with a message if it is not in UTF-8.
        declared: The declarations beside it.

    Raises:
        CommuniqueError: It is no text, or in none of the encodings.
    """
    digest = hashlib.sha256()
    rest = iter(parts)
    head = b""
    while len(head) < _HEAD and (part := next(rest, b"")):
        head += part
    encoding = encoding_of(head) or declared.encoding
    _check_is_text(path, head[:_HEAD], encoding or "utf-8")
    names = (encoding,) if encoding else tuple(_CODECS)
    decoders = [_TrialDecoder(codec_of(name)) for name in names]
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


def codec_of(encoding: str) -> str:
    """Return the name of the codec for an encoding: `utf-8-sig` for UTF-8."""
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
