"""Letters in a row, across marks and spaces, in texts of every script."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.storage.bigram_index import substring_starts
from indexer.text.folding import compact_with_offsets
from search.engine.substring_test import substring_test

CHARS = "정하는국방비0129aBk ·ㆍ-_’'`(「﻿\n\t國Ｋ０ﾡ½™²ß〸ﬁ①㊀년KIı"


@pytest.mark.parametrize(
    ("text", "substring", "in_word", "spread"),
    [
        ("법이 정하는 바", "정하는", True, True),
        ("국ㆍ방·비를", "국방비", True, True),
        ("국방 비를", "국방비", False, True),
        ("國防비", "국방비", True, True),
        ("KF-16을", "f16", True, True),
        ("ＫＦ－１６", "kf16", True, True),
        ("13일에", "3일", False, False),
        ("’20년", "2020년", True, True),
        ("’20년", "20년", True, True),
        ("국_방", "국방", True, True),
        ("방위비", "국방", False, False),
    ],
)
def test_letters_in_a_row(
    text: str, substring: str, in_word: bool, spread: bool
) -> None:
    assert substring_test(substring, within_word=True)(text) == in_word
    assert substring_test(substring, within_word=False)(text) == spread


@given(
    text=st.text(st.sampled_from(CHARS), max_size=20),
    substring=st.text("정하는국방비0129abk년", min_size=2, max_size=4),
    within_word=st.booleans(),
)
@example(text="정½하는", substring="하는", within_word=True)
def test_no_text_is_left_out_that_folding_shows_to_have_the_letters(
    text: str, substring: str, within_word: bool
) -> None:
    letters, offsets = compact_with_offsets(text)
    spans = [
        text[offsets[start] : offsets[start + len(substring) - 1] + 1]
        for start in substring_starts(letters, offsets, substring)
    ]
    expected = any(not within_word or len(span.split()) == 1 for span in spans)
    assert substring_test(substring, within_word=within_word)(text) == expected
