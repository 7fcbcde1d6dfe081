"""Korean readings of Hanja.

A run of Hanja is read word by word: 降伏 is 항복, although 降 is usually 강. Words come from
`hanja_words.txt` (libhangul), characters from `hanja.txt` (the Unicode Character Database).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import count, islice, product
from pathlib import Path
from typing import NamedTuple

from indexer.text.jamo import final_of, join_syllable, split_syllable

_BEHIND_VOWEL_OR_NIEUN = {"렬": "열", "률": "율"}
_Y_VOWELS = frozenset("ㅑㅒㅕㅖㅛㅠㅣ")
_NOT = "不"
_LONGEST_WORD = 5
_LONGEST_PART = 4
_MOST_READINGS = 8
"""How many other readings of a run are considered."""
_CACHED_RUNS = 1 << 12
_FEW = 200
"""Words and characters that are looked up before the tables are parsed, which takes 15 ms."""
_LOOKUPS = count()


class _Piece(NamedTuple):
    """A word of the table, or a character that belongs to none, with its readings."""

    readings: tuple[str, ...]
    is_word: bool


def reading(char: str) -> str:
    """Return the Hangul syllable that *char* is usually read as (對 → 대), or *char*."""
    return _character_readings(char, char)[0]


@lru_cache(_CACHED_RUNS)
def read_run(run: str, *, begins_word: bool = True) -> str:
    """Return the reading of a run of Hanja, as long as the run: 降伏文書 → 항복문서.

    The initial law applies if the run begins a word: 女子 is 여자. A character without a
    reading stays.
    """
    return "".join(piece.readings[0] for piece in _pieces(run, begins_word=begins_word))


@lru_cache(_CACHED_RUNS)
def other_readings(run: str) -> tuple[str, ...]:
    """Return further readings that a run of Hanja may have: 金泳三 → 김영삼.

    They vary words with several readings, and characters that belong to no word of the
    table. The beginnings and ends of a longer run follow: 김영삼 for 金泳三大統領.
    """
    pieces = list(_pieces(run))
    usual = "".join(piece.readings[0] for piece in pieces)
    others = list(_varied(pieces))
    parts = {
        (text[part], usual[part]): None
        for text in others
        for size in range(_LONGEST_PART, 1, -1)
        for part in (slice(size), slice(-size, None))
    }
    differing = (text for text, usual_part in parts if text != usual_part)
    return tuple(dict.fromkeys((*others, *differing)))


def initial_law(syllable: str) -> str:
    """Return the reading of *syllable* at the beginning of a word: 녀 → 여, 로 → 노.

    Articles 10 to 12 of the Korean spelling rules (한글 맞춤법).
    """
    if not "가" <= syllable <= "힣":
        return syllable
    consonant, vowel, final = split_syllable(syllable)
    if consonant not in ("ㄴ", "ㄹ"):
        return syllable
    if vowel in _Y_VOWELS:
        return join_syllable("ㅇ", vowel, final)
    return join_syllable("ㄴ", vowel, final)


def later_law(before: str, syllable: str) -> str:
    """Return the reading of *syllable* behind *before*: 비 + 률 → 율, 확 + 률 → 률.

    렬 and 률 lose their ㄹ behind a vowel and behind ㄴ (article 11, rider 1, of the same
    rules).
    """
    if not ("가" <= before <= "힣" and syllable in _BEHIND_VOWEL_OR_NIEUN):
        return syllable
    if final_of(before) in ("", "ㄴ"):
        return _BEHIND_VOWEL_OR_NIEUN[syllable]
    return syllable


def _pieces(run: str, *, begins_word: bool = True) -> Iterator[_Piece]:
    """Yield the longest words of the table from left to right, and characters between.

    A word with the usual readings is yielded as characters if the run goes beyond it: in
    金正恩, 金正 is no word.
    """
    start, before = 0, ""
    while start < len(run):
        longest = min(len(run), start + _LONGEST_WORD)
        end = next(
            (
                end
                for end in range(longest, start + 1, -1)
                if _word_readings(run[start:end]) is not None
            ),
            start + 1,
        )
        listed = _word_readings(run[start:end]) or ()
        usual = _read_characters(run, start, end, before, begins_word=begins_word)
        if end - start == len(run) > 1 or (listed and listed[0]):
            yield _Piece(tuple(text or usual for text in listed), is_word=True)
            before = listed[0][-1:] or usual[-1]
        else:
            for offset, syllable in enumerate(usual, start):
                others = _character_readings(run[offset], syllable)
                if begins_word and not offset:
                    others = tuple(map(initial_law, others))
                candidates = (syllable, *others, initial_law(syllable))
                yield _Piece(tuple(dict.fromkeys(candidates)), is_word=False)
            before = usual[-1]
        start = end


def _read_characters(
    run: str, start: int, end: int, before: str, *, begins_word: bool
) -> str:
    """Return the usual readings of `run[start:end]` as the laws change them."""
    result = ""
    for index in range(start, end):
        syllable = reading(run[index])
        if run[index] == _NOT and (following := run[index + 1 : index + 2]):
            syllable = _read_not(reading(following))
        if begins_word and not index:
            syllable = initial_law(syllable)
        else:
            syllable = later_law((before + result)[-1:], syllable)
        result += syllable
    return result


def _read_not(following: str) -> str:
    """Return the reading of 不 before a syllable: 부 before ㄷ and ㅈ, as in 부족."""
    begins = split_syllable(following)[0] if "가" <= following <= "힣" else ""
    return "부" if begins in ("ㄷ", "ㅈ") else "불"


def _varied(pieces: Sequence[_Piece]) -> Iterator[str]:
    """Yield the readings of *pieces* in a row, except the first of each."""
    texts = product(*(piece.readings for piece in pieces))
    return islice(map("".join, texts), 1, _MOST_READINGS)


def _character_readings(char: str, unknown: str) -> tuple[str, ...]:
    """Return the readings of a character, the usual one first, or *unknown* alone."""
    if next(_LOOKUPS) > _FEW:
        return _characters().get(char, (unknown,))
    text = _text("hanja.txt")
    starts = (text.rindex("\n", 0, at) + 1 for at in _occurrences(text, char))
    return tuple(text[start] for start in starts) or (unknown,)


def _word_readings(word: str) -> tuple[str, ...] | None:
    """Return the readings of a word, empty for those of its characters; None if unknown."""
    if next(_LOOKUPS) > _FEW:
        return _words().get(word)
    text = _text("hanja_words.txt")
    starts = [text.rindex("\n", 0, at) + 1 for at in _occurrences(text, f" {word} ")]
    readings = (text[start : text.index(" ", start)] for start in starts)
    return tuple(reading.strip("=") for reading in readings) if starts else None


def _occurrences(text: str, part: str) -> Iterator[int]:
    place = text.find(part)
    while place >= 0:
        yield place
        place = text.find(part, place + 1)


@cache
def _text(name: str) -> str:
    """Return the lines of a table, without the comments at its head.

    There is a line break before each line, and a space before that at its end.
    """
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    start = 0
    while text.startswith("#", start):
        start = text.index("\n", start) + 1
    return "\n" + text[start:].replace("\n", " \n")


@cache
def _characters() -> dict[str, tuple[str, ...]]:
    """Return the readings of each character, the usual one first."""
    readings: dict[str, tuple[str, ...]] = {}
    for line in _lines("hanja.txt"):
        for char in line[1:]:
            readings[char] = (*readings.get(char, ()), line[0])
    return readings


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """Return the readings of each word, empty for the usual readings of its characters."""
    readings: dict[str, tuple[str, ...]] = {}
    for line in _lines("hanja_words.txt"):
        text, *words = line.split()
        for word in words:
            readings[word] = (*readings.get(word, ()), text.strip("="))
    return readings


def _lines(name: str) -> Iterator[str]:
    path = Path(__file__).with_name(name)
    lines = path.read_text(encoding="utf-8").splitlines()
    return (line for line in lines if not line.startswith("#"))
