"""Sets of sentences as arrays are those sets, however many sentences they have."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine.array_groups import ArrayGroups
from search.engine.array_sets import ArraySet, bits_in
from search.engine.scoring import set_of

COUNTS = st.sampled_from([1, 63, 64, 65, 130, 700, 5000])


@st.composite
def members(draw: st.DrawFn, count: int) -> set[int]:
    """Draw no, few, many or all of *count* sentences."""
    numbers = draw(st.sets(st.integers(0, count - 1), max_size=30))
    start = draw(st.integers(0, count))
    end = draw(st.integers(0, count))
    return numbers | {*range(start, end, draw(st.sampled_from([1, 2, 40])))}


@st.composite
def array_set(draw: st.DrawFn, count: int) -> tuple[ArraySet, set[int]]:
    """Draw a set that is made of numbers or of an integer, with its members."""
    drawn = draw(members(count))
    if draw(st.booleans()):
        return ArraySet.of_integer(set_of(sorted(drawn)), count), drawn
    return ArraySet.of_numbers(np.array(sorted(drawn), dtype=np.int32), count), drawn


@given(COUNTS, st.data())
def test_operators_are_those_of_sets(count: int, data: st.DataObject) -> None:
    one, these = data.draw(array_set(count))
    other, those = data.draw(array_set(count))
    integer = set_of(sorted(those))

    for result, expected in [
        (one, these),
        (one & other, these & those),
        (one & integer, these & those),
        (integer & one, these & those),
        (one & -1, these),
        (one & ~0, these),
        (one & 0, set()),
        (one | other, these | those),
        (integer | one, these | those),
        (0 | one, these),
        (one & ~other, these - those),
        (integer & ~one, those - these),
        (~one, set(range(count)) - these),
    ]:
        for form in (result, result.shortened()):
            assert set(form.all_numbers().tolist()) == expected
            assert form.all_numbers().tolist() == sorted(expected)
            assert np.flatnonzero(form.flags()).tolist() == sorted(expected)
            assert form.bit_count() == len(expected)
            assert bool(form) == bool(expected)
            every = np.arange(count, dtype=np.int32)
            assert np.flatnonzero(form.has(every)).tolist() == sorted(expected)


@given(COUNTS, st.data())
def test_groups_are_counted_among_a_set(count: int, data: st.DataObject) -> None:
    among, these = data.draw(array_set(count))
    groups = [
        data.draw(members(count)) or {0} for _ in range(data.draw(st.integers(0, 5)))
    ]
    arrays = [np.array(sorted(group), dtype=np.int32) for group in groups]

    assert ArrayGroups(arrays, count).sizes(among) == [len(g & these) for g in groups]


def test_few_of_many_sentences_take_four_bytes_each() -> None:
    numbers = np.arange(0, 1 << 20, 1 << 10, dtype=np.int32)
    bits = ArraySet.of_integer(set_of(numbers.tolist()), 1 << 20)

    assert bits.nbytes == (1 << 20) / 8
    assert (
        bits.shortened().nbytes == ArraySet.of_numbers(numbers, 1 << 20).nbytes == 4096
    )


def test_bits_are_counted_by_any_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    words = np.array([0, 1, 0xFFFF_0000_0000_0001, (1 << 64) - 1], dtype=np.uint64)

    assert bits_in(words).tolist() == [0, 1, 17, 64]
    monkeypatch.delattr(np, "bitwise_count", raising=False)
    assert bits_in(words).tolist() == [0, 1, 17, 64]
