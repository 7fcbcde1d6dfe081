"""Scripts: what kind of character each character of a text is.

Kinds are one ASCII letter each, so that a text's kinds are a string that runs along with
it. A pattern over them compiles in a fraction of the time that one over the scripts
themselves takes, which every search would wait for.
"""

from __future__ import annotations

from indexer.text.lazy_translate import LazyTranslation

HANGUL, ORDINAL, HANJA, DIGIT, JAMO, LETTER, DOT, COMMA, OTHER = "HOCDJL., "
"""The kinds. ORDINAL is 제, a Hangul syllable like any other but before a number."""

_MARKS = {"제": ORDINAL, ",": COMMA, **dict.fromkeys("·‧・•∙⋅᛫⸱", DOT)}
_RANGES = (
    (HANGUL, "가", "힣"),
    (HANJA, "\u3400", "\u4dbf"),
    (HANJA, "\u4e00", "\u9fff"),
    (HANJA, "\U00020000", "\U0003ffff"),
    (JAMO, "\u3131", "\u318e"),
    (JAMO, "\u1100", "\u11ff"),
)


def kind(char: str) -> str:
    """Return the kind of one character."""
    if char in _MARKS:
        return _MARKS[char]
    for found, first, last in _RANGES:
        if first <= char <= last:
            return found
    if not char.isalnum():
        return OTHER
    return DIGIT if char.isdecimal() else LETTER


_KINDS = LazyTranslation(kind)


def kinds(text: str) -> str:
    """Return the kinds of the characters of *text*, a letter each."""
    return text.translate(_KINDS)
