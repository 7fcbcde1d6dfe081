"""Text typed on the wrong keyboard layout: wjswkrrnjs for 전작권, ㄴ츠 for scm."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from indexer.text.jamo import compose, letters

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")

KEYS = dict(
    zip(
        "".join(_ROWS),
        "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ",
        strict=True,
    )
)
"""The Latin letter of each key and the Hangul one (KS X 5002, the two-set layout)."""

SHIFTED = dict(zip("qwertop", "ㅃㅉㄸㄲㅆㅒㅖ", strict=True))
"""The Hangul letters of keys with shift, where they differ."""

_HANGUL = str.maketrans(
    KEYS
    | {key.upper(): letter for key, letter in KEYS.items()}
    | {key.upper(): letter for key, letter in SHIFTED.items()}
)
_LATIN = str.maketrans(
    {letter: key for layout in (KEYS, SHIFTED) for key, letter in layout.items()}
)


def hangul_typed_as_latin(text: str) -> str | None:
    """Return the Hangul that the same keys type: wjswkrrnjs → 전작권.

    Hangul, digits and marks stay as they are. Returns None if *text* has no Latin letter
    or its keys do not type whole syllables.
    """
    if not re.search(r"[A-Za-z]", text):
        return None
    hangul = compose(text.translate(_HANGUL))
    whole = all("가" <= char <= "힣" for char in hangul if char.isalpha())
    return hangul if whole else None


def latin_typed_as_hangul(text: str) -> str | None:
    """Return the lower-case Latin letters that the same keys type: ㄴ츠 → scm.

    Digits and marks of a code stay: ㅏㄹ-21 → kf-21. Returns None if *text* has any other
    character, or no Hangul.
    """
    if not re.fullmatch(r"(?=.*[ㄱ-ㅣ가-힣])[ㄱ-ㅣ가-힣\d&/-]+", text):
        return None
    return letters(text).translate(_LATIN)


def on_the_other_layout(prefix: str) -> Iterator[str]:
    """Yield what the keys of the beginning of a word type: wjswkrr → 전작ㄱ."""
    if re.fullmatch(r"[A-Za-z]+", prefix):
        yield compose(prefix.translate(_HANGUL))
    elif latin := latin_typed_as_hangul(prefix):
        yield latin


def adjacent_keys() -> Iterator[tuple[str, str]]:
    """Yield each pair of Latin letters whose keys touch, once.

    Each row is half a key to the right of the row above: s touches w and e.
    """
    for row in _ROWS:
        yield from pairwise(row)
    for upper, lower in pairwise(_ROWS):
        yield from zip(upper, lower, strict=False)
        yield from zip(upper[1:], lower, strict=False)
