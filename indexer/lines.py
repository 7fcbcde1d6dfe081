"""A file of sorted lines, compressed in blocks, looked up without reading the rest.

The last block holds the first line of each other, so that a bisection of it tells where
a line is.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from pathlib import Path

from indexer import blocks
from indexer.blocks import Blocks

_BLOCK = 8192
"""Bytes of lines in a block."""
_KEPT = 16
"""How many blocks stay split into their lines."""


def write(path: Path, lines: Iterable[bytes]) -> None:
    """Write *lines*, sorted by their bytes and without newlines, to a new file."""
    blocks.write(path, _packed(lines))


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
    """The lines of a file, which are sorted by their bytes."""

    def __init__(self, path: Path) -> None:
        self._blocks = Blocks(path)
        self._lines = lru_cache(_KEPT)(self._split)

    def close(self) -> None:
        """Let go of the file."""
        self._blocks.close()

    def starting(self, start: bytes, most: int | None = None) -> list[bytes]:
        """Return the first *most* lines that begin with *start*, or all of them."""
        found: list[bytes] = []
        # No character has the byte FF.
        beyond = start + b"\xff"
        for number in range(max(0, bisect_right(self._firsts, start) - 1), self._count):
            if self._firsts[number] >= beyond:
                break
            lines = self._lines(number)
            found += lines[bisect_left(lines, start) : bisect_left(lines, beyond)]
            if most is not None and len(found) >= most:
                return found[:most]
        return found

    @property
    def _count(self) -> int:
        return len(self._blocks) - 1

    @cached_property
    def _firsts(self) -> list[bytes]:
        return self._split(self._count)

    def _split(self, number: int) -> list[bytes]:
        return self._blocks[number].split(b"\n")
