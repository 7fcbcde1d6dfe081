"""Scripts: the kind of each character of a text.

A kind is one ASCII letter, so the kinds of a text are a string of the same length. A
regular expression over kinds compiles much faster than one over ranges of characters,
and every search has to compile it.
"""

from __future__ import annotations

from collections.abc import Iterator

from indexer.text.lazy_translate import LazyTranslation

HANGUL, ORDINAL, HANJA, DIGIT, JAMO, LETTER, DOT, COMMA, OTHER = "HOCDJL., "
"""The kinds. ORDINAL is 제: a prefix before a number, otherwise a Hangul syllable."""

HYPHEN, POINT, PLUS, SHARP, DEGREE = "-p+#d"
"""The kinds of marks in names and numbers: F-35, 3.5, C++, C# and °C."""

_MARKS = {
    "제": ORDINAL,
    ",": COMMA,
    ".": POINT,
    "+": PLUS,
    "#": SHARP,
    "°": DEGREE,
    **dict.fromkeys("·‧・•∙⋅᛫⸱", DOT),
    **dict.fromkeys("-‐‑‒–−", HYPHEN),
}
_RANGES = (
    (HANGUL, "가", "힣"),
    (HANJA, "\u3400", "\u4dbf"),
    (HANJA, "\u4e00", "\u9fff"),
    (HANJA, "\U00020000", "\U0003ffff"),
    (JAMO, "\u3131", "\u318e"),
    (JAMO, "\u1100", "\u11ff"),
)


def kind(char: str) -> str:
    """Return the kind of one character: 韓 → HANJA."""
    if char in _MARKS:
        return _MARKS[char]
    for kind_of_range, first, last in _RANGES:
        if first <= char <= last:
            return kind_of_range
    if not char.isalnum():
        return OTHER
    return DIGIT if char.isdecimal() else LETTER


_KINDS = LazyTranslation(kind)


def kinds(text: str) -> str:
    """Return the kinds of the characters of *text*, a letter each: `韓·美 52차` → `C.C DDH`."""
    return text.translate(_KINDS)


def hanja_spans(kinds_of: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the runs of Hanja, given the kinds of a text's characters."""
    start = kinds_of.find(HANJA)
    while start >= 0:
        end = start + 1
        while kinds_of[end : end + 1] == HANJA:
            end += 1
        yield start, end
        start = kinds_of.find(HANJA, end)
