"""The Korean readings of Hanja, by the Unicode Character Database."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from indexer.text.jamo import final_of, join_syllable, split_syllable

_LATER = {"렬": "열", "률": "율"}
_Y_VOWELS = frozenset("ㅑㅒㅕㅖㅛㅠㅣ")


def reading(char: str) -> str:
    """Return the Hangul syllable that *char* is read as, or *char* if none is known."""
    return _readings().get(char, char)


def initial_law(syllable: str) -> str:
    """Return how *syllable* is read at a word's beginning: 녀 is 여, 로 is 노.

    The rule is article 10 to 12 of the Korean spelling rules (한글 맞춤법).
    """
    initial, vowel, final = split_syllable(syllable)
    if initial in "ㄴㄹ" and vowel in _Y_VOWELS:
        return join_syllable("ㅇ", vowel, final)
    return join_syllable("ㄴ", vowel, final) if initial == "ㄹ" else syllable


def later_law(before: str, syllable: str) -> str:
    """Return how *syllable* is read behind *before*: 렬 and 률 may be 열 and 율.

    They are behind a vowel and behind ㄴ (article 11, rider 1, of the same rules).
    """
    if not ("가" <= before <= "힣" and syllable in _LATER):
        return syllable
    return _LATER[syllable] if final_of(before) in ("", "ㄴ") else syllable


@cache
def _readings() -> dict[str, str]:
    path = Path(__file__).with_name("hanja.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    return {
        char: line[0] for line in lines if not line.startswith("#") for char in line[1:]
    }
