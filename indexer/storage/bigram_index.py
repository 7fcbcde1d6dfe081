"""The bigram index: which sentences have two letters side by side.

Spaces and marks do not count as letters. The file has for each bigram the sentences that
no noun bigram of the same letters covers (see `indexer.invert.bigrams`), as a row of gaps
(see `indexer.invert.inverted_field`). A sentence that lacks a bigram of a substring does not
contain the substring; of the others nearly all do.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.storage import bigram_table
from indexer.storage.bigram_table import BigramTable

if TYPE_CHECKING:
    from indexer.invert.inverted_field import Gaps, InvertedField

_CODES = {array(code).itemsize: code for code in "HI"}
"""The array types of gaps of more than a byte, by their size."""


def write(path: Path, bigrams: InvertedField) -> None:
    """Write the postings of *bigrams* to a new file."""
    bigram_table.write(path, bigrams.terms, map(_pack, bigrams.gaps()))


def _pack(gaps: Gaps) -> bytes:
    """Return the bytes per gap, the lowest byte of each gap, the next of each, and so on.

    The higher bytes are often equal, so they compress better together.
    """
    if isinstance(gaps, bytes):
        return b"\1" + gaps
    data, size = gaps.tobytes(), gaps.itemsize
    return bytes([size]) + b"".join([data[offset::size] for offset in _offsets(size)])


def _unpack(row: bytes) -> Gaps:
    size, row = row[0], row[1:]
    if size == 1:
        return row
    data, count = bytearray(len(row)), len(row) // size
    for number, offset in enumerate(_offsets(size)):
        data[offset::size] = row[number * count : (number + 1) * count]
    return array(_CODES[size], bytes(data))


def _offsets(size: int) -> Sequence[int]:
    """Return the offsets of the bytes of a number, the lowest byte first."""
    return range(size) if sys.byteorder == "little" else range(size)[::-1]


class BigramIndex:
    """Reads a bigram index; see `indexer.segments.protocols.BigramSource`."""

    def __init__(self, path: Path) -> None:
        self._table = BigramTable(path)

    def close(self) -> None:
        """Close the file."""
        self._table.close()

    def gaps(self, bigram: str) -> Gaps:
        """Return the gaps between the numbers of the sentences; empty if there are none."""
        row = self._table.get(bigram)
        return _unpack(row) if row else b""


def substring_starts(
    letters: str, origins: Sequence[int], substring: str
) -> Iterator[int]:
    """Yield the indices in *letters* at which *substring* starts.

    Args:
        letters: A text without spaces and marks.
        origins: For each letter its offset in the text (see `compact_with_offsets`).
        substring: Letters; a match splits no number: 13일 does not contain 3일.
    """
    start = letters.find(substring)
    while start >= 0:
        end = start + len(substring)
        if not (
            splits_number(letters, origins, start)
            or splits_number(letters, origins, end)
        ):
            yield start
        start = letters.find(substring, start + 1)


def splits_number(letters: str, origins: Sequence[int], index: int) -> bool:
    """Whether the digits before and at *index* belong to one number.

    The century that folding adds to ’20년 is not a part of the number in the text.
    """
    if not 0 < index < len(letters):
        return False
    if not (letters[index - 1].isdigit() and letters[index].isdigit()):
        return False
    if origins[index] == origins[index - 1]:
        return index < 2 or origins[index - 2] != origins[index]
    return origins[index] - origins[index - 1] == 1
