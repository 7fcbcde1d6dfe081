"""Runs: the maximal stretches of one script that analysis cuts a text into.

A run is analysed by itself, wherever it stands, so that a word is cut the same way in a
sentence and in a query. A hundred syllables without a space are no word; the next begin
another run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from indexer.text.folding import PLAIN_HANGUL, fold
from indexer.text.scripts import (
    COMMA,
    DIGIT,
    DOT,
    HANGUL,
    HANJA,
    JAMO,
    LETTER,
    ORDINAL,
    kinds,
)

AFTER_DIGIT, AFTER_LETTER = "1", "A"
"""What stands, in a run's key, for what the run follows."""


class Script(Enum):
    """The scripts that runs are told apart by."""

    HANGUL = "hangul"
    HANJA = "hanja"
    DIGITS = "digits"
    JAMO = "jamo"
    LETTERS = "letters"


class Run(NamedTuple):
    """A run: its folded text and, for each of its characters, the span in the text.

    `before` stands for the letters, bracket or digits that a Hangul run goes on after:
    을 is a particle in SCM을, as it is in `A을`, and means nothing alone.
    """

    text: str
    script: Script
    starts: Sequence[int]
    ends: Sequence[int]
    before: str = ""

    @property
    def key(self) -> str:
        """The text to be analysed: the run, after what stands for what it follows."""
        return self.before + self.text

    @property
    def start(self) -> int:
        """Offset of the run in the text."""
        return self.starts[0]

    @property
    def end(self) -> int:
        """Offset of the run's end in the text."""
        return self.ends[-1]


# Patterns over the kinds of the characters (see `indexer.text.scripts`). One syllable before
# a middle dot is an abbreviation's: 한·미 is 한미, 시ㆍ도 is 시도.
_SYLLABLE = f"[{HANGUL}{ORDINAL}]"
_LONGEST = 100
_HANGUL = (
    rf"(?:(?<!{_SYLLABLE}){_SYLLABLE}(?:\{DOT}{_SYLLABLE}(?!{_SYLLABLE}))*\{DOT})?"
    rf"{_SYLLABLE}{{1,{_LONGEST}}}"
)
_RUN = re.compile(
    # The ordinal prefix says nothing that its number does not: 제52차 is 52차.
    rf"(?P<ordinal>(?<!{_SYLLABLE}){ORDINAL}(?={DIGIT}))|(?P<hangul>{_HANGUL})"
    rf"|(?P<hanja>{HANJA}+)|(?P<digits>{DIGIT}+(?:{COMMA}{DIGIT}{{3}}(?!{DIGIT}))*)"
    rf"|(?P<jamo>{JAMO}+)|(?P<letters>{LETTER}+)"
)
_CLOSING = tuple(")]」』”’〉》'")
_PARTICLE_LENGTH = 2
# These are particles also where a space stands before them; 이, 가, 도, 서 … may be nouns
# and names.
_PARTICLES = frozenset("을를은는")
_BEFORE_PARTICLE = frozenset((*_CLOSING, *"）］｣"))
_WORD = re.compile(r"\S+")
_PARTED_PARTICLE = (
    rf"[{re.escape(''.join(_BEFORE_PARTICLE))}](\s+)"
    rf"(?=[가-힣]{{1,{_PARTICLE_LENGTH}}}(?![가-힣]))"
)
"""Compiled when the first corpus is read: no search needs it."""
_LEFT_OUT = frozenset((DOT, COMMA))
_SCRIPTS: dict[str | None, Script] = {script.value: script for script in Script}


def run_text(key: str) -> str:
    """Return the text of the run of that key."""
    return key[1:] if key.startswith((AFTER_DIGIT, AFTER_LETTER)) else key


def words(text: str) -> Iterator[tuple[int, str]]:
    """Yield the words of *text* with their offsets: what stands between white space.

    A particle that a space parts from its bracket belongs to the bracket's word. What a
    word is cut to does not depend on the words about it.
    """
    start = end = 0
    word = ""
    for match in _WORD.finditer(text):
        if not (word and word[-1] in _BEFORE_PARTICLE and _may_be_particle(match[0])):
            if word:
                yield start, word
            start = match.start()
        end = match.end()
        word = text[start:end]
    if word:
        yield start, word


def split_words(text: str) -> list[str]:
    """Return the words of *text*, as `words` yields them, sooner: without their offsets."""
    # Most texts have none, which is told sooner than by going through all there are.
    if not re.search(_PARTED_PARTICLE, text):
        return text.split()
    found: list[str] = []
    gap, start = "", 0
    for match in re.finditer(_PARTED_PARTICLE, text):
        _join(found, gap, text[start : match.start(1)].split())
        gap, start = match[1], match.end()
    _join(found, gap, text[start:].split())
    return found


def _join(found: list[str], gap: str, more: list[str]) -> None:
    """Add *more* words to those *found*, the first to their last where there is a *gap*."""
    if gap:
        found[-1] += gap + more.pop(0)
    found += more


def _may_be_particle(word: str) -> bool:
    """Tell whether *word* begins with one or two syllables and no more."""
    length = next(
        (n for n, char in enumerate(word) if not "가" <= char <= "힣"), len(word)
    )
    return 1 <= length <= _PARTICLE_LENGTH


def runs(text: str) -> Iterator[Run]:
    """Yield the runs of *text*, which is in NFC, in order."""
    for offset, word in words(text):
        yield from runs_of(word, offset)


def runs_of(word: str, offset: int = 0) -> Iterator[Run]:
    """Yield the runs of a word, as `words` yields it, that stands at *offset*."""
    if len(word) <= _LONGEST and PLAIN_HANGUL.fullmatch(word):
        # Most words are one run, and nothing of them folds.
        before = AFTER_LETTER if word in _PARTICLES else ""
        starts = range(offset, offset + len(word))
        ends = range(offset + 1, offset + len(word) + 1)
        yield Run(word, Script.HANGUL, starts, ends, before)
        return
    folded, origins = fold(word)
    kinds_of = kinds(folded)
    for match in _RUN.finditer(kinds_of):
        if match.lastgroup == "ordinal":
            continue
        first, last = match.span()
        kept, found = folded[first:last], origins[first:last]
        if not _LEFT_OUT.isdisjoint(match[0]):
            inside = [n for n in range(first, last) if kinds_of[n] not in _LEFT_OUT]
            kept = "".join([folded[place] for place in inside])
            found = [origins[place] for place in inside]
        yield Run(
            kept,
            _SCRIPTS[match.lastgroup],
            _moved(found, offset),
            _moved(found, offset + 1),
            _before(folded, first, kept),
        )


def _moved(places: Sequence[int], by: int) -> Sequence[int]:
    if isinstance(places, range):
        return range(places.start + by, places.stop + by)
    return tuple([place + by for place in places])


def _before(folded: str, start: int, run: str) -> str:
    """Tell what the run at *start* follows: a digit, a letter or bracket, or nothing."""
    before = folded[start - 1 : start]
    if before.isdigit():
        return AFTER_DIGIT
    if before.isalpha() or before in _CLOSING or run in _PARTICLES:
        return AFTER_LETTER
    # A particle may be parted from its bracket by a space.
    nearby = folded[max(0, start - 3) : start].rstrip()
    if len(run) <= _PARTICLE_LENGTH and nearby.endswith(_CLOSING):
        return AFTER_LETTER
    return ""
