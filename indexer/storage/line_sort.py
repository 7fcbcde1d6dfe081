"""Sorting lines that may not fit into memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from indexer.spill_file import SpillFile

_TOGETHER = 1 << 16
"""Lines that are sorted at once."""
_PART = 1 << 10
"""Lines of each sorted run that are in memory while the runs are merged."""


class _Part(NamedTuple):
    offset: int
    size: int


def sort_lines(lines: Iterable[bytes], folder: Path) -> Iterator[bytes]:
    """Yield *lines*, which have no newlines, sorted; many wait in a file in *folder*."""
    file = SpillFile(folder)
    runs: list[list[_Part]] = []
    rest = iter(lines)
    while run := sorted(islice(rest, _TOGETHER)):
        parts = (b"\n".join(run[n : n + _PART]) for n in range(0, len(run), _PART))
        runs.append([_Part(file.append(part), len(part)) for part in parts])
    yield from merge(*(_read(file, parts) for parts in runs))


def _read(file: SpillFile, parts: Iterable[_Part]) -> Iterator[bytes]:
    for part in parts:
        yield from file.read(*part).split(b"\n")
