"""Noun phrases that end at a given place: the candidates for a long form."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from indexer.analysis.analyzer import Analyzer
from indexer.analysis.script_runs import Run, Script, words

_MOST_MORPHEMES = 8

DOTS = "·ㆍ‧・•∙⋅"
"""The middle dots that join the parts of a compound."""
_JOINT = re.compile(rf"[-{DOTS}]?")
_NOUN = re.compile(r"((NN[GPB]|NR|NP|XR|XPN|XSN|UN|MM) )*(NN[GP]|XR|XSN|UN) ")
_CONTENT = re.compile(r"NN[GPB]|NR|NP|XR|XPN|XSN|UN|MM|MAG|V[VA](-[IR])?")


class Span(NamedTuple):
    """Where a long form ends and the earliest place where it may begin.

    `is_quoted` if quotes mark its beginning.
    """

    start: int
    end: int
    is_quoted: bool = False


class _Word(NamedTuple):
    """A run of a sentence with its morphemes; `gap` is the text before it."""

    run: Run
    start: int
    end: int
    terms: Sequence[str]
    tags: str
    gap: str = ""


class Phrase(NamedTuple):
    """A candidate for a long form, with its content morphemes.

    `is_partial` if a middle dot joins it to the text before it, `is_quotation` if it is a
    quotation but not a noun phrase: `조건에 기초한 전작권 전환계획`.
    """

    text: str
    terms: Sequence[str]
    is_partial: bool
    is_quotation: bool

    @property
    def weight(self) -> int:
        """The most initials a short form of it can have; two for 양해각서 (MOU)."""
        return sum(
            len(term) if term.isascii() else max(1, len(term) // 2)
            for term in self.terms
        )


class NounPhrases:
    """Finds noun phrases in one sentence, of which it analyses as few words as possible."""

    def __init__(self, text: str, analyzer: Analyzer) -> None:
        self._text = text
        self._analyzer = analyzer

    def ending_at(self, span: Span, short: str) -> list[Phrase]:
        """Return the noun phrases that end at the end of *span*, the shortest first.

        `한미 양국은 전시작전통제권 ( 전작권 )` has one, as 양국은 ends with a particle. The last is
        a quotation, if there is one, whatever words it has.

        Args:
            span: Where the phrases end and the longest may begin.
            short: The key of the short form, whose words a phrase may contain.
        """
        near = self._words(span)
        first = bisect_left(near, span.start, key=lambda word: word.start)
        last = bisect_right(near, span.end, key=lambda word: word.end)
        inside = near[first:last]
        if not inside or inside[-1].end != span.end:
            return []
        starts = _phrase_starts(inside, short)
        has_quotation = span.is_quoted and 0 not in starts
        if starts and has_quotation:
            starts.append(0)
        phrases = [
            Phrase(
                " ".join(self._text[inside[start].start : span.end].split()),
                [term for word in inside[start:] for term in word.terms],
                bool(start) and bool(_JOINT.fullmatch(inside[start].gap)),
                has_quotation and not start,
            )
            for start in starts
        ]
        return [each for each in phrases if len(each.terms) <= _MOST_MORPHEMES]

    @cached_property
    def _all_words(self) -> list[tuple[int, str]]:
        return list(words(self._text))

    def _words(self, span: Span) -> list[_Word]:
        """Return the runs of the words in *span*.

        Without quotes, analysis stops at the last word that no noun phrase extends over.
        """
        reversed_words: list[list[_Word]] = []
        index = bisect_left(self._all_words, span.end, key=itemgetter(0))
        while index:
            index -= 1
            offset, word = self._all_words[index]
            if offset + len(word) <= span.start:
                break
            reversed_words.append(list(self._analyzed(offset, word)))
            if (
                len(reversed_words) > 1
                and not span.is_quoted
                and any(map(_ends_phrase, reversed_words[-1]))
            ):
                break
        in_order = [run for word_runs in reversed(reversed_words) for run in word_runs]
        ends = [span.start, *(word.end for word in in_order)]
        return [
            word._replace(gap=self._text[end : word.start])
            for end, word in zip(ends, in_order, strict=False)
        ]

    def _analyzed(self, offset: int, word: str) -> Iterator[_Word]:
        for run, parts in self._analyzer.analyze_runs(word):
            terms = [part.form for part in parts if _CONTENT.fullmatch(part.tag)]
            tags = "".join(f"{part.tag} " for part in parts)
            start, end = offset + run.start, offset + run.end
            yield _Word(run, start, end, terms or [run.text], tags)


def _phrase_starts(words: Sequence[_Word], short: str) -> list[int]:
    """Return the indices of *words* at which a noun phrase up to the last may begin.

    The highest come first. The phrase extends over nouns and over words that *short*
    contains (WMD 대응 and CWMD).
    """
    last = first = len(words) - 1
    # Kiwi reads the last 의 of 한미안보협의회의 as a particle.
    if not _is_noun(words[last]._replace(tags=words[last].tags.removesuffix("JKG "))):
        return []
    while first and (words[first].gap.isspace() or _JOINT.fullmatch(words[first].gap)):
        word = words[first - 1]
        if _ends_phrase(word) or not (_is_noun(word) or word.run.text in short):
            break
        if word.run.text == "관련" and short.isascii():
            break
        first -= 1
    # Kiwi reads 대한 and 통한 as names, which 북한 is: the particle of an object decides.
    if 0 < first < last and words[first].run.text.endswith("한"):
        first += words[first - 1].run.text.endswith(("을", "를", "에"))
    return [
        index
        for index in range(last, first - 1, -1)
        if not index
        or not _JOINT.fullmatch(words[index].gap)
        or (index == last and words[index].gap)
    ]


def _ends_phrase(word: _Word) -> bool:
    """Return whether no noun phrase extends over *word*, whatever the short form."""
    return word.run.script is not Script.LETTERS and not _is_noun(word)


def _is_noun(word: _Word) -> bool:
    """Return whether a word is a noun without a particle, and not a single syllable."""
    return len(word.run.text) > 1 and bool(_NOUN.fullmatch(word.tags))
