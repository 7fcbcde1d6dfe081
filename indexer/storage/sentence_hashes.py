"""Sentence hashes: the state of each sentence, to find changes without reading texts.

The file has a hash of what all sentences are cited by in order (id, document, paragraph
and number), then for each sentence a hash of that, of its text and of its page. Its
offsets in its source are not hashed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from indexer.ingest.sentence import Sentence
from indexer.storage import checksums, new_file

_SIZE = 8
"""Bytes of a hash: among a million sentences, a collision has a chance of 1 in 10⁷."""


class SentenceHashes(NamedTuple):
    """The hash of what all sentences are cited by, and the hash of each sentence."""

    ids: bytes
    each: list[bytes]


def of(sentences: Sequence[Sentence]) -> SentenceHashes:
    """Return the hashes of *sentences*."""
    ids = [repr(sentence[:4]) for sentence in sentences]
    texts = [f"{s.text}\f{s.page}" if s.page else s.text for s in sentences]
    each = list(map(_hash, map(str.__add__, ids, texts)))
    return SentenceHashes(_hash("\n".join(ids)), each)


def write(path: Path, hashes: SentenceHashes) -> None:
    """Write *hashes* to a new file."""
    new_file.write(path, b"".join([hashes.ids, *hashes.each]))


def read(path: Path) -> SentenceHashes:
    """Return the hashes in a file.

    Raises:
        FileDamagedError: The file is not as it was written.
    """
    data = checksums.read(path)
    ids, *each = (data[n : n + _SIZE] for n in range(0, len(data), _SIZE))
    return SentenceHashes(ids, each)


def _hash(text: str) -> bytes:
    data = text.encode(errors="surrogatepass")
    return hashlib.blake2b(data, digest_size=_SIZE).digest()
