"""Jamo: syllables are split into the letters typed, and letters joined to syllables."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.text.jamo import compose, initials, is_initials, letters

HANGUL = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3))
TYPED = st.text("ㄱㄲㄴㄷㄹㅁㅂㅃㅅㅆㅇㅈㅎㅏㅐㅓㅔㅖㅗㅛㅜㅡㅣ")
ANY = st.one_of(st.text(), st.text("값과꽈ㄱㅅㅏㅗㅣㅘㄳㆍaＡ1 \u1100\u1161"))

TYPED_AS = {
    "겹받침": ("값", "ㄱㅏㅂㅅ"),
    "겹홀소리": ("과", "ㄱㅗㅏ"),
    "된소리": ("꽉", "ㄲㅗㅏㄱ"),
    "된소리 받침": ("밖", "ㅂㅏㄲ"),
    "ㄹ 겹받침": ("닭", "ㄷㅏㄹㄱ"),
    "ㅒ와 ㅖ": ("얘예", "ㅇㅒㅇㅖ"),
    "ㅢ": ("의", "ㅇㅡㅣ"),
    "낱말": ("전작권", "ㅈㅓㄴㅈㅏㄱㄱㅜㅓㄴ"),
    "첫 글자": ("가", "ㄱㅏ"),
    "끝 글자": ("힣", "ㅎㅣㅎ"),
    "섞인 글": ("SCM을 52차", "SCMㅇㅡㄹ 52ㅊㅏ"),
    "낱자": ("ㅋㅋ", "ㅋㅋ"),
    "한자": ("對美", "對美"),
    "빈 글": ("", ""),
}
COMPOSED = {
    "받침이 다음 첫소리로": ("ㄱㅏㄴㅏ", "가나"),
    "겹받침이 나뉨": ("ㄱㅏㅂㅅㅣ", "갑시"),
    "ㄹ 겹받침이 나뉨": ("ㅂㅏㄹㄱㅏ", "발가"),
    "겹받침이 남음": ("ㄱㅏㅂㅅㄷㅗ", "값도"),
    "된소리는 겹받침이 아님": ("ㄱㅏㄱㄱㅏ", "각가"),
    "된소리 첫소리": ("ㄱㅏㄲㅏ", "가까"),
    "받침이 못 되는 된소리": ("ㄱㅏㄸ", "가ㄸ"),
    "겹홀소리": ("ㄱㅗㅏㄴ", "관"),
    "겹홀소리가 못 됨": ("ㄱㅏㅗ", "가ㅗ"),
    "받침 뒤 낱자": ("ㄱㅏㄴㄴㄴ", "간ㄴㄴ"),
    "홀로 선 닿소리": ("ㅈㅈㄱ", "ㅈㅈㄱ"),
    "홀로 선 홀소리": ("ㅗㅏ", "ㅗㅏ"),
    "섞인 글": ("SㄱㅏM ㄴㅏ1", "S가M 나1"),
    "이미 모인 글자": ("전작ㄱㅜㅓㄴ", "전작권"),
    "빈 글": ("", ""),
}


@pytest.mark.parametrize(("text", "typed"), TYPED_AS.values(), ids=list(TYPED_AS))
def test_hangul_is_split_into_the_letters_typed(text: str, typed: str) -> None:
    assert letters(text) == typed
    assert compose(typed) == text


@pytest.mark.parametrize(("typed", "text"), COMPOSED.values(), ids=list(COMPOSED))
def test_letters_are_joined_as_an_input_method_joins_them(
    typed: str, text: str
) -> None:
    assert compose(typed) == text


@pytest.mark.parametrize(
    ("joined", "typed"),
    [("ㄳ", "ㄱㅅ"), ("ㅘ", "ㅗㅏ"), ("ㅢ", "ㅡㅣ"), ("ㅄ", "ㅂㅅ")],
)
def test_joined_letters_are_two_keys(joined: str, typed: str) -> None:
    assert letters(joined) == typed


def test_every_syllable_has_the_letters_that_unicode_names() -> None:
    for syllable in map(chr, range(ord("가"), ord("힣") + 1)):
        names = [unicodedata.name(c) for c in unicodedata.normalize("NFD", syllable)]
        named = [unicodedata.lookup(f"HANGUL LETTER {n.split()[-1]}") for n in names]

        assert letters(syllable) == letters("".join(named))
        assert initials(syllable) == named[0]


@given(HANGUL)
def test_composing_the_letters_of_a_text_gives_the_text(text: str) -> None:
    assert compose(letters(text)) == text


@given(TYPED | ANY)
def test_composing_changes_no_key(typed: str) -> None:
    assert letters(compose(typed)) == letters(typed)


@given(HANGUL, HANGUL)
def test_the_letters_of_a_text_are_those_of_its_parts(one: str, other: str) -> None:
    assert letters(one + other) == letters(one) + letters(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("전작권", "ㅈㅈㄱ"),
        ("한미동맹", "ㅎㅁㄷㅁ"),
        ("싸드", "ㅆㄷ"),
        ("SCM 공동성명 52", "ㄱㄷㅅㅁ"),
        ("전ㅈ권", "ㅈㅈㄱ"),
        ("ㄳ", "ㄱㅅ"),
        ("ㅏㅘ", ""),
        ("", ""),
    ],
)
def test_initials_are_the_consonants_that_begin_syllables(
    text: str, expected: str
) -> None:
    assert initials(text) == expected


@given(HANGUL)
def test_every_syllable_has_one_initial(text: str) -> None:
    assert len(initials(text)) == len(text)
    assert is_initials(initials(text)) == (len(text) > 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ㅈㅈㄱ", True),
        ("ㅆㄷ", True),
        ("ㄳ", True),
        ("ㅈ", False),
        ("ㅈ작권", False),
        ("ㅠㅠ", False),
        ("ㅈ ㄱ", False),
        ("ㅈㅈ1", False),
        ("전작권", False),
        ("scm", False),
        ("", False),
    ],
)
def test_initials_are_two_consonants_or_more_and_nothing_else(
    text: str, *, expected: bool
) -> None:
    assert is_initials(text) is expected
