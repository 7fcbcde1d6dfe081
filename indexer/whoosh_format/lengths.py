"""Lengths of sentences, rounded to one of 256 as Whoosh stores them in a byte.

length(b) = round(27 · (1.033ᵇ − 1))        0 … 10, 12, 13, 14, 16 … 106374
"""

from __future__ import annotations

from bisect import bisect_left

LENGTHS = tuple(round(27 * (1.033**code - 1)) for code in range(256))
"""The length that each byte stands for."""


def length_byte(length: int) -> int:
    """Return the byte of the nearest stored length that is not below *length*."""
    return min(bisect_left(LENGTHS, length), len(LENGTHS) - 1)


def stored_length(length: int) -> int:
    """Return a number of terms, rounded as Whoosh stores it in a byte."""
    return LENGTHS[length_byte(length)]
