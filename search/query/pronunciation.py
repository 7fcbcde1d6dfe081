"""Sounds: how a word is pronounced, for those that are written as they sound.

협력 is spoken like 혐녁, 국어 like 구거. The rules are those of the Standard Pronunciation
of Korean (표준 발음법, 1988), articles 8 to 20, as far as they apply within a word; lax
and tense consonants, and the vowels that most speakers do not tell apart, count as one.
"""

from __future__ import annotations

from indexer.text.jamo import split_syllable

_VOWELS = {"ㅔ": "ㅐ", "ㅖ": "ㅒ", "ㅗㅐ": "ㅗㅣ", "ㅜㅔ": "ㅗㅣ"}
_LAX = dict(zip("ㄲㄸㅃㅆㅉ", "ㄱㄷㅂㅅㅈ", strict=True))
_SPOKEN = {
    spoken: finals.split()
    for spoken, finals in {
        "ㄱ": "ㄱ ㄲ ㅋ ㄱㅅ ㄹㄱ",
        "ㄴ": "ㄴ ㄴㅈ ㄴㅎ",
        "ㄷ": "ㄷ ㅅ ㅆ ㅈ ㅊ ㅌ ㅎ",
        "ㄹ": "ㄹ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅎ",
        "ㅁ": "ㅁ ㄹㅁ",
        "ㅂ": "ㅂ ㅍ ㅂㅅ ㄹㅍ",
        "ㅇ": "ㅇ",
    }.items()
}
_FINALS = {final: spoken for spoken, finals in _SPOKEN.items() for final in finals}
"""How each final is spoken before a consonant and at the end (articles 8 to 11)."""
_NASAL = {"ㄱ": "ㅇ", "ㄷ": "ㄴ", "ㅂ": "ㅁ"}
_ASPIRATED = {"ㄱ": "ㅋ", "ㄷ": "ㅌ", "ㅂ": "ㅍ", "ㅈ": "ㅊ"}


def sounded(word: str) -> str:
    """Return the letters of *word*, which is of syllables, as it is pronounced."""
    syllables = [split_syllable(syllable) for syllable in word]
    sounds, begun = "", ""
    for number, (first, vowel, final) in enumerate(syllables):
        begun = begun or _LAX.get(first, first)
        following = syllables[number + 1][0] if number + 1 < len(syllables) else ""
        ended, onset = _met(final, following) if final else ("", "")
        sounds += begun + _VOWELS.get(vowel, vowel) + ended
        begun = onset
    return sounds


def _met(final: str, following: str) -> tuple[str, str]:  # noqa: PLR0911 (an article each)
    """Return how a final is spoken, and the consonant behind it if it changes."""
    spoken = _FINALS[final]
    lax = _LAX.get(following, following)
    if following == "ㅇ" and final != "ㅇ":  # Articles 12 to 14: it moves on.
        moving = final.removesuffix("ㅎ")  # which is silent here
        left = _FINALS[moving[0]] if len(moving) > 1 else ""
        return left, _LAX.get(moving[-1:], moving[-1:]) or "ㅇ"
    if final[-1] == "ㅎ" and lax in _ASPIRATED:  # Article 12.
        return spoken if len(final) > 1 else "", _ASPIRATED[lax]
    if following == "ㅎ" and (moving := final[-1] if final[-1] == "ㅈ" else spoken) in (
        _ASPIRATED
    ):
        return "", _ASPIRATED[moving]
    if following in ("ㄴ", "ㅁ") and spoken in _NASAL:  # Article 18.
        return _NASAL[spoken], following
    if {spoken, following} == {"ㄴ", "ㄹ"}:  # Article 20.
        return "ㄹ", "ㄹ"
    if following == "ㄹ" and spoken != "ㄹ":  # Article 19.
        return _NASAL.get(spoken, spoken), "ㄴ"
    return spoken, ""
