"""Sentence hashes: the state of each sentence, to find changes without reading texts.

The file has a hash of what all sentences are cited by in order (id, document, paragraph
and number), then for each sentence a hash of that, of its text and of its page. Its
offsets in its source are not hashed.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from indexer.ingest.sentence import Sentence
from indexer.storage import checksums, new_file
from indexer.storage.checksums import FileDamagedError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SIZE = 8
"""Bytes of a hash: among a million sentences, a collision has a chance of 1 in 10⁷."""


class SentenceHashes(NamedTuple):
    """The hash of what all sentences are cited by, and the hash of each sentence."""

    ids: bytes
    each: array[int]


class SentenceHasher:
    """Hashes sentences on their way to another reader, so that they are read once."""

    def __init__(self) -> None:
        self._ids = hashlib.blake2b(digest_size=_SIZE)
        self._each = array("Q")

    @property
    def hashes(self) -> SentenceHashes:
        """The hashes of the sentences so far."""
        return SentenceHashes(self._ids.digest(), self._each)

    def add_each(self, sentences: Iterable[Sentence]) -> Iterator[Sentence]:
        """Yield *sentences*, and add the hash of each."""
        for sentence in sentences:
            cited_by = repr(sentence[:4])
            self._ids.update(_encoded(f"\n{cited_by}" if self._each else cited_by))
            data = _encoded(cited_by + _content(sentence))
            self._each.frombytes(hashlib.blake2b(data, digest_size=_SIZE).digest())
            yield sentence


def of(sentences: Iterable[Sentence]) -> SentenceHashes:
    """Return the hashes of *sentences*, of which only one need be in memory at a time."""
    hasher = SentenceHasher()
    deque(hasher.add_each(sentences), maxlen=0)
    return hasher.hashes


def _content(sentence: Sentence) -> str:
    return f"{sentence.text}\f{sentence.page}" if sentence.page else sentence.text


def write(path: Path, hashes: SentenceHashes) -> None:
    """Write *hashes* to a new file."""
    new_file.write(path, hashes.ids + hashes.each.tobytes())


def read(path: Path) -> SentenceHashes:
    """Return the hashes in a file.

    Raises:
        FileDamagedError: The file is not as it was written.
    """
    data = checksums.read(path)
    each = array("Q")
    try:
        each.frombytes(data[_SIZE:])
    except ValueError:
        raise FileDamagedError(path) from None
    return SentenceHashes(data[:_SIZE], each)


def match(hashes: array[int], others: array[int]) -> NDArray[np.int64]:
    """Return for each of *hashes* its index in *others*, -1 if it is not there.

    No index occurs twice: of equal hashes, the first has it.
    """
    import numpy as np

    indices = np.full(len(hashes), -1, dtype=np.int64)
    if not (hashes and others):
        return indices
    order, values = _sorted(hashes)
    other_order, other_values = _sorted(others)
    # Both sorted: a search for values in no order would miss the processor's cache.
    places = np.searchsorted(other_values, values)
    places = np.minimum(places, len(other_values) - 1)
    is_match = other_values[places] == values
    is_match[1:] &= values[1:] != values[:-1]
    indices[order[is_match]] = other_order[places[is_match]]
    return indices


def _sorted(hashes: array[int]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return the indices of *hashes* in ascending order, and the hashes in it."""
    import numpy as np

    values = np.frombuffer(hashes, dtype=np.uint64)
    order = np.argsort(values, kind="stable")
    return order, values[order]


def _encoded(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
