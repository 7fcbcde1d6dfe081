"""Digests: what each sentence of a corpus was, kept with its index.

By them what has changed since is told without reading a text again. The file is a digest
of what all sentences are cited by, in order, and a digest of each sentence: of that and
of its text. Its places in its source may move without its being another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from indexer.ingest.sentence import Sentence
from indexer.storage import checksums

_SIZE = 8
"""Bytes of a digest: that two of a million sentences have the same is less than one in 10⁷."""


class SentenceHashes(NamedTuple):
    """The digest of what all sentences are cited by, and that of each sentence."""

    cited: bytes
    each: list[bytes]


def of(sentences: Sequence[Sentence]) -> SentenceHashes:
    """Return the digests of *sentences*."""
    cited = [repr(sentence[:4]) for sentence in sentences]
    texts = [sentence.text for sentence in sentences]
    return SentenceHashes(
        _digest("\n".join(cited)), list(map(_digest, map(str.__add__, cited, texts)))
    )


def write(path: Path, digests: SentenceHashes) -> None:
    """Write *digests* to a new file."""
    path.write_bytes(b"".join([digests.cited, *digests.each]))


def read(path: Path) -> SentenceHashes:
    """Return the digests in a file.

    Raises:
        FileDamagedError: It is not as it was written.
    """
    data = checksums.read(path)
    cited, *each = (data[n : n + _SIZE] for n in range(0, len(data), _SIZE))
    return SentenceHashes(cited, each)


def _digest(text: str) -> bytes:
    data = text.encode(errors="surrogatepass")
    return hashlib.blake2b(data, digest_size=_SIZE).digest()
