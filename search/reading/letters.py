"""The letters of a text: the part of it that counts when spacing, marks and case do not."""

from __future__ import annotations

import unicodedata
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

_SYMBOLS = frozenset("%$+=<>±×÷₩€£¥°")
"""Marks that change the meaning of a number or a word, and so count as letters."""
_RANGE = frozenset("~∼〜-‐‑‒–—−")
_THOUSANDS = ","


class Letters(NamedTuple):
    """The letters of a text, and for each the offset of its character in the text."""

    text: str
    offsets: list[int]


class _Parts(dict[str, str]):
    """The letters of each character, computed when it is first looked up."""

    def __missing__(self, char: str) -> str:
        # ㆍ is a letter by its category, and written as a middle dot. NFKC would turn a
        # letter typed alone into a conjoining one.
        if "ㄱ" <= char <= "ㆌ":
            folded = char
        elif char == "ㆍ":
            folded = ""
        else:
            folded = unicodedata.normalize("NFKC", char)
        self[char] = "".join(c for c in folded if c.isalnum() or c in _SYMBOLS).lower()
        return self[char]


_PARTS = _Parts()


def letters(text: str) -> Letters:
    """Return the letters, digits and symbols of *text*, narrow and in lower case.

    Marks between two digits remain as one separator, so that 9·19 differs from 919 and
    2~3 from 2.3: `한·미 SCM 2.5%, 1,000명` gives `한미scm2·5%1000명`.
    """
    parts_of_text = [_PARTS[char] for char in text]
    joined = "".join(parts_of_text)
    if not any(map(str.isdigit, joined)):
        offsets = [n for n, parts in enumerate(parts_of_text) for _ in parts]
        return Letters(joined, offsets)
    pieces: list[str] = []
    offsets = []
    gap = ""
    for offset, parts in enumerate(parts_of_text):
        if not parts:
            gap += text[offset]
            continue
        between_digits = pieces and parts[0].isdigit() and pieces[-1].isdigit()
        if gap not in ("", _THOUSANDS) and between_digits:
            pieces.append("~" if _RANGE & set(gap) else "·")
            offsets.append(offset)
        for part in parts:
            pieces.append(part)
            offsets.append(offset)
        gap = ""
    return Letters("".join(pieces), offsets)


def pair_counts(text: str) -> Counter[str]:
    """Count the pairs of adjacent letters in *text*, itself if it has one letter."""
    return Counter(map("".join, pairwise(text))) if len(text) > 1 else Counter([text])


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """Return the share of letter pairs that two texts have in common (Dice), 0 to 1."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0
