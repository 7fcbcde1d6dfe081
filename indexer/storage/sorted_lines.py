"""A file of sorted lines, compressed in blocks, looked up without reading the rest.

The last block holds the first line of each block of lines, each with a newline behind it; a
bisection of them finds the block of a line. Other blocks may stand before the last one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from pathlib import Path

from indexer.storage import block_file
from indexer.storage.block_file import BlockFile

_BLOCK = 2048
"""Bytes of lines in a block: a search reads one block for each word of its results."""
_CACHE_SIZE = 512
"""How many blocks stay split into their lines."""


def write(
    path: Path,
    lines: Iterable[bytes],
    per_block: int | None = None,
    others: Iterable[bytes] = (),
) -> None:
    """Write *lines*, sorted and without newlines, to a new file, and *others* behind them.

    A block has *per_block* lines, by default about 2 KB of them.
    """
    block_file.write(path, _blocks(lines, per_block, others))


def _blocks(
    lines: Iterable[bytes], per_block: int | None, others: Iterable[bytes]
) -> Iterator[bytes]:
    firsts: list[bytes] = []
    block: list[bytes] = []
    size = 0
    for line in lines:
        if len(block) == per_block if per_block else size >= _BLOCK:
            yield b"\n".join(block)
            block, size = [], 0
        if not block:
            firsts.append(line)
        block.append(line)
        size += len(line) + 1
    if block:
        yield b"\n".join(block)
    yield from others
    yield b"\n".join([*firsts, b""])


class SortedLines:
    """Reads lines that are sorted by their bytes, or by what *key* returns for a line."""

    def __init__(self, path: Path, key: Callable[[bytes], bytes] | None = None) -> None:
        self._blocks = BlockFile(path, cache_size=0)
        self._lines = lru_cache(_CACHE_SIZE)(self._split)
        self._key = key

    def close(self) -> None:
        """Close the file."""
        self._blocks.close()

    def with_prefix(self, prefix: bytes, most: int | None = None) -> list[bytes]:
        """Return the lines whose key begins with *prefix*, at most *most* of them."""
        matches: list[bytes] = []
        key = self._key
        # UTF-8 never has the byte FF.
        beyond = prefix + b"\xff"
        before = bisect_left(self._firsts, prefix, key=key) - 1
        for number in range(max(0, before), self.block_count):
            line = self._firsts[number]
            if (key(line) if key else line) >= beyond:
                break
            lines = self._lines(number)
            first = bisect_left(lines, prefix, key=key)
            matches += lines[first : bisect_left(lines, beyond, key=key)]
            if most is not None and len(matches) >= most:
                return matches[:most]
        return matches

    def last(self, key: bytes) -> bytes | None:
        """Return the last line whose key is at most *key*, or None if there is none."""
        number = bisect_right(self._firsts, key, key=self._key) - 1
        if not 0 <= number < self.block_count:
            return None
        lines = self._lines(number)
        return lines[bisect_right(lines, key, key=self._key) - 1]

    def block(self, number: int) -> list[bytes]:
        """Return the lines of a block, by its number from 0."""
        return self._lines(number)

    def other_block(self, number: int) -> bytes:
        """Return one of the blocks behind the lines, by its number from 0."""
        return self._blocks[self.block_count + number]

    @property
    def block_count(self) -> int:
        """The number of blocks of lines."""
        return len(self._firsts)

    @cached_property
    def _firsts(self) -> list[bytes]:
        return self._split(len(self._blocks) - 1)[:-1]

    def _split(self, number: int) -> list[bytes]:
        return self._blocks[number].split(b"\n")
