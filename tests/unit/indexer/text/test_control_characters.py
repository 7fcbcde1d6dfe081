"""Control characters become spaces or escapes, and nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.text.control_characters import printable, visible


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


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a\x1b[2Jb\x9b", r"a\x1b[2Jb\x9b"),
        ("a\u202eb\u2066", r"a\u202eb\u2066"),
        ("half \ud800\n", r"half \ud800\n"),
        ("법-7 對美 😀", "법-7 對美 😀"),
        ("", ""),
    ],
    ids=ascii,
)
def test_control_characters_of_a_name_become_escapes(name: str, expected: str) -> None:
    assert visible(name) == expected


@given(st.text())
def test_a_visible_name_is_printable_or_has_other_spaces(name: str) -> None:
    assert visible(name) == printable(visible(name))
