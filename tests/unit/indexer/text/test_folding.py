"""Folding: the differences of writing that it removes, and the offsets it returns."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.text.folding import compact, compact_with_offsets, fold

TABLE = {
    "한글": ("전작권을", "전작권을"),
    "대문자": ("Wmd SCM", "wmd scm"),
    "전각": ("ＳＣＭ　１", "scm 1"),
    "길어지는 글자": ("㎏ ﬁ Straße", "kg fi strasse"),
    "자모는 그대로": ("ㅋㅋ ㄱ", "ㅋㅋ ㄱ"),
    "한자": ("對美", "대미"),
    "두음 법칙": ("女子 勞動 來年 李王", "여자 노동 내년 이왕"),
    "낱말 안의 한자": ("男女", "남녀"),
    "한글 뒤의 한자": ("남女", "남녀"),
    "가운뎃점 뒤의 한자": ("男·女", "남·여"),
    "음을 모르는 한자": ("㐀", "㐀"),
    "짧은 연도": ("’20년 ’99년 ’00년", "’2020년 ’1999년 ’2000년"),
    "짧은 연도의 갈림": ("’49년 ’50년", "’2049년 ’1950년"),
    "다른 따옴표": ("'20년 ‘20년 `20년", "'2020년 ‘2020년 `2020년"),
    "전각 짧은 연도": ("’２０년", "’2020년"),
    "연도 아닌 수": ("’20명 20년 ’2020년 ’20 년", "’20명 20년 ’2020년 ’20 년"),
    "빈 글": ("", ""),
}


@pytest.mark.parametrize(("text", "expected"), TABLE.values(), ids=list(TABLE))
def test_forms_case_hanja_and_short_years_are_folded(text: str, expected: str) -> None:
    assert fold(text)[0] == expected


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        pytest.param("전작권", [0, 1, 2], id="그대로"),
        pytest.param("5㎏의", [0, 1, 1, 2], id="길어진 글자"),
        pytest.param("’20년", [0, 1, 1, 1, 2, 3], id="짧은 연도"),
        pytest.param("對美", [0, 1], id="한자"),
    ],
)
def test_every_folded_character_has_the_offset_of_its_source(
    text: str, origins: list[int]
) -> None:
    assert list(fold(text)[1]) == origins


TEXTS = st.one_of(st.text(), st.text("가女勞對’20９년ＡßﬁİA㎏½·-ㅋ ")).map(
    lambda text: unicodedata.normalize("NFC", text)
)


@given(TEXTS)
def test_the_origins_are_ascending_offsets_in_the_text(text: str) -> None:
    folded, origins = fold(text)

    assert len(folded) == len(origins)
    assert list(origins) == sorted(origins)
    assert all(0 <= origin < len(text) for origin in origins)


@given(TEXTS)
def test_compacting_leaves_the_letters_and_digits_of_the_folded_text(text: str) -> None:
    folded, origins = fold(text)

    letters, offsets = compact_with_offsets(text)

    expected = [(c, o) for c, o in zip(folded, origins, strict=True) if c.isalnum()]
    assert list(zip(letters, offsets, strict=True)) == expected
    assert compact(text) == letters
