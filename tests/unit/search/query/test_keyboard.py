"""Text typed on the wrong keyboard layout is read by its keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.text.jamo import letters
from search.query.keyboard import (
    KEYS,
    adjacent_keys,
    hangul_typed_as_latin,
    latin_typed_as_hangul,
)

SYLLABLES = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)

MEANT_HANGUL = [
    ("wjswkrrnjs", "전작권"),
    ("gksalehdaod", "한미동맹"),
    ("wngksalrns", "주한미군"),
    ("dbdpstk", "유엔사"),
    ("qnrqkdgksrPtjs", "북방한계선"),
    ("qnrqkdgksrptjs", "북방한게선"),
    ("qkddnlqlqnsekarma", "방위비분담금"),
    ("ghkrwkddjrwp", "확장억제"),
    ("qlgorghk", "비핵화"),
    ("dptmvj", "에스퍼"),
    ("tkem", "사드"),
    ("chltlsghk", "최신화"),
    ("Tkem", "싸드"),
    ("Ehgks", "또한"),
    ("RhC", "꽃"),
    ("dOrl", "얘기"),
    ("dPqkd", "예방"),
    ("WJSWKRRNJS", "쩐짞꿘"),
    ("wjswkrrnjs wjsghks", "전작권 전환"),
    ("wp52ck", "제52차"),
    ("gks·al", "한·미"),
    ("WMD!", "쯩!"),
    ("전작rnjs", "전작권"),
]
NO_HANGUL = [
    *("SCM", "NLL", "Esper", "alliance", "kiwi", "d", "ㄷㄷ d", "wjswkr r"),
    *("café", "對al", "ㅈ wjs"),
    *("", "52", "전작권", "ㅈㅓㄴ", "ＳＣＭ"),
]
MEANT_LATIN = [
    ("ㄴ츠", "scm"),
    ("증", "wmd"),
    ("쯩", "wmd"),
    ("ㅜㅣㅣ", "nll"),
    ("ㅟㅣ", "nll"),
    ("낾", "sofa"),
    ("냶", "sofa"),
    ("ㄷ넫ㄱ", "esper"),
    ("ㄸ넫ㄱ", "esper"),
    ("랯", "foc"),
    ("ㅇㅅㅅ", "dtt"),
    ("ㅔ냐", "psi"),
    ("늠", "sma"),
    ("읔", "dmz"),
    ("쏨ㅁㅇ", "thaad"),
    ("ㅆㅁㅁㅇ", "taad"),
    ("쟝", "wid"),
    ("ㄳ", "rt"),
    ("전작권", "wjswkrrnjs"),
]


@pytest.mark.parametrize(("typed", "meant"), MEANT_HANGUL)
def test_hangul_typed_on_the_latin_layout_is_read(typed: str, meant: str) -> None:
    assert hangul_typed_as_latin(typed) == meant


@pytest.mark.parametrize("typed", NO_HANGUL)
def test_keys_that_type_no_whole_syllables_give_none(typed: str) -> None:
    assert hangul_typed_as_latin(typed) is None


@pytest.mark.parametrize(("typed", "meant"), MEANT_LATIN)
def test_latin_typed_on_the_hangul_layout_is_read(typed: str, meant: str) -> None:
    assert latin_typed_as_hangul(typed) == meant


@pytest.mark.parametrize("typed", ["", "scm", "ㄴ츠 2", "ㄴ츠 증", "ㄴ츠m", "對", "ㆍ"])
def test_text_that_is_not_all_hangul_gives_none(typed: str) -> None:
    assert latin_typed_as_hangul(typed) is None


@given(st.text(SYLLABLES.filter(lambda c: not set(letters(c)) & set("ㅃㅉㄸㄲㅆㅒㅖ"))))
def test_hangul_is_recovered_from_the_latin_layout(text: str) -> None:
    typed = latin_typed_as_hangul(text)

    assert (hangul_typed_as_latin(typed) if typed else "") == text


@given(st.text(st.sampled_from("".join(KEYS)), min_size=1))
def test_latin_is_recovered_from_the_hangul_layout(text: str) -> None:
    typed = hangul_typed_as_latin(text)

    assert typed is None or latin_typed_as_hangul(typed) == text


@given(st.text() | st.text("wjskㅈㅓㄴ전 1"))
def test_results_are_syllables_or_ascii_letters(text: str) -> None:
    hangul = hangul_typed_as_latin(text)
    latin = latin_typed_as_hangul(text)

    assert hangul is None or all("가" <= c <= "힣" for c in hangul if c.isalpha())
    assert latin is None or (latin.isascii() and latin.isalpha() and latin.islower())


def test_keys_that_touch_are_adjacent() -> None:
    pairs = [frozenset(pair) for pair in adjacent_keys()]

    assert len(pairs) == len(set(pairs))
    assert {key for pair in pairs for key in pair if "g" in pair} == set("gfhtyvb")
    assert {key for pair in pairs for key in pair if "q" in pair} == set("qwa")
    assert {key for pair in pairs for key in pair if "m" in pair} == set("mnjk")
