"""A file of compressed blocks, each read when it is needed.

    block, block, … , offsets of the blocks (8 bytes each, and that of their end),
    number of blocks (8 bytes)

The file is mapped: opening it takes no longer the more blocks it has.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from indexer.errors import CommuniqueError

_NUMBER = struct.Struct("<Q")
_LEVEL = 6
_KEPT = 256
"""How many blocks stay decompressed."""


class FileDamagedError(CommuniqueError):
    """A file of the index cannot be read as it was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: the file is damaged; see `communique check`, and make the index"
            " anew with `communique rebuild --force`."
        )


def write(path: Path, blocks: Iterable[bytes], level: int = _LEVEL) -> None:
    """Write *blocks* to a new file."""
    from concurrent.futures import ThreadPoolExecutor

    offsets = [0]
    with path.open("wb") as file, ThreadPoolExecutor() as pool:
        # Compressing lets other threads run meanwhile.
        for data in pool.map(lambda block: zlib.compress(block, level), blocks):
            offsets.append(offsets[-1] + file.write(data))
        file.write(b"".join(map(_NUMBER.pack, [*offsets, len(offsets) - 1])))


def mapped(path: Path) -> mmap.mmap | bytes:
    """Return the bytes of a file, read as they are asked for."""
    with path.open("rb") as file:
        # An empty file cannot be mapped.
        if not path.stat().st_size:
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


class Blocks:
    """The blocks of a file, by their numbers."""

    def __init__(self, path: Path, kept: int = _KEPT) -> None:
        self._data = mapped(path)
        self._path = path
        end = len(self._data) - _NUMBER.size
        self._count: int = _NUMBER.unpack_from(self._data, end)[0] if end >= 0 else -1
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
        if isinstance(self._data, mmap.mmap):
            self._data.close()

    def _decompressed(self, number: int) -> bytes:
        place = self._offsets + number * _NUMBER.size
        try:
            (start,) = _NUMBER.unpack_from(self._data, place)
            (end,) = _NUMBER.unpack_from(self._data, place + _NUMBER.size)
            return zlib.decompress(self._data[start:end])
        except (OverflowError, struct.error, zlib.error):
            # zlib's own checksum tells of nearly every change.
            raise FileDamagedError(self._path) from None
