"""A file of compressed blocks, each read when it is needed.

    block, block, … , dictionary, offsets of the blocks, of the dictionary and of its
    end (8 bytes each), number of blocks (8 bytes)

The dictionary, which is compressed too, is a preset dictionary of zlib (RFC 1950, FDICT)
made of parts of blocks far from each other. The file is mapped into memory, so opening it
takes the same time however many blocks it has.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from indexer.storage import new_file
from indexer.storage.checksums import FileDamagedError, Verified

_NUMBER = struct.Struct("<Q")
_LEVEL = 4
"""The next level takes a quarter more time and writes 2 % less."""
_CACHE_SIZE = 256
"""How many blocks stay decompressed by default."""
_PARTS = 64
"""The number of blocks with a part in the dictionary; a file of fewer has none."""
_PART = (1 << 15) // _PARTS
"""Bytes of a part; together they fill the 32 KiB window of DEFLATE."""


def write(path: Path, blocks: Iterable[bytes]) -> None:
    """Write *blocks* to a new file."""
    data = list(blocks)
    dictionary = _dictionary(data)
    packer = zlib.compressobj(_LEVEL, zdict=dictionary)
    offsets = [0]
    with new_file.create(path) as file:
        for block in data:
            offsets.append(offsets[-1] + file.write(_compress(block, packer.copy())))
        offsets.append(offsets[-1] + file.write(zlib.compress(dictionary, _LEVEL)))
        file.write(b"".join(map(_NUMBER.pack, [*offsets, len(data)])))


def _dictionary(blocks: Sequence[bytes]) -> bytes:
    if len(blocks) < _PARTS:
        return b""
    chosen = (blocks[part * len(blocks) // _PARTS] for part in range(_PARTS))
    return b"".join(block[:_PART] for block in chosen)


def _compress(block: bytes, packer: zlib._Compress) -> bytes:
    return packer.compress(block) + packer.flush()


class BlockFile:
    """Reads the blocks of a file by number, from 0.

    Raises:
        FileDamagedError: The file, or in reading a block of it, is not as written.
    """

    def __init__(self, path: Path, cache_size: int = _CACHE_SIZE) -> None:
        self._data = Verified(path)
        self._path = path
        end = len(self._data) - _NUMBER.size
        self._count = self._number(end) if end >= 0 else -1
        self._offsets = end - (self._count + 2) * _NUMBER.size
        if self._count < 0 or self._offsets < 0:
            self.close()
            raise FileDamagedError(path)
        self._read = lru_cache(cache_size)(self._decompress)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> bytes:
        return self._read(number)

    def close(self) -> None:
        """Close the file."""
        self._data.close()

    def _decompress(self, number: int) -> bytes:
        return self._decompress_with(number, self._dictionary)

    @cached_property
    def _dictionary(self) -> bytes:
        return self._decompress_with(self._count, b"")

    def _decompress_with(self, number: int, dictionary: bytes) -> bytes:
        offset = self._offsets + number * _NUMBER.size
        unpacker = zlib.decompressobj(zdict=dictionary)
        try:
            start, end = self._number(offset), self._number(offset + _NUMBER.size)
            block = unpacker.decompress(self._data[start:end])
        except (OverflowError, struct.error, zlib.error):
            raise FileDamagedError(self._path) from None
        if not unpacker.eof:
            raise FileDamagedError(self._path)
        return block

    def _number(self, offset: int) -> int:
        number: int
        (number,) = _NUMBER.unpack(self._data[offset : offset + _NUMBER.size])
        return number
