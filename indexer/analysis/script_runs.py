"""Script runs: the maximal sequences of one script in a text, each analysed by itself.

`SCM에서 제52차` has the runs scm, 에서, 52 and 차. Numbers and dates are in their plain form
(see `indexer.text.numerals`): `3천 명` has the runs 3000 and 명. As a run is analysed without
its context, a word has the same terms in a sentence and in a query. A run has at most a
hundred syllables: a longer one is not a word, and is cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from indexer.text.folding import PLAIN_HANGUL, fold
from indexer.text.numerals import (
    CONTINUATIONS,
    NUMERALS,
    Change,
    apply_changes,
    is_inside_number,
    may_have_number,
    plain_numbers,
)
from indexer.text.scripts import (
    COMMA,
    DEGREE,
    DIGIT,
    DOT,
    HANGUL,
    HANJA,
    HYPHEN,
    JAMO,
    LETTER,
    ORDINAL,
    PLUS,
    POINT,
    SHARP,
    hanja_spans,
    kinds,
)

AFTER_DIGIT, AFTER_LETTER = "1", "A"
"""The first character of the key of a run that follows a digit, or a letter or bracket."""


class Script(Enum):
    """The script of a run."""

    HANGUL = "hangul"
    HANJA = "hanja"
    DIGITS = "digits"
    JAMO = "jamo"
    LETTERS = "letters"
    CODE = "code"
    """Letters and digits that stand together, as in F-35A, or digits with a point: 9.19."""
    SPELLING = "spelling"
    """Hanja as they are written, in addition to the run of their reading."""
    NUMBER = "number"
    """A number or date as it is written, in addition to its plain form."""


class Run(NamedTuple):
    """A run: its folded text and, for each of its characters, the span in the text.

    `before` is AFTER_DIGIT or AFTER_LETTER if a Hangul run directly follows a digit, or a
    letter or bracket: 을 in SCM을 is a particle, and is analysed as `A을`; alone it has no
    meaning.
    """

    text: str
    script: Script
    starts: Sequence[int]
    ends: Sequence[int]
    before: str = ""

    @property
    def key(self) -> str:
        """The text that Kiwi analyses: `before` and the run."""
        return self.before + self.text

    @property
    def start(self) -> int:
        """Offset of the run in the text."""
        return self.starts[0]

    @property
    def end(self) -> int:
        """Offset of the run's end in the text."""
        return self.ends[-1]


# Patterns over the kinds of the characters (see `indexer.text.scripts`). Single syllables
# joined by middle dots are an abbreviation: 한·미 is 한미, 시ㆍ도 is 시도.
_SYLLABLE = f"[{HANGUL}{ORDINAL}]"
_LONGEST = 100
_HANGUL = (
    rf"(?:(?<!{_SYLLABLE}){_SYLLABLE}(?:\{DOT}{_SYLLABLE}(?!{_SYLLABLE}))*\{DOT})?"
    rf"{_SYLLABLE}{{1,{_LONGEST}}}"
)
_NUMBER = rf"{DIGIT}+(?:{COMMA}{DIGIT}{{3}}(?!{DIGIT}))*"
_POINT = f"{POINT}{DIGIT}+"
_MOST_PARTS = 4
"""How often letters follow digits in one code: a longer one is cut."""
_RUN = re.compile(
    # The ordinal prefix adds nothing to its number: 제52차 is 52차.
    rf"(?P<ordinal>(?<!{_SYLLABLE}){ORDINAL}(?={DIGIT}))|(?P<hangul>{_HANGUL})"
    rf"|(?P<hanja>{HANJA}+)"
    rf"|(?P<code>{LETTER}+(?:{HYPHEN}?{DIGIT}+(?:{_POINT})?(?:{HYPHEN}?{LETTER}+)?)"
    rf"{{1,{_MOST_PARTS}}}|{_NUMBER}(?:{_POINT})+)"
    rf"|(?P<digits>{_NUMBER})|(?P<jamo>{JAMO}+)"
    rf"|(?P<letters>{DEGREE}?{LETTER}+(?:(?:\{PLUS}\{PLUS}|{SHARP})(?![{LETTER}{DIGIT}]))?)"
)
_CLOSING = tuple(")]」』”’〉》'")
_BEHIND_LETTERS = (*_CLOSING, "+", "#")
_PARTICLE_LENGTH = 2
# These are particles even behind a space; 이, 가, 도, 서 … may be nouns and names.
_PARTICLES = frozenset("을를은는")
_BEFORE_PARTICLE = frozenset((*_CLOSING, *"）］｣"))
_WORD = re.compile(r"\S+")
_DETACHED_PARTICLE = (
    rf"[{re.escape(''.join(_BEFORE_PARTICLE))}](\s+)"
    rf"(?=[가-힣]{{1,{_PARTICLE_LENGTH}}}(?![가-힣]))"
)
"""Compiled when the first corpus is read: no search needs it."""
_OMITTED = frozenset((DOT, COMMA, HYPHEN))
_NUMBER_GAP = rf"(?<!\s)\s+(?=[\d{CONTINUATIONS}])"
"""Begins at the first of many spaces only: one match reads them, not one for each."""
_SCRIPTS: dict[str | None, Script] = {script.value: script for script in Script}


def run_text(key: str) -> str:
    """Return the text of the run with that key."""
    return key[1:] if key.startswith((AFTER_DIGIT, AFTER_LETTER)) else key


def words(text: str) -> Iterator[tuple[int, str]]:
    """Yield the words of *text*, which white space separates, with their offsets.

    A particle behind a bracket and a space belongs to the word of the bracket: `( MCM ) 이
    행사` has the words `(`, `MCM`, `) 이` and `행사`. A number or date is one word: `3천 명을`.
    The tokens of a word do not depend on the words around it.
    """
    start = end = 0
    word = ""
    for match in _WORD.finditer(text):
        begin = match.start()
        is_particle = (
            word and word[-1] in _BEFORE_PARTICLE and _may_be_particle(match[0])
        )
        if not (is_particle or (word and is_inside_number(text, end, begin))):
            if word:
                yield start, word
            start = begin
        end = match.end()
        word = text[start:end]
    if word:
        yield start, word


def split_words(text: str) -> list[str]:
    """Return the words of *text* as `words` does, without offsets, which is faster."""
    gaps = sorted(_inner_gaps(text))
    if not gaps:
        return text.split()
    result: list[str] = []
    gap, start = "", 0
    for gap_start, gap_end in gaps:
        _append(result, gap, text[start:gap_start].split())
        gap, start = text[gap_start:gap_end], gap_end
    _append(result, gap, text[start:].split())
    return result


def _inner_gaps(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of white space inside words."""
    # Most texts have no detached particle, and one search is faster than many matches.
    if re.search(_DETACHED_PARTICLE, text):
        for match in re.finditer(_DETACHED_PARTICLE, text):
            yield match.span(1)
    for match in re.finditer(_NUMBER_GAP, text):
        if is_inside_number(text, *match.span()):
            yield match.span()


def _append(words: list[str], gap: str, more: list[str]) -> None:
    """Append *more* words; with a *gap*, the first of them continues the last of *words*."""
    if gap:
        words[-1] += gap + more.pop(0)
    words += more


def _may_be_particle(word: str) -> bool:
    """Return whether *word* begins with one or two syllables and no more."""
    length = next(
        (n for n, char in enumerate(word) if not "가" <= char <= "힣"), len(word)
    )
    return 1 <= length <= _PARTICLE_LENGTH


def runs(text: str) -> Iterator[Run]:
    """Yield the runs of *text*, which is in NFC, in order."""
    for offset, word in words(text):
        yield from runs_of(word, offset)


def runs_of(word: str, offset: int = 0) -> Iterator[Run]:
    """Yield the runs of a word (see `words`) that begins at *offset* in the text."""
    is_plain = len(word) <= _LONGEST and PLAIN_HANGUL.fullmatch(word)
    has_number = word[:1] in NUMERALS and bool(_changes(word))
    if is_plain and " " not in word and not has_number:
        # Most words are one run that folding leaves unchanged.
        before = AFTER_LETTER if word in _PARTICLES else ""
        starts = range(offset, offset + len(word))
        ends = range(offset + 1, offset + len(word) + 1)
        yield Run(word, Script.HANGUL, starts, ends, before)
        return
    folded, origins = fold(word)
    if changes := _changes(folded):
        folded, origins = apply_changes(folded, origins, changes)
    kinds_of = kinds(folded)
    for match in _RUN.finditer(kinds_of):
        if match.lastgroup == "ordinal":
            continue
        first, last = match.span()
        run, offsets = folded[first:last], origins[first:last]
        if not _OMITTED.isdisjoint(match[0]):
            indices = [n for n in range(first, last) if kinds_of[n] not in _OMITTED]
            run = "".join([folded[index] for index in indices])
            offsets = [origins[index] for index in indices]
        yield Run(
            run,
            _SCRIPTS[match.lastgroup],
            _shifted(offsets, offset),
            _shifted(offsets, offset + 1),
            _before(folded, first, run),
        )


def spelled_runs(word: str, offset: int = 0) -> Iterator[Run]:
    """Yield the Hanja and numbers of a word that begins at *offset* as they are written.

    韓美동맹 has the Hanja 韓美, and `3천명` the number 3천.
    """
    is_plain = PLAIN_HANGUL.fullmatch(word)
    hanja = () if is_plain else tuple(hanja_spans(kinds(word)))
    for start, end in hanja:
        yield Run(
            word[start:end],
            Script.SPELLING,
            range(offset + start, offset + end),
            range(offset + start + 1, offset + end + 1),
        )
    if not (hanja or may_have_number(word)):
        return
    folded, origins = fold(word)
    for change in _changes(folded):
        if change.is_spelling:
            chars = [n for n in range(change.start, change.end) if folded[n].strip()]
            offsets = [origins[n] for n in chars]
            yield Run(
                "".join([folded[n] for n in chars]),
                Script.NUMBER,
                _shifted(offsets, offset),
                _shifted(offsets, offset + 1),
            )


@lru_cache(1 << 4)
def _changes(folded: str) -> Sequence[Change]:
    """Return the changes to numbers in a folded word, often the same word again."""
    return plain_numbers(folded) if may_have_number(folded) else ()


def _shifted(offsets: Sequence[int], by: int) -> Sequence[int]:
    if isinstance(offsets, range):
        return range(offsets.start + by, offsets.stop + by)
    return tuple([offset + by for offset in offsets])


def _before(folded: str, start: int, run: str) -> str:
    """Return AFTER_DIGIT, AFTER_LETTER or an empty string for the *run* at *start*."""
    before = folded[start - 1 : start]
    if before.isdigit():
        return AFTER_DIGIT
    if before.isalpha() or before in _BEHIND_LETTERS or run in _PARTICLES:
        return AFTER_LETTER
    # A space may separate a particle from its bracket.
    nearby = folded[max(0, start - 3) : start].rstrip()
    if len(run) <= _PARTICLE_LENGTH and nearby.endswith(_CLOSING):
        return AFTER_LETTER
    return ""
