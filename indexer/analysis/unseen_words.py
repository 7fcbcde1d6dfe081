"""Composition: the morphemes of a run that a corpus lacks, from those of its own runs.

Most words that are asked for and not in the lexicon are nouns of the corpus with other
particles (유엔사로부터는), made verbs (논의했으며), or behind one another (방위능력검증).
What Kiwi would make of them shows in the runs that begin with the same nouns, and costs
no loading. One noun may be a stranger to the corpus (정전협정위반), as long as how it is
cut changes no answer. Wherever two readings are as likely, there is none and Kiwi
decides.
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
from indexer.analysis.script_runs import AFTER_DIGIT, AFTER_LETTER

LONGEST = 30
"""Syllables; how long it takes to part a run grows with the square of them."""

_NOUN = re.compile(r"NN[GPB]|NR|NP|XR|XPN|XSN|UN|MM")

_VERB = re.compile(
    r"(하|되|시키)(다|는|고|며|여|어|면|기|지|게|거나|도록|므로|였|었).*|[한할함해된될됨]"
)
"""What makes a verb of a noun: what Kiwi calls such a verb is not told by the rules."""

# A syllable is no piece, for any word would be a row of them, but what Kiwi parts from
# most nouns it stands at: suffixes, bound nouns and nouns used like them, and prefixes.
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
    """The runs of a corpus with their morphemes, looked up by how they begin."""

    def find(self, key: str) -> Morphemes | None:
        """Return the morphemes of a run, or None if the corpus lacks it."""

    def starting(self, prefix: str) -> Iterable[tuple[str, Morphemes]]:
        """Return runs that begin with *prefix*, some of them if they are many."""

    def has_word(self, word: str) -> bool:
        """Tell whether *word*, of two syllables or more, may be one of the corpus."""


class _Reading(NamedTuple):
    """A way to read a run: its nouns, and the particles or the endings behind them."""

    stem: Morphemes
    tail: Morphemes

    @property
    def is_inflected(self) -> bool:
        return bool(self.tail) and not self.tail[0].tag.startswith("J")


def analyze_unseen(key: str, known: RunLexicon) -> Morphemes | None:
    """Return the morphemes of the run of *key*, or None if the rules cannot tell.

    The fewest nouns are the likeliest, as they are to Kiwi. Of as many, a particle is
    likelier than a noun that ends like one: 등록 + 상 + 의, not 등록 + 상의.
    """
    before = key[0] if key.startswith((AFTER_DIGIT, AFTER_LETTER)) else ""
    run = key[len(before) :]
    if len(run) > LONGEST:
        return None
    nouns = _Nouns(run, before, known)
    readings = list(_readings(run, before, nouns))
    if not readings:
        return None if before else _with_stranger(run, nouns, known)
    fewest = min(len(reading.stem) for reading in readings)
    likely = [reading for reading in readings if len(reading.stem) == fewest]
    if not any(reading.is_inflected for reading in likely):
        shortest = min(_end(reading.stem) for reading in likely)
        likely = [r for r in likely if _end(r.stem) == shortest]
    if len({_cut(reading.stem) for reading in likely}) != 1:
        return None
    if _is_verb(run, nouns, fewest) or any(
        map(nouns.may_be_cut_before, likely[0].stem)
    ):
        return None
    return likely[0].stem + likely[0].tail


def _with_stranger(run: str, nouns: _Nouns, known: RunLexicon) -> Morphemes | None:
    """Return how *run* is read with one noun that the corpus lacks, as short as may be.

    Where there are two ways, or what is as short is not sure to be one, Kiwi decides.
    """
    if len(run) > unknown_nouns.LONGEST_RUN:
        return None
    for length in range(unknown_nouns.SHORTEST, len(run) + 1):
        found = [
            (start, reading)
            for start in range(len(run) - length + 1)
            for reading in _around(run, start, start + length, nouns)
        ]
        if len(found) > 1:
            return None
        for start, reading in found:
            if not unknown_nouns.is_unknown_noun(
                run, start, start + length, known.has_word
            ):
                return None
            edges = run[start], run[start + length - 1]
            if any(_is_noun(edge, known) for edge in edges):
                return None
            return reading.stem + reading.tail
    return None


def _around(run: str, start: int, end: int, nouns: _Nouns) -> Iterator[_Reading]:
    """Yield how *run* may be read with a stranger from *start* to *end*.

    A single syllable beside it is no noun of its own: it may be a part of it.
    """
    stranger = (Morpheme(run[start:end], "NNG", start, end),)
    heads = [head for head in nouns.until(start) if not head or len(head[-1].form) > 1]
    lasts: list[tuple[int, Morphemes]] = [(end, ())]
    lasts += [
        (stop, last)
        for stop in range(end + 2, len(run) + 1)
        if (last := nouns.piece(end, stop))
    ]
    for head, (stop, last) in product(heads, lasts):
        for tail in _tails(run, stop):
            yield _Reading(head + stranger + last, tail)


def _readings(run: str, before: str, nouns: _Nouns) -> Iterator[_Reading]:
    if before and (found := parse_particles(run, "")) and _goes_on(before, found):
        yield _Reading((), found)
    for end in range(1, len(run) + 1):
        for found in _tails(run, end):
            for stem in nouns.until(end):
                yield _Reading(stem, found)


def _tails(run: str, start: int) -> Iterator[Morphemes]:
    """Yield what *run* may be from *start* on, behind its nouns."""
    found = parse_particles(run[start:], run[start - 1])
    if found is not None:
        yield shift(found, start)
    # No verb is made of one syllable: 북한 is no form of 북하다.
    if start > 1 and (found := parse_inflection(run, start)):
        yield found


def _is_verb(run: str, nouns: _Nouns, most: int) -> bool:
    """Tell whether *run* may be a verb made of so many nouns at most, in an unknown form."""
    return any(
        len(stem) <= most
        for end in range(1, len(run))
        if _VERB.fullmatch(run, end) and not parse_inflection(run, end)
        for stem in nouns.until(end)
    )


def _goes_on(before: str, found: Morphemes) -> bool:
    """Tell whether they are particles: 만, 도 and 과 count things behind a number."""
    return before == AFTER_LETTER or found[0].end > 1


class _Nouns:
    """The nouns that a run may begin with, in the fewest morphemes."""

    def __init__(self, run: str, before: str, known: RunLexicon) -> None:
        self._run = run
        self._before = before
        self._known = known
        self._until: dict[int, list[Morphemes]] = {0: [()]}
        self.piece = cache(self._piece)

    def until(self, end: int) -> list[Morphemes]:
        """Return the ways to read the run up to *end*, each cut otherwise."""
        if end not in self._until:
            whole = self.piece(0, end)
            found = [whole] if whole else []
            if not whole:
                for start in range(end - 1, 0, -1):
                    if last := self.piece(start, end):
                        found += [first + last for first in self.until(start)]
            fewest = min(map(len, found), default=0)
            cuts = {_cut(stem): stem for stem in found if len(stem) == fewest}
            # Two are enough to know that the run may be cut in more than one way.
            self._until[end] = list(cuts.values())[:2]
        return self._until[end]

    def may_be_cut_before(self, part: Morpheme) -> bool:
        """Tell whether a suffix and the syllable before it may be a noun.

        That is 비율 where the corpus has both 방위 and 방위비, or 인상 behind 분담금.
        """
        return (
            len(part.form) == 1 and part.start > 2 and bool(self.until(part.start - 1))
        )

    def _piece(self, start: int, end: int) -> Morphemes | None:
        text = self._run[start:end]
        found = None
        if start == 0 and self._before:
            found = noun_prefix(self._before + text, len(text), self._known)
        if found is None and len(text) == 1:
            found = self._affix(start, end)
        elif found is None:
            found = noun_prefix(text, len(text), self._known)
        return found and shift(found, start)

    def _affix(self, start: int, end: int) -> Morphemes | None:
        syllable = self._run[start:end]
        if start > 1:
            tag = _SUFFIXES.get(syllable)
        elif start or self._before:
            return None
        elif end < len(self._run) and syllable in _PREFIXES:
            tag = _PREFIXES[syllable]
        else:
            is_noun = _is_noun(syllable, self._known)
            return self._known.find(syllable) if is_noun else None
        return (Morpheme(syllable, tag, 0, 1),) if tag else None


def _is_noun(syllable: str, known: RunLexicon) -> bool:
    """Tell whether a noun is as short, as it stands alone in the corpus: 핵."""
    return [part.tag for part in known.find(syllable) or ()] == ["NNG"]


def noun_prefix(prefix: str, length: int, known: RunLexicon) -> Morphemes | None:
    """Return the nouns that *prefix* is in the corpus, its last *length* syllables.

    How they are cut before particles counts first: alone, 서면 is taken for a verb, and
    before other nouns they are parted as these ask for. Runs that disagree tell nothing.
    """
    before_particles, before_nouns = Counter[Morphemes](), Counter[Morphemes]()
    alone = known.find(prefix)
    for _, parts in known.starting(prefix):
        head = tuple(part for part in parts if part.end <= length)
        rest = parts[len(head) :]
        if rest and rest[0].start >= length and _is_stem(head, length):
            is_inflected = all(part.tag.startswith("J") for part in rest)
            (before_particles if is_inflected else before_nouns)[head] += 1
    if alone is not None and _is_stem(alone, length):
        before_particles[alone] += 1
    elif alone is not None and not before_particles:
        return None
    found = before_particles or before_nouns
    if len({_cut(stem) for stem in found}) != 1:
        return None
    return found.most_common(1)[0][0]


def _is_stem(parts: Morphemes, length: int) -> bool:
    """Tell whether *parts* are nouns and affixes, and take up so many syllables."""
    return _end(parts) == length and all(_NOUN.fullmatch(part.tag) for part in parts)


def _end(parts: Morphemes) -> int:
    return parts[-1].end if parts else 0


def _cut(parts: Morphemes) -> tuple[tuple[str, int, int], ...]:
    """Return what matters of *parts* to searching, which is not the kind of noun."""
    return tuple((part.form, part.start, part.end) for part in parts)
