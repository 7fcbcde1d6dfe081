"""Stretches: letters that stand in a row when spaces and marks are of no account.

For each pair of letters that stand side by side in the squeezed text of a sentence, the
sentences that have it, but for those that have it as a gram among their terms (see
`indexer.invert.bigrams`): rows of gaps (see `indexer.invert.inversion`). A sentence that lacks a
pair of a stretch does not hold the stretch; of the others nearly all do.
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
    from indexer.invert.inversion import Gaps, InvertedField

_CODES = {array(code).itemsize: code for code in "HI"}
"""The types of gaps of more than a byte, by their size."""


def write(path: Path, pairs: InvertedField) -> None:
    """Write the postings of the pairs of letters."""
    bigram_table.write(path, pairs.terms, map(_packed, pairs.gaps()))


def _packed(gaps: Gaps) -> bytes:
    """Return how many bytes a gap has, the lowest byte of each gap, the next of each.

    The higher bytes are often alike, and compressed the better for being together.
    """
    if isinstance(gaps, bytes):
        return b"\1" + gaps
    data, size = gaps.tobytes(), gaps.itemsize
    return bytes([size]) + b"".join([data[plane::size] for plane in _planes(size)])


def _unpacked(row: bytes) -> Gaps:
    size, row = row[0], row[1:]
    if size == 1:
        return row
    data, count = bytearray(len(row)), len(row) // size
    for number, plane in enumerate(_planes(size)):
        data[plane::size] = row[number * count : (number + 1) * count]
    return array(_CODES[size], bytes(data))


def _planes(size: int) -> Sequence[int]:
    """Return where the bytes of a number are in it, the lowest first."""
    return range(size) if sys.byteorder == "little" else range(size)[::-1]


class BigramIndex(BigramTable):
    """The pairs of letters of an index."""

    def gaps(self, pair: str) -> Gaps:
        """Return the gaps between the numbers of the sentences that *pair* is told of."""
        row = self.get(pair)
        return _unpacked(row) if row else b""


def places(squeezed: str, origins: Sequence[int], stretch: str) -> Iterator[int]:
    """Yield where *stretch* stands in a text, given squeezed as `squeeze` returns it.

    A number is one letter: 3일 does not stand in 13일.
    """
    place = squeezed.find(stretch)
    while place >= 0:
        end = place + len(stretch)
        if not parts_number(squeezed, origins, place) and not parts_number(
            squeezed, origins, end
        ):
            yield place
        place = squeezed.find(stretch, place + 1)


def parts_number(squeezed: str, origins: Sequence[int], place: int) -> bool:
    """Tell whether a number goes on across *place*.

    The century that folding writes out in ’20년 is no part of what stands there.
    """
    if not 0 < place < len(squeezed):
        return False
    if not (squeezed[place - 1].isdigit() and squeezed[place].isdigit()):
        return False
    if origins[place] == origins[place - 1]:
        return place < 2 or origins[place - 2] != origins[place]
    return origins[place] - origins[place - 1] == 1
