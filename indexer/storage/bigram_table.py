"""A file with a row of bytes for each of many bigrams, compressed in blocks.

The rows are in the order of their bigrams. The first block lists the first letters of all
bigrams, then their second letters: similar data compress better side by side.
"""

from __future__ import annotations

import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate, chain, islice
from pathlib import Path

from indexer.storage import block_file
from indexer.storage.block_file import BlockFile

_BLOCK = 64
"""Rows of a block."""
_END = struct.Struct("<I")


def write(path: Path, bigrams: Sequence[str], rows: Iterable[bytes]) -> None:
    """Write a row for each of *bigrams*, which are sorted, to a new file."""
    rest = iter(rows)
    parts = iter(lambda: list(islice(rest, _BLOCK)), [])
    letters = [bigram[0] for bigram in bigrams] + [bigram[1] for bigram in bigrams]
    listed = "".join(letters).encode("utf-32-le")
    block_file.write(path, chain([listed], map(_block, parts)))


def _block(rows: Sequence[bytes]) -> bytes:
    """Return the offsets of the rows' ends, and behind them the rows."""
    ends = accumulate(map(len, rows), initial=(len(rows) + 1) * _END.size)
    return b"".join([*map(_END.pack, ends), *rows])


class BigramTable:
    """Reads the rows of a file by bigram."""

    def __init__(self, path: Path) -> None:
        self._blocks = BlockFile(path)

    def close(self) -> None:
        """Close the file."""
        self._blocks.close()

    def get(self, bigram: str) -> bytes:
        """Return the row of *bigram*, empty if it has none."""
        firsts, seconds = self._letters
        start = bisect_left(firsts, bigram[:1])
        end = bisect_right(firsts, bigram[:1], start)
        number = bisect_left(seconds, bigram[1:], start, end)
        if number == end or seconds[number] != bigram[1:]:
            return b""
        block = self._blocks[1 + number // _BLOCK]
        first, last = struct.unpack_from("<II", block, number % _BLOCK * _END.size)
        return block[first:last]

    @cached_property
    def _letters(self) -> tuple[str, str]:
        """The first letters of all bigrams, and their second letters."""
        listed = self._blocks[0].decode("utf-32-le")
        return listed[: len(listed) // 2], listed[len(listed) // 2 :]
