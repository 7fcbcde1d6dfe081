"""A file of compressed blocks, each read when it is needed.

    block, block, … , offsets of the blocks (8 bytes each, and that of their end),
    number of blocks (8 bytes)

The file is mapped: opening it takes no longer the more blocks it has.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from indexer.verified import FileDamagedError, Verified

_NUMBER = struct.Struct("<Q")
_LEVEL = 6
_KEPT = 256
"""How many blocks stay decompressed."""


def write(path: Path, blocks: Iterable[bytes], level: int = _LEVEL) -> None:
    """Write *blocks* to a new file."""
    from concurrent.futures import ThreadPoolExecutor

    offsets = [0]
    with path.open("wb") as file, ThreadPoolExecutor() as pool:
        # Compressing lets other threads run meanwhile.
        for data in pool.map(lambda block: zlib.compress(block, level), blocks):
            offsets.append(offsets[-1] + file.write(data))
        file.write(b"".join(map(_NUMBER.pack, [*offsets, len(offsets) - 1])))


class Blocks:
    """The blocks of a file, by their numbers."""

    def __init__(self, path: Path, kept: int = _KEPT) -> None:
        self._data = Verified(path)
        self._path = path
        end = len(self._data) - _NUMBER.size
        self._count = self._number(end) if end >= 0 else -1
        self._offsets = end - (self._count + 1) * _NUMBER.size
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
        place = self._offsets + number * _NUMBER.size
        try:
            start, end = self._number(place), self._number(place + _NUMBER.size)
            return zlib.decompress(self._data[start:end])
        except (OverflowError, struct.error, zlib.error):
            raise FileDamagedError(self._path) from None

    def _number(self, place: int) -> int:
        number: int
        (number,) = _NUMBER.unpack(self._data[place : place + _NUMBER.size])
        return number
