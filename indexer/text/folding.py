"""Folding: differences of writing that are of no account are taken out of a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from indexer.text.hanja import initial_law, later_law, reading
from indexer.text.scripts import HANJA, kind, kinds

PLAIN_HANGUL = re.compile(r"[가-힣 ]+")
"""A text of which nothing folds, as of most words."""
# ’20년 is the year 2020; a century ends where nobody writes of its years so any more.
_SHORT_YEAR = re.compile(r"(?<=[’'‘`])(\d)\d(?=년)")
_CENTURY_SPLIT = 5


class _Folded(dict[str, str]):
    """What each character folds to: compatibility forms and case are of no account."""

    def __missing__(self, char: str) -> str:
        if char == "ㆍ":
            return "·"  # A letter to Unicode, a middle dot to those who type it.
        # NFKC would make final and initial consonants of the letters typed alone.
        alone = "ㄱ" <= char <= "ㆎ"
        folded = char if alone else unicodedata.normalize("NFKC", char).casefold()
        if len(folded) == 1 and kind(folded) == HANJA:
            folded = reading(folded)
        self[char] = folded
        return folded


_FOLDED = _Folded()


def fold(text: str) -> tuple[str, Sequence[int]]:
    """Fold case, width and compatibility forms; read Hanja; write short years out.

    Returns the folded text and, for each of its characters, the offset in *text* of the
    character it came from.
    """
    if PLAIN_HANGUL.fullmatch(text):
        return text, range(len(text))
    pieces = [_FOLDED[char] for char in text]
    kinds_of = kinds(text)
    place = kinds_of.find(HANJA)
    while place >= 0:
        before = text[place - 1 : place]
        if before and kinds_of[place - 1] == HANJA:
            pieces[place] = later_law(pieces[place - 1], pieces[place])
        elif not "가" <= before <= "힣" and "가" <= pieces[place] <= "힣":
            # At the beginning of a word a reading obeys the initial law: 女子 is 여자.
            pieces[place] = initial_law(pieces[place])
        place = kinds_of.find(HANJA, place + 1)
    for match in _SHORT_YEAR.finditer(text):
        century = "20" if int(match[1]) < _CENTURY_SPLIT else "19"
        pieces[match.start()] = century + pieces[match.start()]
    folded = "".join(pieces)
    if len(folded) == len(text):
        return folded, range(len(text))
    return folded, [i for i, piece in enumerate(pieces) for _ in piece]


def has_hanja(text: str) -> bool:
    """Tell whether there is a Hanja in *text*."""
    return HANJA in kinds(text)


def compact_with_offsets(text: str) -> tuple[str, list[int]]:
    """Fold *text* and leave nothing but its letters and digits; as `fold` else."""
    folded, origins = fold(text)
    if folded.isalnum():
        return folded, list(origins)
    kept = [i for i, char in enumerate(folded) if char.isalnum()]
    return "".join(folded[i] for i in kept), [origins[i] for i in kept]


def compact(text: str) -> str:
    """Fold *text* and keep only its letters and digits: `한·미 SCM` is `한미scm`."""
    folded, _ = fold(text)
    return folded if folded.isalnum() else "".join(filter(str.isalnum, folded))
