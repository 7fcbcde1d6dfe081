"""Korean readings of Hanja, from the Unicode Character Database (`hanja.txt`)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from indexer.text.jamo import final_of, join_syllable, split_syllable

_BEHIND_VOWEL_OR_NIEUN = {"렬": "열", "률": "율"}
_Y_VOWELS = frozenset("ㅑㅒㅕㅖㅛㅠㅣ")


def reading(char: str) -> str:
    """Return the Hangul syllable that *char* is read as (對 → 대), or *char* without one."""
    return _readings().get(char, char)


def initial_law(syllable: str) -> str:
    """Return the reading of *syllable* at the beginning of a word: 녀 → 여, 로 → 노.

    Articles 10 to 12 of the Korean spelling rules (한글 맞춤법).
    """
    consonant, vowel, final = split_syllable(syllable)
    if consonant not in ("ㄴ", "ㄹ"):
        return syllable
    if vowel in _Y_VOWELS:
        return join_syllable("ㅇ", vowel, final)
    return join_syllable("ㄴ", vowel, final)


def later_law(before: str, syllable: str) -> str:
    """Return the reading of *syllable* behind *before*: 비 + 률 → 율, 확 + 률 → 률.

    렬 and 률 lose their ㄹ behind a vowel and behind ㄴ (article 11, rider 1, of the same
    rules).
    """
    if not ("가" <= before <= "힣" and syllable in _BEHIND_VOWEL_OR_NIEUN):
        return syllable
    if final_of(before) in ("", "ㄴ"):
        return _BEHIND_VOWEL_OR_NIEUN[syllable]
    return syllable


@cache
def _readings() -> dict[str, str]:
    path = Path(__file__).with_name("hanja.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    return {
        char: line[0] for line in lines if not line.startswith("#") for char in line[1:]
    }
