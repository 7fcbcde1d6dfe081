"""Pickles of numbers, as short as they can be, which Python's own are not.

Posting lists are many and most of them short, so that what a pickle has besides its
numbers counts: Python's tells its protocol, and remembers each tuple and array lest
it come twice. `pickle.loads` reads these as it reads any other.
"""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache

_ARRAY = pickle.GLOBAL + b"array\narray\n"
_ENDS = {1: pickle.TUPLE1, 2: pickle.TUPLE2, 3: pickle.TUPLE3}

NONE = pickle.NONE
"""The pickle of None, to be held by another."""


def whole(pickled: bytes) -> bytes:
    """Return what `pickle.loads` takes, of what the others here return."""
    return pickled + pickle.STOP


def several(parts: Sequence[bytes]) -> bytes:
    """Return the pickle of a tuple of what the pickles *parts* hold; it is not empty."""
    held = b"".join(parts)
    end = _ENDS.get(len(parts))
    return held + end if end else pickle.MARK + held + pickle.TUPLE


def numbers(values: Iterable[int]) -> bytes:
    """Return the pickle of a tuple of *values*, from 0 and below 2³¹; it is not empty."""
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
