"""The wrong keyboard layout: Hangul typed as Latin letters, and the other way round."""

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
"""The Hangul letters of the keys where shift makes a difference."""

_HANGUL = str.maketrans(
    KEYS
    | {key.upper(): letter for key, letter in KEYS.items()}
    | {key.upper(): letter for key, letter in SHIFTED.items()}
)
_LATIN = str.maketrans(
    {letter: key for layout in (KEYS, SHIFTED) for key, letter in layout.items()}
)


def hangul_typed_as_latin(text: str) -> str | None:
    """Return the Hangul that the keys of *text* type: 전작권 for wjswkrrnjs.

    None where they do not type whole syllables, or where there is no Latin letter.
    What is no letter is kept, and so is Hangul that was typed as such.
    """
    if not re.search(r"[A-Za-z]", text):
        return None
    typed = compose(text.translate(_HANGUL))
    whole = all("가" <= char <= "힣" for char in typed if char.isalpha())
    return typed if whole else None


def latin_typed_as_hangul(text: str) -> str | None:
    """Return the Latin letters, in lower case, that the keys of *text* type: scm for ㄴ츠.

    None where there is anything but Hangul.
    """
    if not re.fullmatch(r"[ㄱ-ㅣ가-힣]+", text):
        return None
    return letters(text).translate(_LATIN)


def neighbours() -> Iterator[tuple[str, str]]:
    """Yield each two Latin letters whose keys touch, once.

    A row stands half a key to the right of the one above: s touches w and e.
    """
    for row in _ROWS:
        yield from pairwise(row)
    for upper, lower in pairwise(_ROWS):
        yield from zip(upper, lower, strict=False)
        yield from zip(upper[1:], lower, strict=False)
