"""Reading the Whoosh index of a generation, as `indexer.posting_writer` wrote it."""

from __future__ import annotations

import pickle
import struct
import warnings
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from operator import sub
from pathlib import Path
from threading import Lock
from typing import Any

from indexer import verified
from indexer.errors import CommuniqueError
from indexer.verified import FileDamagedError, Verified

with warnings.catch_warnings():
    # Whoosh 2.7.4 has escapes in plain strings that newer Pythons warn of.
    warnings.simplefilter("ignore", SyntaxWarning)
    from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec
    from whoosh.filedb.filestore import FileStorage
    from whoosh.filedb.structfile import StructFile
    from whoosh.index import FileIndex
    from whoosh.reading import TermNotFound
    from whoosh.util.numeric import byte_to_length, length_to_byte


TERMS = "terms"
"""The field of the terms, which scores: morphemes, grams and wholes."""
EDGES = "edges"
"""The field of the syllable pairs at the edges of morphemes; it does not score."""
TAGS = ("document", "paragraph", "speaker", "act")
"""The fields that results are narrowed by; a sentence has one value of each, or none."""
ID_FIELD = "id"
"""The column of the sentences' ids."""

KEPT = 128
"""How many postings are kept: a query asks for those that have a term, then for scores."""

INT = struct.Struct("!i")
"""The length of a block; that of a term's last block is negative."""


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
    """Return a sentence's length as nearly as the index remembers it."""
    return int(byte_to_length(length_to_byte(length)))


class _VerifiedStorage(FileStorage):  # type: ignore[misc]
    """A folder of which nothing is read, let alone unpickled, that was not written so."""

    def open_file(self, name: str, **extra: Any) -> StructFile:
        return _VerifiedFile(Verified(Path(self.folder, name)), name, **extra)


class _VerifiedFile(StructFile):  # type: ignore[misc]
    """What Whoosh looks up in is sliced: moving to a place first takes longer."""

    def __init__(self, data: Verified, name: str, **extra: Any) -> None:
        super().__init__(verified.stream(data), name=name, **extra)
        self._data = data

    def get(self, position: int, length: int) -> bytes:
        return self._data[position : position + length]


def _opened(folder: Path) -> Any:
    """Open the segments that Whoosh wrote to *folder*."""
    try:
        index = FileIndex(_VerifiedStorage(str(folder), readonly=True))
        return index.reader().leaf_readers()
    except (CommuniqueError, OSError):
        raise
    except Exception:  # noqa: BLE001 (Whoosh's own, and whatever bytes lead it to)
        raise FileDamagedError(folder) from None


class PostingsReader:
    """Reads the postings of a segment of an index, from several threads at once.

    Sentences that are gone count like the others; see `indexer.segments`.
    """

    def __init__(self, folder: Path, number: int = 0) -> None:
        reader, _ = _opened(folder)[number]
        storage, segment = reader.storage(), reader.segment()
        self.count: int = reader.doc_count_all()
        self.size: int = reader.field_length(TERMS)
        self._folder = folder
        self._lock = Lock()
        self._reader = reader
        self.postings = lru_cache(KEPT)(self._read_postings)
        self._lists = Verified(folder / segment.make_filename(W3Codec.POSTS_EXT))
        self._ids = reader.column_reader(ID_FIELD)
        self._lengths = b""
        name = W3Codec.column_filename(segment, f"_{TERMS}_len")
        if storage.file_exists(name):
            with storage.open_file(name) as column:
                self._lengths = column.read()
        # A column ends with its last number that is not 0.
        self._lengths = self._lengths.ljust(self.count, b"\0")

    def close(self) -> None:
        """Let go of the files."""
        self._reader.close()
        self._lists.close()

    @property
    def average_length(self) -> float:
        """How many terms a sentence has on average."""
        return self.size / self.count

    def has(self, field: str, term: str) -> bool:
        """Tell whether a sentence has *term*, be it one that is gone."""
        with self._lock:
            return (field, term.encode(errors="replace")) in self._reader

    def _read_postings(self, field: str, term: str) -> Postings | None:
        """Return the postings of *term*, or None where no sentence has it."""
        with self._lock:
            try:
                info = self._reader.term_info(field, term.encode(errors="replace"))
            except TermNotFound:
                return None
        if info.is_inlined():
            numbers, weights, _ = info.inlined_postings()
            return Postings(
                len(numbers), tuple(map(sub, numbers, (0, *numbers))), weights
            )
        # The extent's length is a tuple in Whoosh 2.7.4; the block tells its own.
        start = info.extent()[0] + len(WHOOSH3_HEADER_MAGIC) + INT.size
        (length,) = INT.unpack(self._lists[start - INT.size : start])
        data = BytesIO(self._lists[start : start - length])
        try:
            count, *_ = pickle.load(data)  # noqa: S301 (the manifest is ours)
            rest = zlib.decompress(data.read())
            gaps, frequencies, _ = pickle.loads(rest)  # noqa: S301
        except Exception:  # noqa: BLE001 (whatever pickles of bytes that nobody wrote raise)
            raise FileDamagedError(self._folder) from None
        return Postings(count, gaps, frequencies)

    def terms(self, field: str) -> list[str]:
        """Return the terms of a field, sorted."""
        with self._lock:
            return [str(term, "utf-8") for term in self._reader.lexicon(field)]

    def id(self, number: int) -> str:
        """Return the id of the sentence of that number."""
        with self._lock:
            return str(self._ids[number], "utf-8")

    def length(self, number: int) -> int:
        """Return how many terms a sentence has, as nearly as Whoosh remembers."""
        return int(byte_to_length(self._lengths[number]))

    def lengths(self) -> list[int]:
        """Return `length` for every sentence."""
        table = [byte_to_length(byte) for byte in range(256)]
        return [table[byte] for byte in self._lengths]
