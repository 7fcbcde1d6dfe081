"""Unseen words: the morphemes of a run that a corpus lacks, derived from its own runs.

Most words of queries that are not in the lexicon are nouns of the corpus with other
particles (유엔사로부터는), with verb endings (논의했으며) or in another sequence
(방위능력검증). The runs that begin with the same nouns show how Kiwi would cut them, and
need no loading of Kiwi. One of the nouns may be unknown (정전협정위반) if its cut changes
no result (see `unknown_nouns`). Where two readings are equally likely, Kiwi decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from typing import NamedTuple, Protocol

from indexer.analysis import unknown_nouns
from indexer.analysis.eomi import parse_inflection
from indexer.analysis.josa import parse_particles, shift
from indexer.analysis.kiwi import Morpheme, Morphemes
from indexer.analysis.question_words import QUESTION_WORDS
from indexer.analysis.script_runs import AFTER_DIGIT, AFTER_LETTER

LONGEST = 30
"""Most syllables of a run: the time to cut it grows with their square."""

_NOUN = re.compile(r"NN[GPB]|NR|NP|XR|XPN|XSN|UN|MM")

_VERB = re.compile(
    r"(하|되|시키)(다|는|고|며|여|어|면|기|지|게|거나|도록|므로|였|었).*|[한할함해된될됨]"
)
"""The endings of verbs derived from nouns; some of their forms have no rule."""

# Single syllables are not read as nouns, as any word would be a sequence of them. The
# exceptions are those that Kiwi splits from most nouns: suffixes, bound nouns and nouns
# used like them, and prefixes.
_SUFFIXES = {
    syllable: tag
    for tag, syllables in {
        "XSN": "들적별성화형용권률율상계자인류제생",
        "NNB": "등중간내외측",
        "NNG": "일업금법액표량령직안국증",
    }.items()
    for syllable in syllables
}
_PREFIXES = {**dict.fromkeys("재비불소대신고준저", "XPN"), "총": "MM", "각": "MM"}


class RunLexicon(Protocol):
    """The runs of a corpus with their morphemes, by prefix."""

    def find(self, key: str) -> Morphemes | None:
        """Return the morphemes of a run, or None if the corpus lacks it."""

    def with_prefix(self, prefix: str) -> Iterable[tuple[str, Morphemes]]:
        """Return runs that begin with *prefix* and their morphemes, only the first of many."""

    def has_word(self, word: str) -> bool:
        """Return whether the corpus may have *word*, which has at least two syllables."""


# An ending behind a question word looks like a noun: 무엇인가, 언제인지.
_QUESTION = re.compile("|".join(QUESTION_WORDS - {"누"}))


class _Reading(NamedTuple):
    """A reading of a run: its nouns, and the particles or endings behind them."""

    stem: Morphemes
    tail: Morphemes

    @property
    def is_inflected(self) -> bool:
        return bool(self.tail) and not self.tail[0].tag.startswith("J")


def analyze_unseen(key: str, lexicon: RunLexicon) -> Morphemes | None:
    """Return the morphemes of the run with that *key*, or None if the rules do not decide.

    With 유엔사의 in the lexicon, 유엔사로부터는 is 유엔사/NNP + 로부터/JKB + 는/JX. Like Kiwi,
    the rules prefer the fewest nouns, and then particles to a noun that ends like one:
    등록 + 상 + 의, not 등록 + 상의.
    """
    before = key[0] if key.startswith((AFTER_DIGIT, AFTER_LETTER)) else ""
    run = key[len(before) :]
    if len(run) > LONGEST or _QUESTION.match(run):
        return None
    nouns = _Nouns(run, before, lexicon)
    readings = list(_readings(run, before, nouns))
    if not readings:
        return None if before else _with_unknown_noun(run, nouns, lexicon)
    fewest = min(len(reading.stem) for reading in readings)
    likely = [reading for reading in readings if len(reading.stem) == fewest]
    if not any(reading.is_inflected for reading in likely):
        shortest = min(_end(reading.stem) for reading in likely)
        likely = [r for r in likely if _end(r.stem) == shortest]
    if len({_cut(reading.stem) for reading in likely}) != 1:
        return None
    if _may_be_verb(run, nouns, fewest) or any(
        map(nouns.may_be_cut_before, likely[0].stem)
    ):
        return None
    return likely[0].stem + likely[0].tail


def _with_unknown_noun(
    run: str, nouns: _Nouns, lexicon: RunLexicon
) -> Morphemes | None:
    """Return the reading of *run* with the shortest possible unknown noun.

    None if there are two such readings, or if the shortest is not certainly a noun.
    """
    if len(run) > unknown_nouns.LONGEST_RUN:
        return None
    for length in range(unknown_nouns.SHORTEST, len(run) + 1):
        readings = [
            (start, reading)
            for start in range(len(run) - length + 1)
            for reading in _around(run, start, start + length, nouns)
        ]
        if len(readings) > 1:
            return None
        for start, reading in readings:
            if not unknown_nouns.is_unknown_noun(
                run, start, start + length, lexicon.has_word
            ):
                return None
            ends = run[start], run[start + length - 1]
            if any(_is_noun(syllable, lexicon) for syllable in ends):
                return None
            return reading.stem + reading.tail
    return None


def _around(run: str, start: int, end: int, nouns: _Nouns) -> Iterator[_Reading]:
    """Yield the readings of *run* with an unknown noun from *start* to *end*.

    A single syllable beside it is not read as a noun: it may be part of the unknown one.
    """
    unknown = (Morpheme(run[start:end], "NNG", start, end),)
    heads = [head for head in nouns.until(start) if not head or len(head[-1].form) > 1]
    lasts: list[tuple[int, Morphemes]] = [(end, ())]
    lasts += [
        (stop, last)
        for stop in range(end + 2, len(run) + 1)
        if (last := nouns.piece(end, stop))
    ]
    for head, (stop, last) in product(heads, lasts):
        for tail in _tails(run, stop):
            yield _Reading(head + unknown + last, tail)


def _readings(run: str, before: str, nouns: _Nouns) -> Iterator[_Reading]:
    if before and (tail := parse_particles(run, "")) and _are_particles(before, tail):
        yield _Reading((), tail)
    for end in range(1, len(run) + 1):
        for tail in _tails(run, end):
            for stem in nouns.until(end):
                yield _Reading(stem, tail)


def _tails(run: str, start: int) -> Iterator[Morphemes]:
    """Yield the particles or endings, or none, that *run* may have from *start* on."""
    particles = parse_particles(run[start:], run[start - 1])
    if particles is not None:
        yield shift(particles, start)
    # No verb is derived from one syllable: 북한 is not a form of 북하다.
    if start > 1 and (endings := parse_inflection(run, start)):
        yield endings


def _may_be_verb(run: str, nouns: _Nouns, most: int) -> bool:
    """Return whether *run* may be a verb of at most *most* nouns in a form without a rule."""
    return any(
        len(stem) <= most
        for end in range(1, len(run))
        if _VERB.fullmatch(run, end) and not parse_inflection(run, end)
        for stem in nouns.until(end)
    )


def _are_particles(before: str, tail: Morphemes) -> bool:
    """Return whether they are particles: behind a number, 만, 도 and 과 are counters."""
    return before == AFTER_LETTER or tail[0].end > 1


class _Nouns:
    """The sequences of nouns that a run may begin with, in the fewest morphemes."""

    def __init__(self, run: str, before: str, lexicon: RunLexicon) -> None:
        self._run = run
        self._before = before
        self._lexicon = lexicon
        self._until: dict[int, list[Morphemes]] = {0: [()]}
        self.piece = cache(self._piece)

    def until(self, end: int) -> list[Morphemes]:
        """Return up to two readings of the run up to *end* that are cut differently."""
        if end not in self._until:
            whole = self.piece(0, end)
            stems = [whole] if whole else []
            if not whole:
                for start in range(end - 1, 0, -1):
                    if last := self.piece(start, end):
                        stems += [first + last for first in self.until(start)]
            fewest = min(map(len, stems), default=0)
            cuts = {_cut(stem): stem for stem in stems if len(stem) == fewest}
            # Two are enough to show that the run is ambiguous.
            self._until[end] = list(cuts.values())[:2]
        return self._until[end]

    def may_be_cut_before(self, part: Morpheme) -> bool:
        """Return whether a suffix and the syllable before it may be a noun together.

        So is 비율 where the corpus has both 방위 and 방위비, or 인상 behind 분담금.
        """
        return (
            len(part.form) == 1 and part.start > 2 and bool(self.until(part.start - 1))
        )

    def _piece(self, start: int, end: int) -> Morphemes | None:
        text = self._run[start:end]
        parts = None
        if start == 0 and self._before:
            parts = noun_prefix(self._before + text, len(text), self._lexicon)
        if parts is None and len(text) == 1:
            parts = self._affix(start, end)
        elif parts is None:
            parts = noun_prefix(text, len(text), self._lexicon)
        return parts and shift(parts, start)

    def _affix(self, start: int, end: int) -> Morphemes | None:
        syllable = self._run[start:end]
        if start > 1:
            tag = _SUFFIXES.get(syllable)
        elif start or self._before:
            return None
        elif end < len(self._run) and syllable in _PREFIXES:
            tag = _PREFIXES[syllable]
        else:
            is_noun = _is_noun(syllable, self._lexicon)
            return self._lexicon.find(syllable) if is_noun else None
        return (Morpheme(syllable, tag, 0, 1),) if tag else None


def _is_noun(syllable: str, lexicon: RunLexicon) -> bool:
    """Return whether a single syllable is a run of the corpus and a noun there: 핵."""
    return [part.tag for part in lexicon.find(syllable) or ()] == ["NNG"]


def noun_prefix(prefix: str, length: int, lexicon: RunLexicon) -> Morphemes | None:
    """Return the nouns that *prefix* consists of in the runs that begin with it.

    The cut before particles takes precedence: alone, 서면 is read as a verb, and before
    other nouns the cut depends on these. None if the runs disagree.

    Args:
        prefix: The first syllables of a key.
        length: How many of its last characters belong to the run itself.
        lexicon: The runs of the corpus.
    """
    before_particles, before_nouns = Counter[Morphemes](), Counter[Morphemes]()
    alone = lexicon.find(prefix)
    for _, parts in lexicon.with_prefix(prefix):
        head = tuple(part for part in parts if part.end <= length)
        rest = parts[len(head) :]
        if rest and rest[0].start >= length and _is_stem(head, length):
            is_inflected = all(part.tag.startswith("J") for part in rest)
            (before_particles if is_inflected else before_nouns)[head] += 1
    if alone is not None and _is_stem(alone, length):
        before_particles[alone] += 1
    elif alone is not None and not before_particles:
        return None
    stems = before_particles or before_nouns
    if len({_cut(stem) for stem in stems}) != 1:
        return None
    return stems.most_common(1)[0][0]


def _is_stem(parts: Morphemes, length: int) -> bool:
    """Return whether *parts* are nouns and affixes with *length* syllables together."""
    return _end(parts) == length and all(_NOUN.fullmatch(part.tag) for part in parts)


def _end(parts: Morphemes) -> int:
    return parts[-1].end if parts else 0


def _cut(parts: Morphemes) -> tuple[tuple[str, int, int], ...]:
    """Return forms and spans of *parts*: tags of nouns do not matter to a search."""
    return tuple((part.form, part.start, part.end) for part in parts)
