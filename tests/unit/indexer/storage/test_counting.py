"""Counting: what is put together again is the name, however it ends."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.storage.counting import counted, parted

NAMES = st.text("ab:.0129٣가", max_size=25)


@given(NAMES, st.integers(0, 999))
@example("9" * 5000, 1)
@example("a\n", 1)
def test_a_name_is_its_two_parts_and_counts_on(name: str, steps: int) -> None:
    stem, number = parted(name)

    assert stem + number == name
    assert counted(name, 0) == name
    if number:
        assert counted(name, steps) == stem + str(int(number) + steps)
        assert int(number) < 10**18
    else:
        assert counted(name, steps) == name
        assert not name or name[-1] not in "0123456789"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("l0", "l1"),
        ("scm-52-2020:11.9", "scm-52-2020:11.10"),
        ("a008", "a009"),
        ("a009", "a0010"),
        ("7", "8"),
        ("a", "a"),
        ("a٣", "a٣"),
        ("", ""),
    ],
)
def test_the_next_of_a_name(name: str, expected: str) -> None:
    assert counted(name, 1) == expected
