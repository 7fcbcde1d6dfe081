"""Control characters become spaces, and nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.text.control_characters import printable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("사드\x1b[2J", "사드 [2J"),
        ("전\u202e작\u2028권\r\n", "전 작 권  "),
        ("half \ud800", "half  "),
        ("한미 對美 😀", "한미 對美 😀"),
        ("", ""),
    ],
    ids=ascii,
)
def test_control_characters_become_spaces(text: str, expected: str) -> None:
    assert printable(text) == expected


@given(st.text())
def test_the_length_stays_the_same(text: str) -> None:
    result = printable(text)

    assert len(result) == len(text)
    assert printable(result) == result
