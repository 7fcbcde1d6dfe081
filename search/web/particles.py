"""Particles of Korean sentences in their right form: “전작권”이, SCM이, 2019가.

A text has both forms, as in 전작권(이)가; the sound before decides which one stays.
"""

from __future__ import annotations

import re

_PARTICLE = re.compile(r"([^\W_])([^\w(\s]*)\((이|은|을|과|으)\)(가|는|를|와|로)")
_FIRST_SYLLABLE = ord("가")
_CODAS = 28
_RIEUL = 8
"""The number of the final consonant ㄹ, behind which 로 stands."""
_CODA_OF_DIGIT = {
    "0": 21,
    "1": 8,
    "2": 0,
    "3": 16,
    "4": 0,
    "5": 0,
    "6": 1,
    "7": 8,
    "8": 8,
    "9": 0,
}
_CODA_OF_LETTER = {"l": 8, "m": 16, "n": 4, "r": 8}
"""The final consonants of digits, and of letters where they have one: 엘, 엠, 엔, 알."""


def with_particles(text: str) -> str:
    """Return *text* with the one of two forms of each particle that fits.

    Example: `“SCM”(이)가` gives `“SCM”이`, and `2019(으)로` gives `2019로`. Behind a
    character of unknown sound both forms stay.
    """
    return _PARTICLE.sub(_chosen, text)


def _chosen(match: re.Match[str]) -> str:
    letter, marks, behind_coda, behind_vowel = match.groups()
    coda = _coda(letter.lower())
    if coda is None:
        return match[0]
    if behind_coda == "으":
        return f"{letter}{marks}{'로' if coda in (0, _RIEUL) else '으로'}"
    return f"{letter}{marks}{behind_coda if coda else behind_vowel}"


def _coda(letter: str) -> int | None:
    """Return the number of the final consonant with which *letter* is read, 0 for none."""
    if "가" <= letter <= "힣":
        return (ord(letter) - _FIRST_SYLLABLE) % _CODAS
    if letter in _CODA_OF_DIGIT:
        return _CODA_OF_DIGIT[letter]
    if "a" <= letter <= "z":
        return _CODA_OF_LETTER.get(letter, 0)
    if "ㄱ" <= letter <= "ㅎ":
        return 1
    return 0 if "ㅏ" <= letter <= "ㅣ" else None
