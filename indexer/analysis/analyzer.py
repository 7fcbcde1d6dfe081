"""Analysis: text to terms, by one function for sentences and for queries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from functools import cache, lru_cache
from typing import NamedTuple, TypeAlias

from indexer.analysis.kiwi import Morpheme, Morphemes
from indexer.analysis.script_runs import Run, Script, runs, words

ANALYSIS_VERSION = 1
"""Raised whenever the terms of any text change; a test holds the terms to it."""

BIGRAM_MARK = "_"
"""First character of a gram's term, so that a gram is never taken for a morpheme."""

NOUN_RUN_MARK = "="
"""First character of the term of a whole noun run."""

_KEPT_WORDS = 1 << 14
"""How many words are remembered as they were cut."""

_CONTENT = re.compile(r"NN[GPB]|NR|NP|V[VA](-[IR])?|XR|XPN|XSN|MM|MAG|UN")
_NOUN = re.compile(r"NN[GPB]|NR|NP|XR|XPN|XSN|UN")


AnalyzedRun: TypeAlias = tuple[Run, Morphemes]
"""A run, and its morphemes if it is Hangul."""


class Role(Enum):
    """What a morpheme is to its neighbours."""

    FREE = "free"
    PREFIX = "prefix"
    SUFFIX = "suffix"
    BOUND = "bound"


_Places: TypeAlias = Sequence[tuple[int, int]]

_ROLES = {"XPN": Role.PREFIX, "XSN": Role.SUFFIX, "NNB": Role.BOUND, "MM": Role.BOUND}


class Token(NamedTuple):
    """A term where it stands in the text: the span covers no particle or ending."""

    term: str
    start: int
    end: int
    role: Role = Role.FREE


class Analysis(NamedTuple):
    """The tokens of a text.

    `morphemes` are its content morphemes in order, their index being their position in
    phrases. A noun run is what is left of a Hangul run without particles and endings:
    `grams` are the syllable pairs of each. `wholes` are the noun runs themselves, the
    verbs made of them, and plain verbs. `edges` are those pairs that begin or end where
    a morpheme does without being one: 국방 in 국방부, but not 위협 in 지위협정.
    """

    morphemes: tuple[Token, ...]
    noun_bigrams: tuple[Token, ...]
    noun_run_terms: tuple[Token, ...]
    boundary_bigrams: tuple[Token, ...]

    @property
    def words(self) -> list[str]:
        """The terms of its morphemes."""
        return [token.term for token in self.morphemes]

    @property
    def terms(self) -> list[str]:
        """The terms that are indexed, in the order of their positions."""
        return [
            token.term
            for token in (*self.morphemes, *self.noun_bigrams, *self.noun_run_terms)
        ]


class Analyzer:
    """Cuts texts to tokens, given a source of morphemes."""

    def __init__(
        self, morphemes: Callable[[Sequence[str]], Sequence[Morphemes]]
    ) -> None:
        self._morphemes = morphemes
        self._word = lru_cache(_KEPT_WORDS)(self.analyze_word)

    def analyze_runs(self, text: str) -> list[AnalyzedRun]:
        """Return the runs of *text*, the Hangul ones with their morphemes."""
        found = list(runs(text))
        hangul = [run.key for run in found if run.script is Script.HANGUL]
        known = iter(self._morphemes(hangul) if hangul else ())
        return [
            (run, next(known) if run.script is Script.HANGUL else ()) for run in found
        ]

    def lacks_ending(self, text: str) -> bool:
        """Tell whether *text* ends in a verb's suffix without an ending: 비핵하."""
        parts = self.analyze_runs(text)
        return bool(parts and parts[-1][1]) and parts[-1][1][-1].tag in ("XSV", "XSA")

    def analyze(self, text: str) -> Analysis:
        """Return the tokens of *text*, which is in NFC; spans are offsets in it."""
        found = [_moved(self._word(word), offset) for offset, word in words(text)]
        return found[0] if len(found) == 1 else _joined(found)

    def analyze_word(self, word: str) -> Analysis:
        """Return the tokens of one of the words that `words` parts a text into."""
        found = [self.run_tokens(run, parts) for run, parts in self.analyze_runs(word)]
        return found[0] if len(found) == 1 else _joined(found)

    def run_tokens(self, run: Run, parts: Sequence[Morpheme]) -> Analysis:
        """Return the tokens of one run, *parts* being its morphemes if it is Hangul."""
        if run.script is not Script.HANGUL:
            return Analysis((Token(run.text, run.start, run.end),), (), (), ())
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


def _joined(found: Sequence[Analysis]) -> Analysis:
    return Analysis(
        tuple(token for each in found for token in each.morphemes),
        tuple(token for each in found for token in each.noun_bigrams),
        tuple(token for each in found for token in each.noun_run_terms),
        tuple(token for each in found for token in each.boundary_bigrams),
    )


def _moved(analysis: Analysis, offset: int) -> Analysis:
    if not offset:
        return analysis

    def moved(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
        return tuple(
            Token(term, start + offset, end + offset, role)
            for term, start, end, role in tokens
        )

    return Analysis(
        moved(analysis.morphemes),
        moved(analysis.noun_bigrams),
        moved(analysis.noun_run_terms),
        moved(analysis.boundary_bigrams),
    )


def nouns_of(text: str, parts: Morphemes) -> Iterator[tuple[str, Morphemes]]:
    """Yield the noun runs of a run's *text*, and the nouns in them, with their morphemes.

    These keep their places in the run. A root such as 이러 is no noun by itself.
    """
    for start, end in _noun_runs(parts):
        inner = [part for part in parts if start <= part.start and part.end <= end]
        alone = ([part] for part in inner if part.tag.startswith("N"))
        for nouns in (inner, *alone):
            first, last = (nouns[0].start, nouns[-1].end) if nouns else (0, 0)
            if last - first > 1 and all(_is_noun(part.tag) for part in nouns):
                yield text[first:last], tuple(nouns)


def hangul_runs(text: str) -> Iterator[str]:
    """Yield the keys of the runs of *text* that are analysed by their morphemes."""
    return (run.key for run in runs(text) if run.script is Script.HANGUL)


def _content(run: Run, parts: Sequence[Morpheme]) -> Iterator[Token]:
    for form, tag, start, end in parts:
        if not _is_content(tag) or start == end:
            continue
        term, last = form, end - 1
        derived = len(form) > 2
        if derived and form.endswith("하") and tag.startswith("V"):
            # Kiwi has 긴밀하 as one morpheme here and as 긴밀 + 하 there.
            term = form[:-1]
            last = min(last, start + len(term) - 1)
        elif derived and tag == "MAG" and form.endswith("히"):
            # 긴밀히 is the adverb of 긴밀하다.
            term = form[:-1]
        elif tag.startswith("V"):
            term = form + "다"
        role = _ROLES.get(tag, Role.FREE)
        yield Token(term, run.starts[start], run.ends[last], role)


def _noun_run_terms(
    run: Run, parts: Sequence[Morpheme], nouns: _Places
) -> Iterator[Token]:
    for start, end in nouns:
        if end - start > 1:
            yield _part(run, start, end, NOUN_RUN_MARK)
            yield from _verbs_made_of(run, start, end, parts)
    for index, part in enumerate(parts):
        if part.tag.startswith(("VV", "VA")) and not _is_passive(parts[index + 1 :]):
            for term, start, end, _ in _content(run, [part]):
                yield Token(f"{NOUN_RUN_MARK}{term}", start, end)


def _verbs_made_of(
    run: Run, start: int, end: int, parts: Sequence[Morpheme]
) -> Iterator[Token]:
    """Yield the verb or adjective that a noun run is made into: 논의 + 하다."""
    for part in parts:
        if part.start == end and part.tag in ("XSV", "XSA"):
            whole = _part(run, start, end, NOUN_RUN_MARK)
            yield whole._replace(term=f"{whole.term}{part.form}다")


def _is_passive(following: Sequence[Morpheme]) -> bool:
    """Tell whether a verb's stem goes on in 어지다: 갖춰지다 is no plain 갖추다."""
    forms = [(part.form, part.tag) for part in following[:2]]
    return len(forms) > 1 and forms[0][1] == "EC" and forms[1] == ("지", "VX")


def _boundary_bigrams(
    run: Run, parts: Sequence[Morpheme], nouns: _Places
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


def _bigram_starts(nouns: _Places) -> Iterator[int]:
    """Yield where in its run each syllable pair of a noun run begins."""
    for start, end in nouns:
        yield from range(start, end - 1)


def _noun_runs(parts: Sequence[Morpheme]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of neighbouring nouns, affixes and roots."""
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
