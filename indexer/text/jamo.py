"""Jamo: Hangul syllables to the letters they are typed with, and back.

A letter is a key of the two-set (dubeolsik) layout, KS X 5002, shifted or not, written as
a compatibility jamo: ㄲ and ㅒ are one letter, ㄳ and ㅘ are two. The arithmetic of
syllables is that of The Unicode Standard, section 3.12.
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

_TWO_KEYS = dict(
    zip(
        "ㅘㅙㅚㅝㅞㅟㅢㄳㄵㄶㄺㄻㄼㄽㄾㄿㅀㅄ",
        (typed for typed in (*_VOWELS, *_FINALS) if len(typed) == 2),
        strict=True,
    )
)
"""The keys of each jamo that takes two, typed without the rest of a syllable."""


def split_syllable(syllable: str) -> tuple[str, str, str]:
    """Return the initial, the vowel and the final of a syllable: 관 → ㄱ, ㅗㅏ, ㄴ.

    The final is empty in a syllable that ends in a vowel.
    """
    consonant, rest = divmod(ord(syllable) - _FIRST, _PER_CONSONANT)
    vowel, final = divmod(rest, _PER_VOWEL)
    return CONSONANTS[consonant], _VOWELS[vowel], _FINALS[final]


def join_syllable(consonant: str, vowel: str, final: str) -> str:
    """Return the syllable of these letters; the inverse of `split_syllable`."""
    return chr(
        _FIRST
        + CONSONANTS.index(consonant) * _PER_CONSONANT
        + _VOWELS.index(vowel) * _PER_VOWEL
        + _FINALS.index(final)
    )


def final_of(syllable: str) -> str:
    """Return the final of a syllable, empty if it ends in a vowel: 값 → ㅂㅅ."""
    return _FINALS[(ord(syllable) - _FIRST) % _PER_VOWEL]


def _letters(char: str) -> str:
    return (
        "".join(split_syllable(char))
        if "가" <= char <= "힣"
        else _TWO_KEYS.get(char, char)
    )


def _initial(char: str) -> str:
    keys = _letters(char)
    if "가" <= char <= "힣":
        return keys[0]
    return keys if keys[0] in CONSONANTS else ""


def _alternatives(choices: Iterable[str]) -> str:
    return "|".join(sorted(filter(None, choices), key=len, reverse=True))


_LETTERS = LazyTranslation(_letters)
_INITIALS = LazyTranslation(_initial)


def letters(text: str) -> str:
    """Replace the Hangul in *text* by its letters: 값 → ㄱㅏㅂㅅ, 과 → ㄱㅗㅏ."""
    return text.translate(_LETTERS)


def compose(typed: str) -> str:
    """Join the letters in *typed* to syllables as an input method does: ㄱㅗㅏㄴ → 관.

    Letters that make no syllable and all other characters stay as they are.
    """
    return _syllables().sub(_syllable, typed)


@cache
def _syllables() -> re.Pattern[str]:
    # A consonant before a vowel begins a syllable: ㄱㅏㅂㅅㅣ is 갑시, not 값ㅣ.
    return re.compile(
        rf"([{CONSONANTS}])({_alternatives(_VOWELS)})(?:({_alternatives(_FINALS)})(?![ㅏ-ㅣ]))?"
    )


def _syllable(match: re.Match[str]) -> str:
    return join_syllable(*match.groups(""))


def initials(text: str) -> str:
    """Return the consonants that begin the syllables of *text*: 전작권 → ㅈㅈㄱ.

    Consonants that stand alone stay; all other characters are dropped.
    """
    return text.translate(_INITIALS)


def is_initials(text: str) -> bool:
    """Return whether *text* consists of two or more consonants.

    ㄳ counts as two: an input method joins the ㄱㅅ of 군사.
    """
    keys = letters(text)
    return len(keys) > 1 and all(key in CONSONANTS for key in keys)


def is_syllables(text: str) -> bool:
    """Return whether *text* consists of whole Hangul syllables."""
    return bool(text) and all("가" <= char <= "힣" for char in text)
