"""Text typed on the wrong keyboard layout is read by its keys."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from helpers import index_records
from hypothesis import given
from hypothesis import strategies as st

from indexer.text.jamo import letters
from search.index import open_index
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
    ("ㅏㄹ-21", "kf-21"),
    ("ㅊ4ㅑ", "c4i"),
    ("ㄱ&ㅇ", "r&d"),
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
    assert latin is None or re.fullmatch(r"[a-z\d&/-]*[a-z][a-z\d&/-]*", latin)


def test_keys_that_touch_are_adjacent() -> None:
    pairs = [frozenset(pair) for pair in adjacent_keys()]

    assert len(pairs) == len(set(pairs))
    assert {key for pair in pairs for key in pair if "g" in pair} == set("gfhtyvb")
    assert {key for pair in pairs for key in pair if "q" in pair} == set("qwa")
    assert {key for pair in pairs for key in pair if "m" in pair} == set("mnjk")


def test_nonsense_in_which_kiwi_finds_morphemes_is_read_by_its_keys(
    tmp_path: Path,
) -> None:
    """Kiwi reads 낾 as 나 + 의, 냶 as a form of 하다, 뎌 as one of 디디다, 쏨ㅁㅇ as 쏘다."""
    typed = {
        "SOFA": ["낾", "냶"],
        "EU": ["뎌"],
        "THAAD": ["쏨ㅁㅇ", "솜ㅁㅇ"],
        "USFK": ["ㅕㄴ라"],
        "KF-21": ["ㅏㄹ-21"],
        "COVID": ["채퍙"],
    }
    rest = "나의 디딤돌이 되었고, 쏘아 올린 솜을 채워 하였다."
    texts = {name: f"{name}에 대하여 {rest}" for name in typed} | {"한글": rest}
    with open_index(index_records(tmp_path, texts)) as index:
        for latin, words in typed.items():
            for word in words:
                result = index.search(word)
                assert [hit.sentence.id for hit in result] == [latin], word
                assert result.notes[0].startswith(f"“{word}” → “"), word
                assert result.notes[0].endswith("(keyboard)")
        for word in ("낾어", "하였고", "나는", "되며"):
            assert not [note for note in index.search(word).notes if "key" in note]


def test_nonsense_is_no_word_where_its_keys_type_none_either(tmp_path: Path) -> None:
    with open_index(index_records(tmp_path, ["나의 일을 하였다."])) as index:
        assert [index.search(word).total for word in ("낾", "냶")] == [0, 0]


def test_a_word_of_the_index_is_not_read_by_its_keys(tmp_path: Path) -> None:
    """애 is `do` on the other layout, and 무 is `an`."""
    texts = ["애를 보고 무를 샀다.", "They do see an act."]
    with open_index(index_records(tmp_path, texts)) as index:
        for word in ("애", "무"):
            assert [hit.sentence.id for hit in index.search(word)] == ["0"]
