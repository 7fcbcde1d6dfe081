"""A file of sorted lines, compressed in blocks, looked up without reading the rest.

The last block holds the first line of each other block; a bisection of it finds the block
of a line.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from pathlib import Path

from indexer.storage import block_file
from indexer.storage.block_file import BlockFile

_BLOCK = 8192
"""Bytes of lines in a block."""
_CACHE_SIZE = 512
"""How many blocks stay split into their lines."""


def write(path: Path, lines: Iterable[bytes]) -> None:
    """Write *lines*, sorted and without newlines, to a new file."""
    block_file.write(path, _blocks(lines))


def _blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    firsts: list[bytes] = []
    block: list[bytes] = []
    size = 0
    for line in lines:
        if size >= _BLOCK:
            yield b"\n".join(block)
            block, size = [], 0
        if not block:
            firsts.append(line)
        block.append(line)
        size += len(line) + 1
    if block:
        yield b"\n".join(block)
    yield b"\n".join(firsts)


class SortedLines:
    """Reads lines that are sorted by their bytes, or by what *key* returns for a line."""

    def __init__(self, path: Path, key: Callable[[bytes], bytes] = bytes) -> None:
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
        for number in range(max(0, before), self._count):
            if key(self._firsts[number]) >= beyond:
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
        if not 0 <= number < self._count:
            return None
        lines = self._lines(number)
        return lines[bisect_right(lines, key, key=self._key) - 1]

    @property
    def _count(self) -> int:
        return len(self._blocks) - 1

    @cached_property
    def _firsts(self) -> list[bytes]:
        return self._split(self._count)

    def _split(self, number: int) -> list[bytes]:
        return self._blocks[number].split(b"\n")
