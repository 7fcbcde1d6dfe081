"""A word spelt as it is pronounced has the pronunciation of the correct word."""

from __future__ import annotations

import pytest

from search.query.pronunciation import pronunciation


@pytest.mark.parametrize(
    ("word", "spoken"),
    [
        # Nasal before a nasal, and before ㄹ, which becomes one too.
        *[
            ("협력", "혐녁"),
            ("국력", "궁녁"),
            ("독립", "동닙"),
            ("핵미사일", "행미사일"),
        ],
        *[("격려", "경녀"), ("없는", "엄는"), ("능력", "능녁"), ("침략", "침냑")],
        # ㄴ and ㄹ side by side.
        *[("전략", "절략"), ("연락", "열락"), ("관련", "괄련"), ("실내", "실래")],
        # A final that moves on.
        *[
            ("국어", "구거"),
            ("값이", "갑시"),
            ("목적으로", "목쩌그로"),
            ("많아", "마나"),
        ],
        # ㅎ beside what it aspirates.
        *[("입학", "이팍"), ("좋다", "조타"), ("많고", "만코"), ("맞히다", "마치다")],
        # Finals, tense consonants and vowels that are spoken alike.
        *[
            ("있다", "읻따"),
            ("밖", "박"),
            ("숲", "숩"),
            ("태세", "테새"),
            ("왜곡", "외곡"),
        ],
    ],
)
def test_a_word_and_its_spoken_form_are_pronounced_alike(
    word: str, spoken: str
) -> None:
    assert pronunciation(word) == pronunciation(spoken)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("동맹", "동명"),
        ("한국", "한군"),
        ("강화", "간화"),
        ("방위", "바위"),
        ("상", "사"),
    ],
)
def test_different_words_are_pronounced_differently(one: str, other: str) -> None:
    assert pronunciation(one) != pronunciation(other)
