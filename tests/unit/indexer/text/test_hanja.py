"""The readings of Hanja, and how they change at a word's beginning."""

from __future__ import annotations

import unicodedata

import pytest

from indexer.text import hanja
from indexer.text.folding import fold
from indexer.text.hanja import initial_law, other_readings, read_run, reading


@pytest.mark.parametrize(
    ("char", "syllable"),
    [*zip("對美韓北女勞㐀A가", "대미한북녀로㐀A가", strict=True)],
)
def test_a_character_has_its_usual_reading(char: str, syllable: str) -> None:
    assert reading(char) == syllable


@pytest.mark.parametrize(
    ("syllable", "expected"),
    [
        *zip(
            "녀뇨뉴니량려례룡류리라래로뢰루르나노가힣여",
            "여요유이양여예용유이나내노뇌누느나노가힣여",
            strict=True,
        )
    ],
)
def test_n_and_r_change_or_fall_at_a_words_beginning(
    syllable: str, expected: str
) -> None:
    assert initial_law(syllable) == expected


@pytest.mark.parametrize("final", ["ㄱ", "ㄴ", "ㅁ", "ㅇ"])
def test_a_final_consonant_stays(final: str) -> None:
    conjoining = {"ㄱ": "\u11a8", "ㄴ": "\u11ab", "ㅁ": "\u11b7", "ㅇ": "\u11bc"}[final]

    before = unicodedata.normalize("NFC", "\u1105\u1167" + conjoining)
    after = unicodedata.normalize("NFC", "\u110b\u1167" + conjoining)

    assert initial_law(before) == after


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("降伏", "항복"),
        ("降下", "강하"),
        ("變更", "변경"),
        ("更新", "갱신"),
        ("復興", "부흥"),
        ("敗北", "패배"),
        ("北韓", "북한"),
        ("音樂", "음악"),
        ("十月", "시월"),
        ("契丹", "거란"),
        ("降伏文書", "항복문서"),
        ("不足", "부족"),
        ("不正", "부정"),
        ("不滿", "불만"),
        ("核不擴散", "핵불확산"),
        ("㐀北", "㐀북"),
        ("㊀", "일"),
    ],
)
def test_a_word_has_its_own_reading(word: str, expected: str) -> None:
    assert fold(word)[0] == expected


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("金泳三", "김영삼"),
        ("金泳三大統領", "김영삼"),
        ("更新論", "경신"),
        ("防衛力量", "방위역량"),
    ],
)
def test_a_run_may_have_other_readings(run: str, expected: str) -> None:
    assert expected in other_readings(run)


def test_few_readings_of_a_long_run_are_considered() -> None:
    assert len(other_readings("金樂更" * 1000)) < 100
    assert not other_readings("電氣")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("比率", "비율"),
        ("系列", "계열"),
        ("分裂", "분열"),
        ("確率", "확률"),
        ("行列", "행렬"),
    ],
)
def test_r_falls_from_ryeol_and_ryul_behind_a_vowel_or_n(
    word: str, expected: str
) -> None:
    """Article 11 of the spelling rules: 비율 and 분열, but 확률."""
    assert fold(word)[0] == expected


@pytest.mark.parametrize(
    "run", ["降伏文書", "女子", "不足不可", "金正恩", "傳記", "㐀龘", "率"]
)
def test_the_first_runs_are_read_as_later_ones(
    monkeypatch: pytest.MonkeyPatch, run: str
) -> None:
    """The first are looked up in the text of the tables, later ones in parsed tables."""
    readings = []
    for few in (-1, 10**9):
        monkeypatch.setattr(hanja, "_FEW", few)
        read = (read_run.__wrapped__(run), other_readings.__wrapped__(run))
        readings.append(read)

    assert readings[0] == readings[1]
