"""The table of the terms of an index: a file of keys and values that Whoosh reads.

    header, keys with their values in order, tables of slots, directory, extras, index

The hash of a key selects a table, and the slot in it where a lookup starts; a slot has the
offset of its key. Whoosh leaves half of the slots empty to keep lookups short. Here none is
empty, which halves the tables: our reader searches a whole table at once, and Whoosh's
readers, which take the number of slots from the file, probe some twenty.
"""

from __future__ import annotations

import pickle
import struct
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

from indexer.storage.checksums import Verified

_HEADER = b"HSH3" + struct.pack("!Bii", 1, 0, 0)
"""The format, its hash function (CRC-32), and two reserved numbers."""
_LENGTHS = struct.Struct("!ii")
"""Bytes before a key: its size, and the size of its value."""
_SLOT = struct.Struct("!Iq")
"""A key's hash, and its offset."""
_HASH = 4
"""Bytes of a hash."""
_TABLE = struct.Struct("!qi")
"""An entry of the directory: the offset of a table, and its number of slots."""
_TABLES = 256
_FIELD = struct.Struct("!H")
"""The first bytes of a key: the number of its field."""
_SIZE = struct.Struct("!i")
"""The last bytes of the file: the size of the extras and the index."""


class TermTableWriter:
    """Writes a table; terms are added in the order of their fields, and sorted."""

    def __init__(self, file: BinaryIO, fields: Iterable[str]) -> None:
        self._file = file
        self._fields = {name: number for number, name in enumerate(fields)}
        self._places: list[int] = []
        self._slots: list[list[tuple[int, int]]] = [[] for _ in range(_TABLES)]
        self._end = file.write(_HEADER)

    def add(self, field: str, term: str, value: bytes) -> None:
        """Add the next term."""
        key = _FIELD.pack(self._fields[field]) + term.encode()
        hashed = crc32(key)
        self._places.append(self._end)
        self._slots[hashed % _TABLES].append((hashed, self._end))
        lengths = _LENGTHS.pack(len(key), len(value))
        self._end += self._file.write(b"".join([lengths, key, value]))

    def finish(self) -> None:
        """Write the tables, the directory, the extras and the index."""
        directory = []
        for slots in self._slots:
            directory.append(_TABLE.pack(self._end, len(slots)))
            ordered = [_SLOT.pack(*slot) for slot in _ordered(slots)]
            self._end += self._file.write(b"".join(ordered))
        index = array("I" if self._end < 1 << 32 else "Q", self._places)
        extras = pickle.dumps(
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
    """Return *slots* in an order that keeps each near the place of its hash."""
    count = len(slots)
    homes = sorted(((slot[0] // _TABLES) % count, slot) for slot in slots)
    # Rotated by the greatest delay, no slot precedes its home.
    behind = max((home - n for n, (home, _) in enumerate(homes)), default=0)
    ordered = [slot for _, slot in homes]
    return ordered[count - behind :] + ordered[: count - behind]


class TermTableReader:
    """Reads the values of a table, from several threads at once."""

    def __init__(self, path: Path) -> None:
        self._data = Verified(path)
        end = len(self._data) - _SIZE.size
        (size,) = _SIZE.unpack(self._data[end : end + _SIZE.size])
        extras = pickle.loads(self._data[end - size : end])  # noqa: S301
        self._fields: Mapping[str, int] = extras["fieldmap"]
        self._directory = end - size - _TABLES * _TABLE.size

    def close(self) -> None:
        """Close the file."""
        self._data.close()

    def value(self, field: str, term: str) -> bytes | None:
        """Return the value of a term, or None where it has none."""
        if field not in self._fields:
            return None
        key = _FIELD.pack(self._fields[field]) + term.encode(errors="replace")
        hashed = crc32(key)
        place = self._directory + hashed % _TABLES * _TABLE.size
        start, count = _TABLE.unpack(self._data[place : place + _TABLE.size])
        slots = self._data[start : start + count * _SLOT.size]
        hash_bytes = hashed.to_bytes(_HASH, "big")
        position = slots.find(hash_bytes)
        while position >= 0:
            if position % _SLOT.size == 0:
                value = self._value_of(key, _SLOT.unpack_from(slots, position)[1])
                if value is not None:
                    return value
            position = slots.find(hash_bytes, position + 1)
        return None

    def _value_of(self, key: bytes, place: int) -> bytes | None:
        """Return the value at *place*, or None where another key is there."""
        start = place + _LENGTHS.size
        length, size = _LENGTHS.unpack(self._data[place:start])
        end = start + length
        if self._data[start:end] != key:
            return None
        return self._data[end : end + size]
