"""The term table of an index: a hash table of keys and values that Whoosh reads.

    header, keys with their values in order, tables of slots, directory, extras, index

The hash of a key selects a table, and the slot in it where the search for the key starts;
a slot has the offset of a key. Whoosh leaves half of the slots empty, for short searches.
Here none is empty, which saves space: `TermTableReader` reads a table as a whole and finds
a slot at once, and Whoosh's reader, to which the file gives the number of slots, looks at
some twenty.
"""

from __future__ import annotations

import struct
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

from indexer.storage.checksums import Verified
from indexer.whoosh_format import unpickle

_HEADER = b"HSH3" + struct.pack("!Bii", 1, 0, 0)
"""The format, the number of its hash function (CRC-32), and two reserved numbers."""
_LENGTHS = struct.Struct("!ii")
"""Before a key: the number of bytes of the key and of its value."""
_SLOT = struct.Struct("!Iq")
"""The hash of a key, and its offset."""
_HASH = 4
"""Bytes of a hash."""
_TABLE = struct.Struct("!qi")
"""An entry of the directory: the offset of a table, and its number of slots."""
_TABLES = 256
_FIELD = struct.Struct("!H")
"""At the start of a key: the number of its field."""
_SIZE = struct.Struct("!i")
"""At the end of the file: the number of bytes of the extras and the index."""


class TermTableWriter:
    """Writes a table; terms must be added field by field, and sorted in each."""

    def __init__(self, file: BinaryIO, fields: Iterable[str]) -> None:
        self._file = file
        self._fields = {name: number for number, name in enumerate(fields)}
        self._offsets: list[int] = []
        self._slots: list[list[tuple[int, int]]] = [[] for _ in range(_TABLES)]
        self._end = file.write(_HEADER)

    def add(self, field: str, term: str, value: bytes) -> None:
        """Add the next term."""
        key = _FIELD.pack(self._fields[field]) + term.encode()
        hashed = crc32(key)
        self._offsets.append(self._end)
        self._slots[hashed % _TABLES].append((hashed, self._end))
        lengths = _LENGTHS.pack(len(key), len(value))
        self._end += self._file.write(b"".join([lengths, key, value]))

    def finish(self) -> None:
        """Write what follows the keys."""
        directory = []
        for slots in self._slots:
            directory.append(_TABLE.pack(self._end, len(slots)))
            ordered = [_SLOT.pack(*slot) for slot in _ordered(slots)]
            self._end += self._file.write(b"".join(ordered))
        index = array("I" if self._end < 1 << 32 else "Q", self._offsets)
        extras = unpickle.dumps(
            {
                "fieldmap": self._fields,
                "indextype": index.typecode.replace("Q", "q"),
                "indexlen": len(index),
            },
            protocol=2,
        )
        if sys.byteorder == "little":
            index.byteswap()
        rest = extras + index.tobytes()
        self._file.write(b"".join([*directory, rest, _SIZE.pack(len(rest))]))


def _ordered(slots: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return *slots* ordered so that each is at, or closely after, its first probe."""
    count = len(slots)
    homes = sorted(((slot[0] // _TABLES) % count, slot) for slot in slots)
    # Shifted by this much, no slot is before its home.
    shift = max((home - n for n, (home, _) in enumerate(homes)), default=0)
    ordered = [slot for _, slot in homes]
    return ordered[count - shift :] + ordered[: count - shift]


class TermTableReader:
    """Reads the values of a table; several threads may use it at once."""

    def __init__(self, path: Path) -> None:
        with ExitStack() as stack:
            self._data = stack.enter_context(closing(Verified(path)))
            end = len(self._data) - _SIZE.size
            (size,) = _SIZE.unpack(self._data[end : end + _SIZE.size])
            extras = unpickle.loads(self._data[end - size : end])
            stack.pop_all()
        self._fields: Mapping[str, int] = extras["fieldmap"]
        self._directory = end - size - _TABLES * _TABLE.size
        self._count: int = extras["indexlen"]
        self._offset = struct.Struct(f"!{extras['indextype']}")
        self._index = end - self._count * self._offset.size

    def close(self) -> None:
        """Close the file."""
        self._data.close()

    def value(self, field: str, term: str) -> bytes | None:
        """Return the value of a term, or None if no sentence has it."""
        if field not in self._fields:
            return None
        key = _FIELD.pack(self._fields[field]) + term.encode(errors="replace")
        hashed = crc32(key)
        entry = self._directory + hashed % _TABLES * _TABLE.size
        start, count = _TABLE.unpack(self._data[entry : entry + _TABLE.size])
        slots = self._data[start : start + count * _SLOT.size]
        pattern = hashed.to_bytes(_HASH, "big")
        slot = slots.find(pattern)
        while slot >= 0:
            if slot % _SLOT.size == 0:
                value = self._value_at(_SLOT.unpack_from(slots, slot)[1], key)
                if value is not None:
                    return value
            slot = slots.find(pattern, slot + 1)
        return None

    def terms(self, field: str) -> list[str]:
        """Return the terms of a field, in their order in the table."""
        if field not in self._fields:
            return []
        places, number = range(self._count), self._fields[field]
        first = bisect_left(places, _FIELD.pack(number), key=self._key)
        last = bisect_left(places, _FIELD.pack(number + 1), key=self._key)
        keys = map(self._key, range(first, last))
        return [key[_FIELD.size :].decode() for key in keys]

    def _key(self, place: int) -> bytes:
        """Return the key of the term at a place in the order of the table."""
        start = self._index + place * self._offset.size
        end = start + self._offset.size
        (offset,) = self._offset.unpack(self._data[start:end])
        start = offset + _LENGTHS.size
        length, _ = _LENGTHS.unpack(self._data[offset:start])
        return self._data[start : start + length]

    def _value_at(self, offset: int, key: bytes) -> bytes | None:
        """Return the value of the key at *offset*, or None if it is another key."""
        start = offset + _LENGTHS.size
        length, size = _LENGTHS.unpack(self._data[offset:start])
        end = start + length
        if self._data[start:end] != key:
            return None
        return self._data[end : end + size]
