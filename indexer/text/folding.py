"""Folding: removes the differences of writing that a search ignores."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from indexer.text.scripts import HANJA, hanja_spans, kind, kinds

PLAIN_HANGUL = re.compile(r"[가-힣 ]+")
"""Text that folding leaves unchanged, like most words."""
# ’20년 is the year 2020, ’99년 is 1999: two digits from 50 on are of the last century.
_SHORT_YEAR = r"(?<=[’'‘`])(\d)\d(?=년)"
_CENTURY_SPLIT = 5


class _FoldedChars(dict[str, str]):
    """The folded form of each character, computed when it is first looked up."""

    def __missing__(self, char: str) -> str:
        if char == "ㆍ":
            return "·"  # Unicode calls it a letter; people type it as a middle dot.
        # NFKC would turn a letter typed alone into a conjoining one.
        is_jamo = "ㄱ" <= char <= "ㆎ"
        folded = char if is_jamo else unicodedata.normalize("NFKC", char).casefold()
        if len(folded) == 1 and kind(folded) == HANJA != kind(char):
            from indexer.text.hanja import reading

            folded = reading(folded)  # ㊀ is read by itself
        self[char] = folded
        return folded


_FOLDED = _FoldedChars()


class _FoldedWidths(dict[str, str]):
    """The form of each character with its case and width folded; a space for any space."""

    def __missing__(self, char: str) -> str:
        if char.isspace():
            folded = " "
        elif unicodedata.east_asian_width(char) in ("F", "H"):
            folded = unicodedata.normalize("NFKC", char).casefold()
        else:
            folded = char.casefold()
        self[char] = folded
        return folded


_FOLDED_WIDTH = _FoldedWidths()


def fold(text: str) -> tuple[str, Sequence[int]]:
    """Fold case, width and compatibility forms; read Hanja; write short years out.

    `對美 ＳＣＭ` folds to `대미 scm`, `’20년` to `’2020년`.

    Returns:
        The folded text, and for each of its characters the offset of the character in
        *text* that it stands for.
    """
    if PLAIN_HANGUL.fullmatch(text):
        return text, range(len(text))
    pieces = [_FOLDED[char] for char in text]
    kinds_of = kinds(text)
    for start, end in hanja_spans(kinds_of):
        # At the beginning of a word the initial law applies: 女子 is 여자.
        begins_word = not "가" <= text[start - 1 : start] <= "힣"
        from indexer.text.hanja import read_run

        run = "".join(pieces[start:end])
        pieces[start:end] = read_run(run, begins_word=begins_word)
    for match in re.finditer(_SHORT_YEAR, text) if "년" in text else ():
        century = "20" if int(match[1]) < _CENTURY_SPLIT else "19"
        pieces[match.start()] = century + pieces[match.start()]
    folded = "".join(pieces)
    if len(folded) == len(text):
        return folded, range(len(text))
    return folded, [i for i, piece in enumerate(pieces) for _ in piece]


def fold_literal(text: str) -> tuple[str, Sequence[int]]:
    """Fold case, width and runs of space only: `ＳＣＭ  회의` folds to `scm 회의`.

    Returns:
        As `fold`.
    """
    folded: list[str] = []
    offsets: list[int] = []
    for offset, char in enumerate(text):
        piece = _FOLDED_WIDTH[char]
        if piece == " " and folded and folded[-1] == " ":
            continue
        folded += piece
        offsets += [offset] * len(piece)
    return "".join(folded), offsets


def has_hanja(text: str) -> bool:
    """Return whether *text* contains a Hanja character."""
    return HANJA in kinds(text)


def compact_with_offsets(text: str) -> tuple[str, list[int]]:
    """Fold *text*, keep only letters and digits, and return their offsets in *text*.

    `한·미 SCM` is `한미scm` with the offsets 0, 2, 4, 5, 6.
    """
    folded, origins = fold(text)
    if folded.isalnum():
        return folded, list(origins)
    indices = [i for i, char in enumerate(folded) if char.isalnum()]
    return "".join(folded[i] for i in indices), [origins[i] for i in indices]


def compact(text: str) -> str:
    """Fold *text* and keep only its letters and digits: `한·미 SCM` is `한미scm`."""
    folded, _ = fold(text)
    return folded if folded.isalnum() else "".join(filter(str.isalnum, folded))
