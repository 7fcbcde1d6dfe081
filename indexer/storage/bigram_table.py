"""A file of rows of bytes, each under a pair of letters, compressed in blocks.

The rows stand in the order of their pairs. The first block lists these, all their first
letters and then all their second ones, so that what is alike stands together.
"""

from __future__ import annotations

import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate, chain
from pathlib import Path

from indexer.storage import block_file
from indexer.storage.block_file import BlockFile

_BLOCK = 64
"""How many rows a block has."""
_END = struct.Struct("<I")


def write(path: Path, pairs: Sequence[str], rows: Iterable[bytes]) -> None:
    """Write the rows of *pairs*, which are sorted, to a new file."""
    written = list(rows)
    parts = (written[n : n + _BLOCK] for n in range(0, len(written), _BLOCK))
    listed = "".join([pair[0] for pair in pairs] + [pair[1] for pair in pairs])
    block_file.write(path, chain([listed.encode("utf-32-le")], map(_block, parts)))


def _block(rows: Sequence[bytes]) -> bytes:
    """Return the ends of the rows, and behind them the rows."""
    ends = accumulate(map(len, rows), initial=(len(rows) + 1) * _END.size)
    return b"".join([*map(_END.pack, ends), *rows])


class BigramTable:
    """The rows of a file, by their pairs."""

    def __init__(self, path: Path) -> None:
        self._blocks = BlockFile(path)

    def close(self) -> None:
        """Let go of the file."""
        self._blocks.close()

    def get(self, pair: str) -> bytes:
        """Return the row of *pair*, or no bytes where there is none."""
        firsts, seconds = self._listed
        start = bisect_left(firsts, pair[:1])
        end = bisect_right(firsts, pair[:1], start)
        number = bisect_left(seconds, pair[1:], start, end)
        if number == end or seconds[number] != pair[1:]:
            return b""
        block = self._blocks[1 + number // _BLOCK]
        first, last = struct.unpack_from("<II", block, number % _BLOCK * _END.size)
        return block[first:last]

    @cached_property
    def _listed(self) -> tuple[str, str]:
        """The first letters of all pairs, and the second ones."""
        listed = self._blocks[0].decode("utf-32-le")
        return listed[: len(listed) // 2], listed[len(listed) // 2 :]
