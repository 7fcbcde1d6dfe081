"""Sentence hashes: the state of each sentence, to find changes without reading texts.

The file has a hash of what all sentences are cited by in order (id, document, paragraph
and number), then for each sentence a hash of that, of its text and of its page. Its
offsets in its source are not hashed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
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


def of(sentences: Iterable[Sentence]) -> SentenceHashes:
    """Return the hashes of *sentences*, of which only one need be in memory at a time."""
    ids, each = hashlib.blake2b(digest_size=_SIZE), list[bytes]()
    for sentence in sentences:
        id_, text = repr(sentence[:4]), sentence.text
        ids.update(_encoded(f"\n{id_}" if each else id_))
        page = f"\f{sentence.page}" if sentence.page else ""
        data = _encoded(f"{id_}{text}{page}")
        each.append(hashlib.blake2b(data, digest_size=_SIZE).digest())
    return SentenceHashes(ids.digest(), each)


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


def _encoded(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
