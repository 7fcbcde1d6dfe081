"""Definitions of short forms in a sentence, such as `북방한계선 ( NLL )`.

The method is that of Schwartz and Hearst, “A Simple Algorithm for Identifying Abbreviation
Definitions in Biomedical Text” (Pacific Symposium on Biocomputing, 2003), for Korean. The
first step, here, finds candidates by their brackets: a short form in a bracket behind a
long form, or the reverse. The second, in `long_forms`, finds where the long form begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from indexer.analysis.analyzer import Analyzer
from indexer.extract.long_forms import (
    HANGUL_PHRASE,
    CorpusWords,
    LongForms,
    is_acronym,
    is_subsequence,
)
from indexer.extract.noun_phrases import Span
from indexer.extract.transliteration import name_pairs

_REACH = 60
"""Characters before a bracket in which a long form may begin."""

_OPENING, _CLOSING = "\"'“‘「『", "\"'”’」』"
_BRACKET = re.compile(r"[(（]\s{0,3}([^()（）\s][^()（）]{1,80}?)\s{0,3}[)）]")
_QUOTATION = re.compile(rf"[{_OPENING}]([^{_OPENING}{_CLOSING},.;:()]+)$")
# Not `이하 이 조에서 "사업자"라 한다`: a name within one article is not one of the corpus.
_CALLED = re.compile(
    rf"(?:^|,)\s*(?:이하|약칭)\s*:?\s*[{_OPENING}]?(.+?)[{_CLOSING}]?"
    r"\s*(?:(?:이?라|으?로)\s?[가-힣 ]+)?$"
)
_COMMA = re.compile(r"\s*[,:;]\s*(?:[JS]r\.?$)?")
_HEAD = re.compile(rf"(?:^|[\s{_OPENING}])([A-Za-z가-힣][A-Za-z가-힣0-9&-]*)$")


class Definition(NamedTuple):
    """A short form and the candidates for its long form, the likeliest first.

    It is `local` if the text has `이하` (hereinafter), as a law has for its own length.
    """

    short: str
    longs: Sequence[str]
    local: bool = False


def find_definitions(
    text: str, analyzer: Analyzer, corpus_words: CorpusWords
) -> list[Definition]:
    """Return the possible definitions in a sentence, in order.

    `북방한계선 ( NLL )을` has `Definition("NLL", ["북방한계선"])`.

    Args:
        text: A sentence.
        analyzer: It analyses whole words near a likely bracket only, so that it meets no
            run that indexing does not meet.
        corpus_words: The words of the corpus, used where the sentence does not decide.
    """
    if "(" not in text and "（" not in text:
        return []
    definitions = _in_brackets(text, LongForms(text, analyzer, corpus_words))
    return [each for each in definitions if each.longs or each.local]


def _in_brackets(text: str, long_forms: LongForms) -> Iterator[Definition]:
    for bracket in _BRACKET.finditer(text):
        span = _before(text, bracket)
        before = text[span.start : span.end]
        for short, local in _short_forms(" ".join(bracket[1].split())):
            if is_acronym(short):
                yield Definition(short, long_forms.with_initials(short, span))
            elif before.endswith(f" {short}"):
                # A law limits the sense of a word: 협회(이하 "협회"라 한다).
                yield Definition(short, [], local)
            elif is_subsequence(short, before):
                longs = long_forms.with_syllables(short, span, local=local)
                yield Definition(short, longs, local)
            else:
                yield Definition(short, [], local)
                yield from (
                    Definition(original, [name])
                    for name, original in name_pairs(before, short)
                )
        if (head := _HEAD.search(before)) and HANGUL_PHRASE.fullmatch(bracket[1]):
            inside = Span(*bracket.span(1))
            yield Definition(head[1], long_forms.exactly(head[1], inside))


def _before(text: str, bracket: re.Match[str]) -> Span:
    """Return the span before a bracket, or within the quotes before or around it."""
    start = max(0, bracket.start() - _REACH)
    before = text[start : bracket.start()].rstrip()
    after = text[bracket.end() : bracket.end() + _REACH].lstrip()
    end = start + len(before)
    is_quoted = after.startswith(tuple(_CLOSING))
    if before.endswith(tuple(_CLOSING)):
        end -= 1
        is_quoted = True
    if is_quoted and (quotation := _QUOTATION.search(text, start, end)):
        return Span(quotation.start(1), end, is_quoted=True)
    return Span(start, end)


def _short_forms(inner: str) -> Iterator[tuple[str, bool]]:
    """Yield the possible short forms in a bracket, each with whether 이하 precedes it."""
    called = _CALLED.search(inner)
    plain = inner[: called.start()] if called else inner
    words = list(filter(None, _COMMA.split(plain)))
    acronyms = list(filter(is_acronym, words))
    if len(words) == 1 or (
        len(acronyms) == 1 and all(len(w.split()) < 2 for w in words)
    ):
        yield from ((word, False) for word in words)
    elif len(acronyms) == 1 and plain.isascii():
        yield acronyms[0], False
    if called and plain.isascii():
        yield called[1], True
