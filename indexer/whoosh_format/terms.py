"""The table of the terms of an index: a file of keys and values that Whoosh reads.

    header, keys with their values in order, tables of slots, directory, extras, index

A key's hash tells its table, and where to begin there to look for its slot, which tells
where the key is. Whoosh leaves half of the slots empty, to look at few of them. None is
empty here: whoever reads a table whole finds a slot at once, and Whoosh's readers, which
ask the file how many there are, look at some twenty.
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
"""The format, its hash, which is CRC-32, and what it keeps for the future."""
_LENGTHS = struct.Struct("!ii")
"""What stands before a key: how many bytes it has, and its value."""
_SLOT = struct.Struct("!Iq")
"""A key's hash, and where the key is."""
_HASH = 4
"""Bytes of a hash."""
_TABLE = struct.Struct("!qi")
"""An entry of the directory: where a table is, and how many slots it has."""
_TABLES = 256
_FIELD = struct.Struct("!H")
"""What a key begins with: the number of its field."""
_SIZE = struct.Struct("!i")
"""What ends the file: how many bytes the extras and the index have."""


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
        """Write all else."""
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
    """Return *slots* so that each is soon met by who begins where its hash says."""
    count = len(slots)
    homes = sorted(((slot[0] // _TABLES) % count, slot) for slot in slots)
    # So far behind its home, none is before it.
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
        """Let go of the file."""
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
        wanted = hashed.to_bytes(_HASH, "big")
        found = slots.find(wanted)
        while found >= 0:
            if found % _SLOT.size == 0:
                value = self._value_of(key, _SLOT.unpack_from(slots, found)[1])
                if value is not None:
                    return value
            found = slots.find(wanted, found + 1)
        return None

    def _value_of(self, key: bytes, place: int) -> bytes | None:
        """Return the value at *place*, if it is that of *key*."""
        start = place + _LENGTHS.size
        length, size = _LENGTHS.unpack(self._data[place:start])
        end = start + length
        if self._data[start:end] != key:
            return None
        return self._data[end : end + size]
