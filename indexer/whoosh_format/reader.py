"""Read the Whoosh index that `indexer.whoosh_format.writer` wrote."""

from __future__ import annotations

import pickle
import struct
import warnings
import zlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from operator import sub
from pathlib import Path
from threading import Lock
from typing import Any

from indexer.errors import CommuniqueError
from indexer.storage import checksums
from indexer.storage.checksums import FileDamagedError, Verified
from indexer.whoosh_format.columns import Column
from indexer.whoosh_format.terms import TermTableReader

with warnings.catch_warnings():
    # Whoosh 2.7.4 has escapes in plain strings that newer Pythons warn of.
    warnings.simplefilter("ignore", SyntaxWarning)
    from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec
    from whoosh.filedb.filestore import FileStorage
    from whoosh.filedb.structfile import StructFile
    from whoosh.index import FileIndex
    from whoosh.util.numeric import byte_to_length, length_to_byte


TERMS = "terms"
"""The field of the terms, which scores: morphemes, grams and wholes."""
TAGS = ("document", "paragraph", "speaker", "act")
"""The fields that results are narrowed by; a sentence has one value of each, or none."""
ID_FIELD = "id"
"""The column of the sentences' ids."""

KEPT = 128
"""Cached postings: a query reads them once to match and once to score."""

INFO = struct.Struct("!BfIBBfII")
"""Statistics of a term: whether its postings are stored with it, the sum of their weights,
their number, the shortest and the longest length in a byte each, the greatest weight, and
the first and the last sentence."""
EXTENT = struct.Struct("!qi")
"""Offset and size of a list in bytes."""
_HEAD = len(WHOOSH3_HEADER_MAGIC) + struct.calcsize("!i")
"""Bytes before a list: a magic number, and the length of its only block."""


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings of a term.

    `gaps` are the differences between the ascending numbers of its sentences, the first
    counted from 0; `frequencies` how often each has it, None where each has it once.
    """

    count: int
    gaps: Sequence[int]
    frequencies: Sequence[int] | None


def kept_length(length: int) -> int:
    """Return a sentence's length in terms, rounded as the index stores it."""
    return int(byte_to_length(length_to_byte(length)))


class _VerifiedStorage(FileStorage):  # type: ignore[misc]
    """A folder whose bytes are compared with their checksums before anything is unpickled."""

    def open_file(self, name: str, **extra: Any) -> StructFile:
        return StructFile(checksums.stream(Path(self.folder, name)), name=name, **extra)


def _opened(folder: Path) -> Any:
    """Open the segments that Whoosh wrote to *folder*."""
    try:
        index = FileIndex(_VerifiedStorage(str(folder), readonly=True))
        return index.reader().leaf_readers()
    except (CommuniqueError, OSError):
        raise
    except Exception:  # noqa: BLE001 (damaged bytes raise anything)
        raise FileDamagedError(folder) from None


class PostingsReader:
    """Reads the postings of a segment of an index, from several threads at once.

    Sentences that are gone count like the others; see `indexer.segments.multi_reader`.
    """

    def __init__(self, folder: Path, number: int = 0) -> None:
        reader, _ = _opened(folder)[number]
        segment = reader.segment()
        self.count: int = reader.doc_count_all()
        self.size: int = reader.field_length(TERMS)
        self._folder = folder
        self._lock = Lock()
        self._reader = reader
        self.postings = lru_cache(KEPT)(self._read_postings)
        self._table = TermTableReader(folder / segment.make_filename(W3Codec.TERMS_EXT))
        self._lists = Verified(folder / segment.make_filename(W3Codec.POSTS_EXT))
        ids = folder / W3Codec.column_filename(segment, ID_FIELD)
        self._ids = Column(ids, self.count)
        lengths = folder / W3Codec.column_filename(segment, f"_{TERMS}_len")
        stored = checksums.read(lengths) if lengths.exists() else b""
        # A column ends with its last number that is not 0.
        self._lengths = stored.ljust(self.count, b"\0")

    def close(self) -> None:
        """Close the files."""
        self._reader.close()
        self._table.close()
        self._lists.close()
        self._ids.close()

    @property
    def average_length(self) -> float:
        """The average number of terms of a sentence."""
        return self.size / self.count

    def has(self, field: str, term: str) -> bool:
        """Whether any sentence has *term*; deleted sentences count too."""
        return self._table.value(field, term) is not None

    def _read_postings(self, field: str, term: str) -> Postings | None:
        """Return the postings of *term*, or None where no sentence has it."""
        value = self._table.value(field, term)
        if value is None:
            return None
        try:
            return self._read(value)
        except FileDamagedError:
            raise
        except Exception:  # noqa: BLE001 (damaged pickles raise anything)
            raise FileDamagedError(self._folder) from None

    def _read(self, value: bytes) -> Postings:
        """Return the postings in a term's *value*, or at the extent that it has."""
        inlined, *_ = INFO.unpack_from(value)
        if inlined:
            numbers, weights, _ = pickle.loads(value[INFO.size :])  # noqa: S301
            gaps = tuple(map(sub, numbers, (0, *numbers)))
            return Postings(len(numbers), gaps, weights)
        start, length = EXTENT.unpack_from(value, INFO.size)
        data = BytesIO(self._lists[start + _HEAD : start + length])
        count, *_ = pickle.load(data)  # noqa: S301 (the manifest is ours)
        gaps, frequencies, _ = pickle.loads(zlib.decompress(data.read()))  # noqa: S301
        return Postings(count, gaps, frequencies)

    def terms(self, field: str) -> list[str]:
        """Return the terms of a field, sorted."""
        with self._lock:
            return [str(term, "utf-8") for term in self._reader.lexicon(field)]

    def id(self, number: int) -> str:
        """Return the id of the sentence of that number."""
        return str(self._ids[number], "utf-8")

    def length(self, number: int) -> int:
        """Return the length of a sentence in terms, rounded as Whoosh stores it."""
        return int(byte_to_length(self._lengths[number]))

    def lengths(self) -> array[int]:
        """Return `length` for every sentence."""
        table = array("I", map(byte_to_length, range(256)))
        size, parts = table.itemsize, table.tobytes()
        data = bytearray(size * self.count)
        for plane in range(size):
            # One byte of all numbers at a time is faster than a loop over numbers.
            data[plane::size] = self._lengths.translate(parts[plane::size])
        return array("I", bytes(data))
