"""Reads the Whoosh index of a generation, as `indexer.whoosh_format.writer` writes it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from contextlib import ExitStack, closing
from functools import lru_cache
from io import BytesIO
from operator import sub
from pathlib import Path
from typing import NamedTuple

from indexer.storage.checksums import FileDamagedError, Verified
from indexer.whoosh_format import segment_list, unpickle
from indexer.whoosh_format.columns import Column
from indexer.whoosh_format.lengths import LENGTHS
from indexer.whoosh_format.terms import TermTableReader

TERMS = "terms"
"""The field that is scored: morphemes, noun bigrams and noun-run terms."""
TAGS = ("document", "paragraph", "speaker", "act")
"""The fields of filters; a sentence has at most one value of each."""
ID_FIELD = "id"
"""The column of the sentences' ids."""

CACHED_POSTINGS = 128
"""How many posting lists stay in memory: a query reads one to match, then to score."""

INFO = struct.Struct("!BfIBBfII")
"""Statistics of a term: whether its postings follow, the sum of their weights, their
number, the shortest and the longest length as a byte each, the greatest weight, and the
first and the last sentence."""
EXTENT = struct.Struct("!qi")
"""The offset of a posting list, and its number of bytes."""
_HEAD = len(b"W3Bl") + struct.calcsize("!i")
"""Bytes before the only block of a posting list: a magic number and its length."""


class Postings(NamedTuple):
    """The postings of a term.

    `gaps` are the differences between the ascending numbers of its sentences, the first
    from 0. `frequencies` is how often the term occurs in each, None if it is always once.
    """

    count: int  # type: ignore[assignment]
    gaps: Sequence[int]
    frequencies: Sequence[int] | None


class PostingsReader:
    """Reads the postings of a segment; several threads may use it at once.

    Deleted sentences are not left out; see `indexer.segments.multi_reader`.
    """

    def __init__(self, folder: Path, number: int = 0) -> None:
        name, self.count, self.size = segment_list.read(folder)[number]
        self._folder = folder
        self.postings = lru_cache(CACHED_POSTINGS)(self._read_postings)
        lengths = folder / f"{name}._{TERMS}_len.col"
        with ExitStack() as stack:
            entered = stack.enter_context
            self._table = entered(closing(TermTableReader(folder / f"{name}.trm")))
            self._lists = entered(closing(Verified(folder / f"{name}.pst")))
            ids = folder / f"{name}.{ID_FIELD}.col"
            self._ids = entered(closing(Column(ids, self.count)))
            self._lengths = Verified(lengths) if lengths.exists() else None
            stack.pop_all()

    def close(self) -> None:
        """Close the files."""
        self._table.close()
        self._lists.close()
        self._ids.close()
        if self._lengths:
            self._lengths.close()

    @property
    def average_length(self) -> float:
        """The average number of terms of a sentence."""
        return self.size / self.count

    def has(self, field: str, term: str) -> bool:
        """Return whether any sentence has *term*, deleted ones included."""
        return self._table.value(field, term) is not None

    def frequency(self, field: str, term: str) -> int:
        """Return the number of sentences that have a term; its postings are not read."""
        value = self._table.value(field, term)
        return INFO.unpack_from(value)[2] if value else 0

    def _read_postings(self, field: str, term: str) -> Postings | None:
        """Return the postings of *term*, or None if no sentence has it."""
        value = self._table.value(field, term)
        if value is None:
            return None
        try:
            return self._read(value)
        except (FileDamagedError, MemoryError):
            raise
        except Exception:  # noqa: BLE001 (pickles of other bytes raise anything)
            raise FileDamagedError(self._folder) from None

    def _read(self, value: bytes) -> Postings:
        """Return the postings in the *value* of a term, or at the offset that is in it."""
        inlined, *_ = INFO.unpack_from(value)
        if inlined:
            numbers, weights, _ = unpickle.loads(value[INFO.size :])
            gaps = tuple(map(sub, numbers, (0, *numbers)))
            return Postings(len(numbers), gaps, weights)
        start, length = EXTENT.unpack_from(value, INFO.size)
        data = BytesIO(self._lists[start + _HEAD : start + length])
        count, *_ = unpickle.load(data)
        gaps, frequencies, _ = unpickle.loads(zlib.decompress(data.read()))
        return Postings(count, gaps, frequencies)

    def terms(self, field: str) -> list[str]:
        """Return the terms of a field, sorted."""
        return self._table.terms(field)

    def id(self, number: int) -> str:
        """Return the id of a sentence."""
        return str(self._ids[number], "utf-8")

    def length(self, number: int) -> int:
        """Return the number of terms of a sentence, rounded as Whoosh stores it."""
        code = self._lengths[number : number + 1] if self._lengths else b""
        return LENGTHS[code[0] if code else 0]

    def length_bytes(self) -> bytes:
        """Return a byte for the length of each sentence."""
        # Zeros at the end of a column are left out.
        lengths = self._lengths[:] if self._lengths else b""
        return lengths.ljust(self.count, b"\0")
