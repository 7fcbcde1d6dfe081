"""The Korean readings of Hanja, by the Unicode Character Database."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_SYLLABLES = "가"
_FINALS = 28
_VOWELS = 21
_NIEUN, _RIEUL, _IEUNG = 2, 5, 11
_FINAL_NIEUN = 4
_LATER = {"렬": "열", "률": "율"}
_Y_VOWELS = frozenset({2, 3, 6, 7, 12, 17, 20})  # ㅑ ㅒ ㅕ ㅖ ㅛ ㅠ ㅣ


def reading(char: str) -> str:
    """Return the Hangul syllable that *char* is read as, or *char* if none is known."""
    return _readings().get(char, char)


def initial_law(syllable: str) -> str:
    """Return how *syllable* is read at a word's beginning: 녀 is 여, 로 is 노.

    The rule is article 10 to 12 of the Korean spelling rules (한글 맞춤법).
    """
    code = ord(syllable) - ord(_SYLLABLES)
    initial, rest = divmod(code, _VOWELS * _FINALS)
    if initial not in (_NIEUN, _RIEUL):
        return syllable
    if rest // _FINALS in _Y_VOWELS:
        initial = _IEUNG
    elif initial == _RIEUL:
        initial = _NIEUN
    return chr(ord(_SYLLABLES) + initial * _VOWELS * _FINALS + rest)


def later_law(before: str, syllable: str) -> str:
    """Return how *syllable* is read behind *before*: 렬 and 률 may be 열 and 율.

    They are behind a vowel and behind ㄴ (article 11, rider 1, of the same rules).
    """
    if not ("가" <= before <= "힣" and syllable in _LATER):
        return syllable
    final = (ord(before) - ord(_SYLLABLES)) % _FINALS
    return _LATER[syllable] if final in (0, _FINAL_NIEUN) else syllable


@cache
def _readings() -> dict[str, str]:
    path = Path(__file__).with_name("hanja.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    return {
        char: line[0] for line in lines if not line.startswith("#") for char in line[1:]
    }
