"""A file of compressed blocks, each read when it is needed.

    block, block, … , dictionary, offsets of the blocks, of the dictionary and of its
    end (8 bytes each), number of blocks (8 bytes)

The dictionary, which is compressed too, is made of parts of blocks that stand far from
each other: a block refers to what it has in common with them as to what stood before
in itself. The file is mapped: opening it takes no longer the more blocks it has.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from indexer.storage.checksums import FileDamagedError, Verified

_NUMBER = struct.Struct("<Q")
_LEVEL = 4
"""A level more takes a quarter more time, and writes 2 % less."""
_KEPT = 256
"""How many blocks stay decompressed."""
_PARTS = 64
"""Of how many blocks the dictionary has a part; of fewer, there is none."""
_PART = (1 << 15) // _PARTS
"""Bytes of a part; all together are as many as are ever referred back to."""


def write(path: Path, blocks: Iterable[bytes]) -> None:
    """Write *blocks* to a new file."""
    written = list(blocks)
    dictionary = _dictionary(written)
    packer = zlib.compressobj(_LEVEL, zdict=dictionary)
    offsets = [0]
    with path.open("wb") as file:
        for block in written:
            offsets.append(offsets[-1] + file.write(_packed(block, packer.copy())))
        offsets.append(offsets[-1] + file.write(zlib.compress(dictionary, _LEVEL)))
        file.write(b"".join(map(_NUMBER.pack, [*offsets, len(written)])))


def _dictionary(blocks: Sequence[bytes]) -> bytes:
    if len(blocks) < _PARTS:
        return b""
    chosen = (blocks[part * len(blocks) // _PARTS] for part in range(_PARTS))
    return b"".join(block[:_PART] for block in chosen)


def _packed(block: bytes, packer: zlib._Compress) -> bytes:
    return packer.compress(block) + packer.flush()


class BlockFile:
    """The blocks of a file, by their numbers."""

    def __init__(self, path: Path, kept: int = _KEPT) -> None:
        self._data = Verified(path)
        self._path = path
        end = len(self._data) - _NUMBER.size
        self._count = self._number(end) if end >= 0 else -1
        self._offsets = end - (self._count + 2) * _NUMBER.size
        if self._count < 0 or self._offsets < 0:
            self.close()
            raise FileDamagedError(path)
        self._read = lru_cache(kept)(self._decompressed)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> bytes:
        return self._read(number)

    def close(self) -> None:
        """Let go of the file."""
        self._data.close()

    def _decompressed(self, number: int) -> bytes:
        return self._unpacked(number, self._dictionary)

    @cached_property
    def _dictionary(self) -> bytes:
        return self._unpacked(self._count, b"")

    def _unpacked(self, number: int, dictionary: bytes) -> bytes:
        place = self._offsets + number * _NUMBER.size
        unpacker = zlib.decompressobj(zdict=dictionary)
        try:
            start, end = self._number(place), self._number(place + _NUMBER.size)
            found = unpacker.decompress(self._data[start:end])
        except (OverflowError, struct.error, zlib.error):
            raise FileDamagedError(self._path) from None
        if not unpacker.eof:
            raise FileDamagedError(self._path)
        return found

    def _number(self, place: int) -> int:
        number: int
        (number,) = _NUMBER.unpack(self._data[place : place + _NUMBER.size])
        return number
