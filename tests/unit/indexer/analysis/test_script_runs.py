"""Script runs: their texts, spans and keys, and the words that contain them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.script_runs import runs, split_words, words
from indexer.text.folding import fold
from indexer.text.numerals import plain_numbers

DOTS = "·ㆍ‧・•∙⋅᛫⸱"

TABLE = {
    "한글": ("전작권을 전환", [("전작권을", "hangul"), ("전환", "hangul")]),
    "로마자": ("SCM이", [("scm", "letters"), ("이", "hangul")]),
    "전각": ("ＳＣＭ １２", [("scm", "letters"), ("12", "digits")]),
    "대문자": ("WMD Wmd wmd", [("wmd", "letters")] * 3),
    "한자": ("對美 지원", [("대미", "hangul"), ("지원", "hangul")]),
    "한자와 한글": ("中국", [("중국", "hangul")]),
    "두음 법칙": ("李王", [("이왕", "hangul")]),
    "가운뎃점 한자": ("한·美", [("한미", "hangul")]),
    "음을 모르는 한자": ("㐀가", [("㐀", "hanja"), ("가", "hangul")]),
    "짧은 연도": ("’20년", [("2020", "digits"), ("년", "hangul")]),
    "가운뎃점 약어": ("한·미", [("한미", "hangul")]),
    "아래아 가운뎃점": ("시ㆍ도", [("시도", "hangul")]),
    "세 글자 약어": ("한·미·일", [("한미일", "hangul")]),
    "약어 뒤의 낱말": ("한·미동맹", [("한미동맹", "hangul")]),
    "가운뎃점 나열": (
        "지상·해상·공중",
        [("지상", "hangul"), ("해상", "hangul"), ("공중", "hangul")],
    ),
    "숫자 가운뎃점": ("9·19", [("9.19", "code")]),
    "숫자 나열": ("1·2호", [("1", "digits"), ("2", "digits"), ("호", "hangul")]),
    "글자와 숫자": (
        "F-35A K9, KF–16",
        [("f35a", "code"), ("k9", "code"), ("kf16", "code")],
    ),
    "글자와 부호": (
        "C C++ C#을",
        [*((f"c{s}", "letters") for s in ("", "++", "#")), ("을", "hangul")],
    ),
    "도": ("℃ °C", [("°c", "letters")] * 2),
    "끝에 남은 가운뎃점": ("한· 미", [("한", "hangul"), ("미", "hangul")]),
    "천 단위 쉼표": ("1,000", [("1000", "digits")]),
    "백만": ("1,000,000명", [("1000000", "digits"), ("명", "hangul")]),
    "쉼표 나열": ("1,2", [("1", "digits"), ("2", "digits")]),
    "자릿수가 안 맞는 쉼표": ("1,0000", [("1", "digits"), ("0000", "digits")]),
    "소수점": ("3.5", [("3.5", "code")]),
    "서수": ("제52차", [("52", "digits"), ("차", "hangul")]),
    "서수 아닌 제": ("경제52", [("경제", "hangul"), ("52", "digits")]),
    "띄어 쓴 제": ("제 52 차", [("52", "digits"), ("차", "hangul")]),
    "붙은 숫자": ("코로나19", [("코로나", "hangul"), ("19", "digits")]),
    "홀로 선 자모": ("ㅋㅋ ㄱ", [("ㅋㅋ", "jamo"), ("ㄱ", "jamo")]),
    "약어의 점": ("D.C.", [("d", "letters"), ("c", "letters")]),
    "이모지": ("🦁사자🦁", [("사자", "hangul")]),
    "밑줄": ("가_나", [("가", "hangul"), ("나", "hangul")]),
    "문장부호뿐": ("…「」?! ·", []),
    "빈 글": ("", []),
    "가나": ("カナひら", [("カナひら", "letters")]),
    "독일어": ("STRASSE Straße", [("strasse", "letters")] * 2),
    "단위 기호": ("5㎏", [("5", "digits"), ("kg", "letters")]),
    "분수": ("½", [("1", "digits"), ("2", "digits")]),
    "주식회사": ("㈜한화", [("주", "hangul"), ("한화", "hangul")]),
}


@pytest.mark.parametrize(("text", "expected"), TABLE.values(), ids=list(TABLE))
def test_a_run_is_of_one_script_and_folded(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert [(run.text, run.script.value) for run in runs(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("제52차", ["52", "차"], id="서수는 빠짐"),
        pytest.param("한·미 SCM", ["한·미", "SCM"], id="가운뎃점은 들어감"),
        pytest.param("약 1,000명", ["약", "1,000", "명"], id="쉼표는 들어감"),
        pytest.param("５㎏의", ["５", "㎏", "의"], id="접힌 글자"),
    ],
)
def test_the_text_in_the_span_of_a_run(text: str, expected: list[str]) -> None:
    assert [text[run.start : run.end] for run in runs(text)] == expected


def test_every_character_of_an_abbreviation_has_its_own_span() -> None:
    [run] = runs("한·미·일")

    assert list(run.starts) == [0, 2, 4]
    assert list(run.ends) == [1, 3, 5]


@given(
    st.one_of(st.text(), st.text("가힣한미제차ㄱㅋㆍ·,.1２9Ａbß㎏½ﬁ中女’년 ")).map(
        lambda text: unicodedata.normalize("NFC", text)
    )
)
def test_runs_are_in_order_and_spell_the_folded_text(text: str) -> None:
    folded: dict[int, str] = {}
    for char, origin in zip(*fold(text), strict=True):
        folded[origin] = folded.get(origin, "") + char

    has_numbers = any(plain_numbers(fold(word)[0]) for _, word in words(text))
    last = 0
    for run in runs(text):
        assert run.text
        assert len(run.text) == len(run.starts) == len(run.ends)
        assert 0 <= last <= run.start < run.end <= len(text)
        assert list(run.starts) == sorted(run.starts)
        for char, start, end in zip(run.text, run.starts, run.ends, strict=True):
            assert end == start + 1
            assert char in folded[start] or has_numbers
        last = run.start


@given(st.text("가한미ㄱㅋA1中🦁\uac01 ", min_size=1))
def test_no_letter_or_digit_is_left_out(text: str) -> None:
    folded, _ = fold(text)

    letters = [char for char in folded if char.isalnum()]
    assert "".join(run.text for run in runs(text)) == "".join(letters)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param("전작권을", "전작권을", id="홀로"),
        pytest.param("전작권 을", "A을", id="홀로 선 조사"),
        pytest.param("SCM을", "A을", id="로마자 뒤"),
        pytest.param("19를", "1를", id="숫자 뒤"),
        pytest.param("제52차", "1차", id="서수 뒤"),
        pytest.param("「계획」을", "A을", id="낫표 뒤"),
        pytest.param("( MCM )이", "A이", id="괄호 뒤"),
        pytest.param("( MCM ) 이", "A이", id="괄호와 빈칸 뒤"),
        pytest.param("( MCM ) 이행을", "이행을", id="괄호 뒤의 낱말"),
        pytest.param("SCM 이행", "이행", id="빈칸 뒤"),
        pytest.param("(이행", "이행", id="여는 괄호 뒤"),
    ],
)
def test_the_key_of_a_particle_marks_the_preceding_letter_or_digit(
    text: str, key: str
) -> None:
    assert list(runs(text))[-1].key == key


def test_a_hundred_syllables_without_a_space_are_cut() -> None:
    text = "가나" * 125

    assert [run.text for run in runs(text)] == [text[:100], text[:100], text[:50]]
    assert [run.start for run in runs(text)] == [0, 100, 200]


@pytest.mark.parametrize("dot", DOTS, ids=[f"U+{ord(dot):04X}" for dot in DOTS])
def test_every_middle_dot_joins_an_abbreviation(dot: str) -> None:
    assert [run.text for run in runs(f"한{dot}미")] == ["한미"]


@given(st.text(alphabet="가나 )」’을은a1.\n\u3000\x1c\x85\u200b", max_size=20))
def test_words_without_offsets_are_the_same_words(text: str) -> None:
    assert split_words(text) == [word for _, word in words(text)]
    assert all(text[start : start + len(word)] == word for start, word in words(text))
