"""Pickles: Python reads what was put into them, and writes none as short."""

from __future__ import annotations

import pickle
from array import array
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from indexer import pickled

NUMBERS = st.lists(st.integers(0, (1 << 31) - 1), min_size=1, max_size=40)
BORDERS = [0, 255, 256, 65_535, 65_536, (1 << 31) - 1]


def read(written: bytes) -> Any:
    return pickle.loads(pickled.whole(written))  # noqa: S301 (written here)


@given(NUMBERS)
@example(BORDERS)
@example(BORDERS[:1])
@example(BORDERS[:2])
@example(BORDERS[:3])
def test_numbers_come_back(values: list[int]) -> None:
    written = pickled.numbers(values)

    assert read(written) == tuple(values)
    assert len(pickled.whole(written)) < len(pickle.dumps(tuple(values), 3))


@given(st.binary(max_size=300))
@example(bytes(255))
@example(bytes(256))
def test_bytes_come_back(data: bytes) -> None:
    assert read(pickled.octets(data)) == data


@given(st.sampled_from("BHI"), st.lists(st.integers(0, 255), max_size=300))
def test_rows_of_numbers_come_back(code: str, values: list[int]) -> None:
    row = array(code, values)
    written = pickled.values_of(row)
    found = read(written)

    assert (found, found.typecode) == (row, code)
    assert len(pickled.whole(written)) < len(pickle.dumps(row, 3))


@given(NUMBERS, st.binary())
def test_what_is_held_comes_back_in_its_order(values: list[int], data: bytes) -> None:
    row = array("I", values)
    parts = [pickled.values_of(row), pickled.octets(data), pickled.NONE]
    for most in (1, 2, 3):
        assert read(pickled.several(parts[:most])) == (row, data, None)[:most]
    four = pickled.several([*parts, pickled.several(parts)])
    assert read(four) == (row, data, None, (row, data, None))
