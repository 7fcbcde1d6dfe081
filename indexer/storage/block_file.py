"""A file of compressed blocks, each read when it is needed.

    block, block, … , dictionary, offsets of the blocks, of the dictionary and of its
    end (8 bytes each), number of blocks (8 bytes)

A block is raw DEFLATE (RFC 1951) with the dictionary as its preset window, which is made of
parts of blocks far from each other, and is compressed too. The zlib format around it would
compute a checksum of the dictionary for each block that is read: as long as all else, for
a block of 2 KB. Opening the file takes the same time however many blocks it has, and reading
one holds none of those around it in memory where the system has `pread` (see
`VerifiedParts`).
"""

from __future__ import annotations

import struct
import zlib
from array import array
from collections.abc import Iterable
from contextlib import ExitStack, closing
from functools import cached_property, lru_cache
from pathlib import Path

from indexer.storage import new_file
from indexer.storage.checksums import FileDamagedError, VerifiedParts

_NUMBER = struct.Struct("<Q")
_LEVEL = 4
"""The next level takes a quarter more time and writes 2 % less."""
_RAW = -zlib.MAX_WBITS
_CACHE_SIZE = 256
"""How many blocks stay decompressed by default."""
_PARTS = 64
"""The number of blocks with a part in the dictionary; a file of fewer has none."""
_PART = (1 << 15) // _PARTS
"""Bytes of a part; together they fill the 32 KiB window of DEFLATE."""


def write(path: Path, blocks: Iterable[bytes]) -> None:
    """Write *blocks* to a new file; not all of them are in memory at once."""
    # The dictionary precedes the first block that is compressed with it.
    spilled_blocks = _SpilledBlocks(path.parent, blocks)
    dictionary = _dictionary(spilled_blocks)
    packer = _packer(dictionary)
    offsets = array("Q", [0])
    with new_file.create(path) as file:
        for number in range(len(spilled_blocks)):
            packed = _compress(spilled_blocks[number], packer.copy())
            offsets.append(offsets[-1] + file.write(packed))
        offsets.append(offsets[-1] + file.write(_compress(dictionary, _packer(b""))))
        file.write(b"".join(map(_NUMBER.pack, [*offsets, len(spilled_blocks)])))


class _SpilledBlocks:
    """Blocks that wait in a temporary file in *folder*."""

    def __init__(self, folder: Path, blocks: Iterable[bytes]) -> None:
        # A search does not write.
        from indexer.spill_file import SpillFile

        self._file = SpillFile(folder)
        self._ends = array("Q", [0])
        for block in blocks:
            self._ends.append(self._file.append(block) + len(block))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> bytes:
        start, end = self._ends[number : number + 2]
        return self._file.read(start, end - start)


def _dictionary(blocks: _SpilledBlocks) -> bytes:
    if len(blocks) < _PARTS:
        return b""
    chosen = (blocks[part * len(blocks) // _PARTS] for part in range(_PARTS))
    return b"".join(block[:_PART] for block in chosen)


def _packer(dictionary: bytes) -> zlib._Compress:
    return zlib.compressobj(_LEVEL, wbits=_RAW, zdict=dictionary)


def _compress(block: bytes, packer: zlib._Compress) -> bytes:
    return packer.compress(block) + packer.flush()


class BlockFile:
    """Reads the blocks of a file by number, from 0.

    Raises:
        FileDamagedError: The file, or in reading a block of it, is not as written. Raw
            DEFLATE has no checksum: without checksums.bin, damage may go unnoticed.
    """

    def __init__(self, path: Path, cache_size: int = _CACHE_SIZE) -> None:
        self._path = path
        with ExitStack() as stack:
            self._data = stack.enter_context(closing(VerifiedParts(path)))
            end = len(self._data) - _NUMBER.size
            self._count = self._number(end) if end >= 0 else -1
            self._offsets = end - (self._count + 2) * _NUMBER.size
            if self._count < 0 or self._offsets < 0:
                raise FileDamagedError(path)
            stack.pop_all()
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
        unpacker = zlib.decompressobj(wbits=_RAW, zdict=dictionary)
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
