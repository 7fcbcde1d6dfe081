"""Pronunciation of Korean words, to match words that are spelt as they sound.

협력 is pronounced like 혐녁, 국어 like 구거. The rules are articles 8 to 20 of the Standard
Pronunciation of Korean (표준 발음법, 1988), as far as they apply within a word. Lax and
tense consonants are merged, and so are vowels that most speakers do not distinguish.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from indexer.text.jamo import CONSONANTS, split_syllable

_VOWELS = {"ㅔ": "ㅐ", "ㅖ": "ㅒ", "ㅗㅐ": "ㅗㅣ", "ㅜㅔ": "ㅗㅣ"}
_LAX = dict(zip("ㄲㄸㅃㅆㅉ", "ㄱㄷㅂㅅㅈ", strict=True))
_PRONOUNCED = {
    sound: finals.split()
    for sound, finals in {
        "ㄱ": "ㄱ ㄲ ㅋ ㄱㅅ ㄹㄱ",
        "ㄴ": "ㄴ ㄴㅈ ㄴㅎ",
        "ㄷ": "ㄷ ㅅ ㅆ ㅈ ㅊ ㅌ ㅎ",
        "ㄹ": "ㄹ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅎ",
        "ㅁ": "ㅁ ㄹㅁ",
        "ㅂ": "ㅂ ㅍ ㅂㅅ ㄹㅍ",
        "ㅇ": "ㅇ",
    }.items()
}
_FINALS = {final: sound for sound, finals in _PRONOUNCED.items() for final in finals}
"""How each final is pronounced before a consonant and at the end (articles 8 to 11)."""
_NASAL = {"ㄱ": "ㅇ", "ㄷ": "ㄴ", "ㅂ": "ㅁ"}
_ASPIRATED = {"ㄱ": "ㅋ", "ㄷ": "ㅌ", "ㅂ": "ㅍ", "ㅈ": "ㅊ"}


def pronunciation(word: str) -> str:
    """Return the letters that *word*, of Hangul syllables, is pronounced with.

    협력 and 혐녁 both give ㅎㅕㅁㄴㅕㄱ.
    """
    syllables = [split_syllable(syllable) for syllable in word]
    sounds, onset = "", ""
    for number, (first, vowel, final) in enumerate(syllables):
        onset = onset or _LAX.get(first, first)
        following = syllables[number + 1][0] if number + 1 < len(syllables) else ""
        coda, next_onset = _between(final, following) if final else ("", "")
        sounds += onset + _VOWELS.get(vowel, vowel) + coda
        onset = next_onset
    return sounds


def beginnings(word: str) -> Iterator[str]:
    """Yield the letters that begin the words that are pronounced like *word*.

    쇄도 yields ㅅ or ㅆ with each of ㅗㅣ, ㅗㅐ and ㅜㅔ.
    """
    first, vowel, _ = split_syllable(word[0])
    firsts = [
        each for each in CONSONANTS if _LAX.get(each, each) == _LAX.get(first, first)
    ]
    sound = _VOWELS.get(vowel, vowel)
    vowels = [sound, *(each for each, alike in _VOWELS.items() if alike == sound)]
    return map("".join, product(firsts, vowels))


def _between(final: str, following: str) -> tuple[str, str]:  # noqa: PLR0911 (an article each)
    """Return how a final is pronounced, and the consonant behind it if it changes."""
    sound = _FINALS[final]
    lax = _LAX.get(following, following)
    if following == "ㅇ" and final != "ㅇ":  # Articles 12 to 14: it moves on.
        moving = final.removesuffix("ㅎ")  # which is silent here
        left = _FINALS[moving[0]] if len(moving) > 1 else ""
        return left, _LAX.get(moving[-1:], moving[-1:]) or "ㅇ"
    if final[-1] == "ㅎ" and lax in _ASPIRATED:  # Article 12.
        return sound if len(final) > 1 else "", _ASPIRATED[lax]
    if following == "ㅎ" and (moving := final[-1] if final[-1] == "ㅈ" else sound) in (
        _ASPIRATED
    ):
        return "", _ASPIRATED[moving]
    if following in ("ㄴ", "ㅁ") and sound in _NASAL:  # Article 18.
        return _NASAL[sound], following
    if {sound, following} == {"ㄴ", "ㄹ"}:  # Article 20.
        return "ㄹ", "ㄹ"
    if following == "ㄹ" and sound != "ㄹ":  # Article 19.
        return _NASAL.get(sound, sound), "ㄴ"
    return sound, ""
