"""The analyzer: text to terms, by the same rules for sentences and queries.

`국방장관이 SCM에서` has the morphemes 국방, 장관, scm, the noun bigrams _국방, _방장, _장관 and
the noun-run term =국방장관.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from functools import cache, lru_cache
from typing import NamedTuple, TypeAlias

from indexer.analysis.kiwi import Morpheme, Morphemes
from indexer.analysis.script_runs import Run, Script, runs, spelled_runs, words

ANALYSIS_VERSION = 3
"""Raised whenever the terms of any text change; a test pins the terms to it."""

BIGRAM_MARK = "_"
"""First character of a noun bigram's term, which distinguishes it from a morpheme."""

NOUN_RUN_MARK = "="
"""First character of a noun-run term."""

PAIR_SEPARATOR = " "
"""Between the two morphemes of a pair, the term of adjacent morphemes: `신뢰 구축`."""

SPELLING_MARK = "^"
"""First character of the term of two Hanja or a number as they are written."""

READING_MARK = "~"
"""First character of a further reading of a run of Hanja: ~김영삼 for 金泳三."""

PIECE_MARK = "/"
"""First character of the term of a piece of a code or date: /kf and /16 for KF-16."""

_CACHED_WORDS = 1 << 14
"""How many analyses of words are cached."""

_CONTENT = re.compile(r"NN[GPB]|NR|NP|V[VA](-[IR])?|XR|XPN|XSN|MM|MAG|UN")
_NOUN = re.compile(r"NN[GPB]|NR|NP|XR|XPN|XSN|UN")


AnalyzedRun: TypeAlias = tuple[Run, Morphemes]
"""A run and its morphemes, none if it is not Hangul."""


class Role(Enum):
    """Whether a morpheme stands alone, or before or behind another one."""

    FREE = "free"
    PREFIX = "prefix"
    SUFFIX = "suffix"
    BOUND = "bound"


_Spans: TypeAlias = Sequence[tuple[int, int]]

_TAGS = {
    Script.DIGITS: "SN",
    Script.CODE: "SL",
    Script.LETTERS: "SL",
    Script.HANJA: "SH",
}
_ROLES = {"XPN": Role.PREFIX, "XSN": Role.SUFFIX, "NNB": Role.BOUND, "MM": Role.BOUND}


class Token(NamedTuple):
    """A term and its span in the text, without particles and endings.

    `tag` is the part of speech of a morpheme in the Sejong tag set: that of Kiwi in a
    Hangul run, otherwise SN for digits, SL for letters and SH for Hanja. Noun bigrams,
    noun runs and spellings have none.
    """

    term: str
    start: int
    end: int
    role: Role = Role.FREE
    tag: str = ""


class Analysis(NamedTuple):
    """The tokens of a text.

    `morphemes` are its content morphemes in order; their index is their position in
    phrases. A noun run is a sequence of adjacent nouns, affixes and roots in a Hangul run:
    `noun_bigrams` are the pairs of neighbouring syllables in it, `noun_run_terms` the noun
    runs themselves, the verbs derived from them and plain verbs. `boundary_bigrams` are
    the noun bigrams that begin or end at a boundary of a morpheme without being one: 국방
    in 국방부, but not 위협 in 지위협정. `spellings` are Hanja and numbers as they are written,
    and `readings` what Hanja may be read as apart from the reading in the other fields.
    `pieces` are the letters and the digits of a code, its beginnings and ends, and parts of a
    date: f, 35, a, f35 and 35a for F-35A, 10.23 for 2014.10.23.
    """

    morphemes: tuple[Token, ...]
    noun_bigrams: tuple[Token, ...]
    noun_run_terms: tuple[Token, ...]
    boundary_bigrams: tuple[Token, ...]
    spellings: tuple[Token, ...] = ()
    readings: tuple[Token, ...] = ()
    pieces: tuple[Token, ...] = ()

    @property
    def words(self) -> list[str]:
        """The terms of the morphemes."""
        return [token.term for token in self.morphemes]

    @property
    def length(self) -> int:
        """The length of the text for BM25: the number of its terms except noun runs."""
        return len(self.terms) - len(self.noun_run_terms)

    @property
    def terms(self) -> list[str]:
        """The terms that are indexed, in the order of their positions."""
        return [
            token.term
            for token in (
                *self.morphemes,
                *self.noun_bigrams,
                *self.noun_run_terms,
                *self.spellings,
                *self.readings,
                *self.pieces,
            )
        ]


class Analyzer:
    """Cuts texts into tokens.

    Args:
        morphemes: Returns the morphemes of each of several Hangul runs, given their keys.
    """

    def __init__(
        self, morphemes: Callable[[Sequence[str]], Sequence[Morphemes]]
    ) -> None:
        self._morphemes = morphemes
        self._word = lru_cache(_CACHED_WORDS)(self.analyze_word)
        self.leaves_coda = lru_cache(_CACHED_WORDS)(self._has_loose_coda)

    def analyze_runs(self, text: str) -> list[AnalyzedRun]:
        """Return the runs of *text*, the Hangul ones with their morphemes."""
        all_runs = list(runs(text))
        hangul = [run.key for run in all_runs if run.script is Script.HANGUL]
        morphemes = iter(self._morphemes(hangul) if hangul else ())
        return [
            (run, next(morphemes) if run.script is Script.HANGUL else ())
            for run in all_runs
        ]

    def lacks_ending(self, text: str) -> bool:
        """Return whether *text* ends in a verb suffix without an ending: 비핵하."""
        parts = self.analyze_runs(text)
        return bool(parts and parts[-1][1]) and parts[-1][1][-1].tag in ("XSV", "XSA")

    def _has_loose_coda(self, text: str) -> bool:
        """Return whether a final consonant of *text* belongs to no morpheme of it.

        Kiwi reads 낾, which is SOFA typed on the other keyboard layout, as 나 + 의 and ㄻ.
        """
        return any(
            p.tag == "Z_CODA" for _, parts in self.analyze_runs(text) for p in parts
        )

    def analyze(self, text: str) -> Analysis:
        """Return the tokens of *text*, which is in NFC; spans are offsets in it."""
        words_of = [(offset, self._word(word)) for offset, word in words(text)]
        if len(words_of) == 1 and not words_of[0][0]:
            return words_of[0][1]
        return _concatenated(words_of)

    def analyze_word(self, word: str) -> Analysis:
        """Return the tokens of a word as `script_runs.words` yields it."""
        analyses = [
            self.run_tokens(run, parts) for run, parts in self.analyze_runs(word)
        ]
        analyses += [self.run_tokens(run, ()) for run in spelled_runs(word)]
        if len(analyses) == 1:
            return analyses[0]
        return _concatenated([(0, analysis) for analysis in analyses])

    def run_tokens(self, run: Run, parts: Sequence[Morpheme]) -> Analysis:
        """Return the tokens of a run; *parts* are its morphemes if it is Hangul."""
        if run.script is Script.SPELLING:
            return _spelled(run)
        if run.script is Script.NUMBER:
            token = Token(SPELLING_MARK + run.text, run.start, run.end)
            pieces = tuple(_date_pieces(run))
            return Analysis((), (), (), (), spellings=(token,), pieces=pieces)
        if run.script is not Script.HANGUL:
            pieces = tuple(_pieces(run)) if run.script is Script.CODE else ()
            tag = _TAGS.get(run.script, "")
            token = Token(run.text, run.start, run.end, tag=tag)
            return Analysis((token,), (), (), (), pieces=pieces)
        nouns = tuple(_noun_runs(parts))
        return Analysis(
            tuple(_content(run, parts)),
            tuple(
                _part(run, first, first + 2, BIGRAM_MARK)
                for first in _bigram_starts(nouns)
            ),
            tuple(_noun_run_terms(run, parts, nouns)),
            tuple(_boundary_bigrams(run, parts, nouns)),
        )


def _concatenated(analyses: Sequence[tuple[int, Analysis]]) -> Analysis:
    """Return the tokens of texts in a row, given the offset of each text."""
    return Analysis(
        *(
            tuple(
                [
                    Token(term, start + offset, end + offset, role, tag)
                    for offset, analysis in analyses
                    for term, start, end, role, tag in analysis[field]
                ]
            )
            for field in range(len(Analysis._fields))
        )
    )


def _spelled(run: Run) -> Analysis:
    size = min(len(run.text), 2)
    # Few texts have Hanja.
    from indexer.text.hanja import other_readings

    pairs = (
        _part(run, start, start + size, SPELLING_MARK)
        for start in range(len(run.text) - size + 1)
    )
    readings = (
        Token(READING_MARK + text, run.start, run.end)
        for text in other_readings(run.text)
    )
    return Analysis((), (), (), (), tuple(pairs), tuple(readings))


def _pieces(run: Run) -> Iterator[Token]:
    """Yield the pieces of a code, in which letters and digits alternate."""
    pieces = [match.span() for match in re.finditer(r"\d+|[^\W\d]+", run.text)]
    starts, ends = zip(*pieces, strict=True)
    spans = [
        *pieces,
        *((0, end) for end in ends[1:-1]),
        *((n, ends[-1]) for n in starts[1:-1]),
    ]
    for start, end in spans:
        yield _part(run, start, end, PIECE_MARK)


def _date_pieces(run: Run) -> Iterator[Token]:
    """Yield 2014.10, 10.23 and 14.10.23 for a date such as `2014. 10. 23`."""
    numbers = [match.span() for match in re.finditer(r"\d+", run.text)]
    if len(numbers) != 3 or not run.text.isascii():
        return
    year, month, day = (str(int(run.text[start:end])) for start, end in numbers)
    for parts in ((year, month), (month, day), (year[-2:], month, day)):
        first = 0 if parts[0] != month else numbers[1][0]
        last = numbers[1 if parts[-1] == month else 2][1]
        term = PIECE_MARK + ".".join(parts)
        yield Token(term, run.starts[first], run.ends[last - 1])


def nouns_of(text: str, parts: Morphemes) -> Iterator[tuple[str, Morphemes]]:
    """Yield the noun runs of a run, and the nouns in them, with their morphemes.

    The run 국방장관이 yields 국방장관, 국방 and 장관. The spans of the morphemes are those in
    the run. A root such as 이러 is not a noun by itself.
    """
    for start, end in _noun_runs(parts):
        inner = [part for part in parts if start <= part.start and part.end <= end]
        single = ([part] for part in inner if part.tag.startswith("N"))
        for nouns in (inner, *single):
            first, last = (nouns[0].start, nouns[-1].end) if nouns else (0, 0)
            if last - first > 1 and all(_is_noun(part.tag) for part in nouns):
                yield text[first:last], tuple(nouns)


def hangul_runs(text: str) -> Iterator[str]:
    """Yield the keys of the Hangul runs of *text*, for which morphemes are needed."""
    return (run.key for run in runs(text) if run.script is Script.HANGUL)


def _content(run: Run, parts: Sequence[Morpheme]) -> Iterator[Token]:
    for form, tag, start, end in parts:
        if not _is_content(tag) or start == end:
            continue
        term, last = form, end - 1
        derived = len(form) > 2
        if derived and form.endswith("하") and tag.startswith("V"):
            # Kiwi returns 긴밀하 as one morpheme or as 긴밀 + 하.
            term = form[:-1]
            last = min(last, start + len(term) - 1)
        elif derived and tag == "MAG" and form.endswith("히"):
            # 긴밀히 is the adverb of 긴밀하다.
            term = form[:-1]
        elif tag.startswith("V"):
            term = form + "다"
        role = _ROLES.get(tag, Role.FREE)
        yield Token(term, run.starts[start], run.ends[last], role, tag)


def _noun_run_terms(
    run: Run, parts: Sequence[Morpheme], nouns: _Spans
) -> Iterator[Token]:
    for start, end in nouns:
        if end - start > 1:
            yield _part(run, start, end, NOUN_RUN_MARK)
            yield from _verbs_made_of(run, start, end, parts)
    for index, part in enumerate(parts):
        if part.tag.startswith(("VV", "VA")) and not _is_passive(parts[index + 1 :]):
            for token in _content(run, [part]):
                term = f"{NOUN_RUN_MARK}{token.term}"
                yield Token(term, token.start, token.end)


def _verbs_made_of(
    run: Run, start: int, end: int, parts: Sequence[Morpheme]
) -> Iterator[Token]:
    """Yield the verb or adjective derived from a noun run: 논의 + 하다."""
    for part in parts:
        if part.start == end and part.tag in ("XSV", "XSA"):
            whole = _part(run, start, end, NOUN_RUN_MARK)
            yield whole._replace(term=f"{whole.term}{part.form}다")


def _is_passive(following: Sequence[Morpheme]) -> bool:
    """Whether 어지 follows a stem: the verb of 갖춰진 is 갖춰지다, not 갖추다."""
    forms = [(part.form, part.tag) for part in following[:2]]
    return len(forms) > 1 and forms[0][1] == "EC" and forms[1] == ("지", "VX")


def _boundary_bigrams(
    run: Run, parts: Sequence[Morpheme], nouns: _Spans
) -> Iterator[Token]:
    morphemes = {(part.start, part.end) for part in parts if _is_noun(part.tag)}
    starts = {start for start, _ in morphemes}
    ends = {end for _, end in morphemes}
    for first in _bigram_starts(nouns):
        aligned = first in starts or first + 2 in ends
        if aligned and (first, first + 2) not in morphemes:
            yield _part(run, first, first + 2)


def _part(run: Run, start: int, end: int, mark: str = "") -> Token:
    return Token(mark + run.text[start:end], run.starts[start], run.ends[end - 1])


def _bigram_starts(nouns: _Spans) -> Iterator[int]:
    """Yield the offset in the run of each noun bigram."""
    for start, end in nouns:
        yield from range(start, end - 1)


def _noun_runs(parts: Sequence[Morpheme]) -> Iterator[tuple[int, int]]:
    """Yield the spans of adjacent nouns, affixes and roots."""
    start = end = 0
    for part in parts:
        if not _is_noun(part.tag):
            continue
        if part.start != end:
            yield start, end
            start = part.start
        end = part.end
    yield start, end


@cache
def _is_content(tag: str) -> bool:
    return bool(_CONTENT.fullmatch(tag))


@cache
def _is_noun(tag: str) -> bool:
    return bool(_NOUN.fullmatch(tag))
