"""Pickles of numbers and bytes, shorter than the output of `pickle.dumps`.

Posting lists are many and most are short, so the overhead of a pickle counts: Python's has
the protocol number, and memoizes each tuple and array. `pickle.loads` reads both. The
functions return parts of a pickle, which `complete` ends.
"""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache

_ARRAY = pickle.GLOBAL + b"array\narray\n"
_ENDS = {1: pickle.TUPLE1, 2: pickle.TUPLE2, 3: pickle.TUPLE3}

NONE = pickle.NONE
"""None, as a part."""


def complete(part: bytes) -> bytes:
    """Return the pickle of a part, as `pickle.loads` reads it."""
    return part + pickle.STOP


def tuple_of(parts: Sequence[bytes]) -> bytes:
    """Return a tuple of the pickled values *parts*, at least one."""
    items = b"".join(parts)
    end = _ENDS.get(len(parts))
    return items + end if end else pickle.MARK + items + pickle.TUPLE


def number_tuple(values: Iterable[int]) -> bytes:
    """Return a tuple of *values*, at least one, each from 0 and below 2³¹."""
    return tuple_of([_number(value) for value in values])


def byte_string(data: bytes) -> bytes:
    """Return *data* as a bytes object."""
    if len(data) < 1 << 8:
        return pickle.SHORT_BINBYTES + len(data).to_bytes(1, "little") + data
    return pickle.BINBYTES + len(data).to_bytes(4, "little") + data


def array_of(row: array[int]) -> bytes:
    """Return *row* as an array, in the byte order of this machine."""
    code = row.typecode.encode()
    name = pickle.SHORT_BINUNICODE + len(code).to_bytes(1, "little") + code
    return _ARRAY + name + byte_string(row.tobytes()) + pickle.TUPLE2 + pickle.REDUCE


@lru_cache(1 << 16)
def _number(value: int) -> bytes:
    if value < 1 << 8:
        return pickle.BININT1 + value.to_bytes(1, "little")
    if value < 1 << 16:
        return pickle.BININT2 + value.to_bytes(2, "little")
    return pickle.BININT + value.to_bytes(4, "little")
