"""The shortest pickles of numbers.

Most posting lists are short, so every byte beside their numbers counts. Python's pickles
also have a protocol header, and a memo of each tuple and array in case it comes twice.
`pickle.loads` reads both kinds.
"""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache

_ARRAY = pickle.GLOBAL + b"array\narray\n"
_ENDS = {1: pickle.TUPLE1, 2: pickle.TUPLE2, 3: pickle.TUPLE3}

NONE = pickle.NONE
"""The pickle of None, as a part of another."""


def whole(pickled: bytes) -> bytes:
    """Return a complete pickle for `pickle.loads` from a part that this module made."""
    return pickled + pickle.STOP


def several(parts: Sequence[bytes]) -> bytes:
    """Return the pickle of a tuple of the values of *parts*, of which there is one or more."""
    values = b"".join(parts)
    end = _ENDS.get(len(parts))
    return values + end if end else pickle.MARK + values + pickle.TUPLE


def numbers(values: Iterable[int]) -> bytes:
    """Return the pickle of a tuple of one or more *values*, 0 ≤ value < 2³¹."""
    return several([_number(value) for value in values])


def octets(data: bytes) -> bytes:
    """Return the pickle of *data*."""
    if len(data) < 1 << 8:
        return pickle.SHORT_BINBYTES + len(data).to_bytes(1, "little") + data
    return pickle.BINBYTES + len(data).to_bytes(4, "little") + data


def values_of(row: array[int]) -> bytes:
    """Return the pickle of *row*, its bytes in this machine's order."""
    code = row.typecode.encode()
    name = pickle.SHORT_BINUNICODE + len(code).to_bytes(1, "little") + code
    return _ARRAY + name + octets(row.tobytes()) + pickle.TUPLE2 + pickle.REDUCE


@lru_cache(1 << 16)
def _number(value: int) -> bytes:
    if value < 1 << 8:
        return pickle.BININT1 + value.to_bytes(1, "little")
    if value < 1 << 16:
        return pickle.BININT2 + value.to_bytes(2, "little")
    return pickle.BININT + value.to_bytes(4, "little")
