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
_KEPT = 512
"""How many blocks stay split into their lines."""


def write(path: Path, lines: Iterable[bytes]) -> None:
    """Write *lines*, sorted and without newlines, to a new file."""
    block_file.write(path, _packed(lines))


def _packed(lines: Iterable[bytes]) -> Iterator[bytes]:
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
    """The lines of a file, which are sorted by their bytes, or by a *key* made of them."""

    def __init__(self, path: Path, key: Callable[[bytes], bytes] = bytes) -> None:
        self._blocks = BlockFile(path, cache_size=0)
        self._lines = lru_cache(_KEPT)(self._split)
        self._key = key

    def close(self) -> None:
        """Let go of the file."""
        self._blocks.close()

    def starting(self, start: bytes, most: int | None = None) -> list[bytes]:
        """Return the first *most* lines whose key begins with *start*, or all of them."""
        matching: list[bytes] = []
        key = self._key
        # No character has the byte FF.
        beyond = start + b"\xff"
        before = bisect_left(self._firsts, start, key=key) - 1
        for number in range(max(0, before), self._count):
            if key(self._firsts[number]) >= beyond:
                break
            lines = self._lines(number)
            first = bisect_left(lines, start, key=key)
            matching += lines[first : bisect_left(lines, beyond, key=key)]
            if most is not None and len(matching) >= most:
                return matching[:most]
        return matching

    def last(self, key: bytes) -> bytes | None:
        """Return the last line whose key is not beyond *key*, or None if all are."""
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
