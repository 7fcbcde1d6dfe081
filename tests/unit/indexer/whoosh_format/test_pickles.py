"""Pickles: Python reads what was put into them, and writes none as short."""

from __future__ import annotations

import pickle
from array import array
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from indexer.whoosh_format import pickles

NUMBERS = st.lists(st.integers(0, (1 << 31) - 1), min_size=1, max_size=40)
BORDERS = [0, 255, 256, 65_535, 65_536, (1 << 31) - 1]


def read(written: bytes) -> Any:
    return pickle.loads(pickles.complete(written))  # noqa: S301 (written here)


@given(NUMBERS)
@example(BORDERS)
@example(BORDERS[:1])
@example(BORDERS[:2])
@example(BORDERS[:3])
def test_numbers_come_back(values: list[int]) -> None:
    written = pickles.number_tuple(values)

    assert read(written) == tuple(values)
    assert len(pickles.complete(written)) < len(pickle.dumps(tuple(values), 3))


@given(st.binary(max_size=300))
@example(bytes(255))
@example(bytes(256))
def test_bytes_come_back(data: bytes) -> None:
    assert read(pickles.byte_string(data)) == data


@given(st.sampled_from("BHI"), st.lists(st.integers(0, 255), max_size=300))
def test_rows_of_numbers_come_back(code: str, values: list[int]) -> None:
    row = array(code, values)
    written = pickles.array_of(row)
    rows = read(written)

    assert (rows, rows.typecode) == (row, code)
    assert len(pickles.complete(written)) < len(pickle.dumps(row, 3))


@given(NUMBERS, st.binary())
def test_numbers_come_back_in_order(values: list[int], data: bytes) -> None:
    row = array("I", values)
    parts = [pickles.array_of(row), pickles.byte_string(data), pickles.NONE]
    for most in (1, 2, 3):
        assert read(pickles.tuple_of(parts[:most])) == (row, data, None)[:most]
    four = pickles.tuple_of([*parts, pickles.tuple_of(parts)])
    assert read(four) == (row, data, None, (row, data, None))
