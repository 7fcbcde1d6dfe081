"""Jamo: Hangul syllables to the letters they are typed with, and back.

The letters are those of the two-set (dubeolsik) layout, KS X 5002, one for each key,
shifted or not, as Unicode's compatibility jamo: ㄲ and ㅒ are a letter, ㄳ and ㅘ two.
Their order is that of the syllables' codes, The Unicode Standard, section 3.12.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from indexer.text.lazy_translate import LazyTranslation

CONSONANTS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
"""The letters that a syllable may begin with, in the order of the syllables' codes."""
_VOWELS = (
    *("ㅏ", "ㅐ", "ㅑ", "ㅒ", "ㅓ", "ㅔ", "ㅕ", "ㅖ", "ㅗ", "ㅗㅏ", "ㅗㅐ", "ㅗㅣ"),
    *("ㅛ", "ㅜ", "ㅜㅓ", "ㅜㅔ", "ㅜㅣ", "ㅠ", "ㅡ", "ㅡㅣ", "ㅣ"),
)
_FINALS = (
    *("", "ㄱ", "ㄲ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴㅎ", "ㄷ", "ㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ"),
    *("ㄹㅅ", "ㄹㅌ", "ㄹㅍ", "ㄹㅎ", "ㅁ", "ㅂ", "ㅂㅅ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅊ"),
    *("ㅋ", "ㅌ", "ㅍ", "ㅎ"),
)
_FIRST = ord("가")
_PER_VOWEL = len(_FINALS)
_PER_CONSONANT = len(_VOWELS) * _PER_VOWEL

_TWO = dict(
    zip(
        "ㅘㅙㅚㅝㅞㅟㅢㄳㄵㄶㄺㄻㄼㄽㄾㄿㅀㅄ",
        (typed for typed in (*_VOWELS, *_FINALS) if len(typed) == 2),
        strict=True,
    )
)
"""The jamo that an input method shows for two keys when they make no syllable."""


def split_syllable(syllable: str) -> tuple[str, str, str]:
    """Return the letters of a syllable: its consonant, its vowel, its final or none."""
    consonant, rest = divmod(ord(syllable) - _FIRST, _PER_CONSONANT)
    vowel, final = divmod(rest, _PER_VOWEL)
    return CONSONANTS[consonant], _VOWELS[vowel], _FINALS[final]


def join_syllable(consonant: str, vowel: str, final: str) -> str:
    """Return the syllable of these letters, as `split_syllable` parts it."""
    return chr(
        _FIRST
        + CONSONANTS.index(consonant) * _PER_CONSONANT
        + _VOWELS.index(vowel) * _PER_VOWEL
        + _FINALS.index(final)
    )


def final_of(syllable: str) -> str:
    """Return the letters of a syllable's final consonant: ㄹ of 일, ㅂㅅ of 값, none of 이."""
    return _FINALS[(ord(syllable) - _FIRST) % _PER_VOWEL]


def _letters(char: str) -> str:
    return (
        "".join(split_syllable(char)) if "가" <= char <= "힣" else _TWO.get(char, char)
    )


def _initial(char: str) -> str:
    found = _letters(char)
    if "가" <= char <= "힣":
        return found[0]
    return found if found[0] in CONSONANTS else ""


def _either(choices: Iterable[str]) -> str:
    return "|".join(sorted(filter(None, choices), key=len, reverse=True))


_LETTERS = LazyTranslation(_letters)
_INITIALS = LazyTranslation(_initial)


def letters(text: str) -> str:
    """Return *text* with its Hangul as letters: 값 as ㄱㅏㅂㅅ, 과 as ㄱㅗㅏ."""
    return text.translate(_LETTERS)


def compose(typed: str) -> str:
    """Return the letters in *typed* as the syllables that an input method shows.

    Letters that make no syllable stay as they are, as does everything else.
    """
    return _syllables().sub(_syllable, typed)


@cache
def _syllables() -> re.Pattern[str]:
    # A consonant before a vowel begins a syllable: ㄱㅏㅂㅅㅣ is 갑시, not 값ㅣ.
    return re.compile(
        rf"([{CONSONANTS}])({_either(_VOWELS)})(?:({_either(_FINALS)})(?![ㅏ-ㅣ]))?"
    )


def _syllable(match: re.Match[str]) -> str:
    return join_syllable(*match.groups(""))


def initials(text: str) -> str:
    """Return the consonants that the syllables of *text* begin with: ㅈㅈㄱ of 전작권.

    Consonants that stand alone are kept, all other characters dropped.
    """
    return text.translate(_INITIALS)


def is_initials(text: str) -> bool:
    """Tell whether *text* is two or more consonants and nothing else.

    ㄳ is two: typed alone, the ㄱㅅ of 군사 is joined by the input method.
    """
    found = letters(text)
    return len(found) > 1 and all(letter in CONSONANTS for letter in found)
