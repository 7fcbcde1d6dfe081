"""Long forms: where the long form of a short form begins in a sentence.

The second step of Schwartz and Hearst (see `definitions`). Candidates are the noun phrases
that end before a bracket. The right one is chosen by the number of initials of an acronym,
or by the syllables of a Hangul short form; where these do not decide, by quotes and by the
other words of the corpus.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import combinations

from indexer.analysis.analyzer import Analyzer
from indexer.analysis.script_runs import runs
from indexer.extract.noun_phrases import DOTS, NounPhrases, Phrase, Span
from indexer.extract.transliteration import sounds_like

HANGUL_PHRASE = re.compile(rf"(?!이하|약칭|이 )[가-힣]+(?:[ {DOTS}][가-힣]+)*")
_ACRONYM = re.compile(r"(?:[a-z]+ )?([A-Za-z](?:[A-Za-z0-9&-]*[A-Za-z0-9])?)")
_WORD = re.compile(rf"[-{DOTS}]?[가-힣]+")


class CorpusWords:
    """The words of a corpus; `was_used` is set when a definition depends on them."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = words
        self._coined: dict[tuple[str, str], bool] = {}
        self.was_used = False

    def has_prefix(self, text: str) -> bool:
        """Return whether a word begins with *text*."""
        self.was_used = True
        return f"\n{text}" in self._lines

    def is_coined(self, short: str, long: str) -> bool:
        """Return whether *short*, a common noun, means only *long* in this corpus.

        안전기준 does not if it occurs before 광산안전기술기준, nor 위원회 if other committees
        occur.
        """
        self.was_used = True
        # A law defines the same word in many sentences, and each search reads all words.
        if (short, long) not in self._coined:
            self._coined[short, long] = self._means_only(short, long)
        return self._coined[short, long]

    @cached_property
    def _lines(self) -> str:
        """The distinct Hangul words by their first occurrence, a line each."""
        distinct = dict.fromkeys(_separate_words("\n".join(self._words)))
        return "\n".join(("", *distinct, ""))

    def _means_only(self, short: str, long: str) -> bool:
        lines = self._lines
        first = lines.find(f"\n{short}")
        first_of_long = [lines.find(f"\n{word}") for word in _separate_words(long)]
        if first < max(first_of_long, default=0):
            return False
        tail = 0
        while (tail := lines.find(short, tail + 1)) >= 0:
            start = lines.rindex("\n", 0, tail) + 1
            if start < tail and not long.endswith(lines[start : tail + len(short)]):
                return False
        return first >= 0


class LongForms:
    """Finds long forms in one sentence.

    Args:
        text: The sentence.
        analyzer: Analyses words of it.
        corpus_words: The words of the corpus.
    """

    def __init__(
        self, text: str, analyzer: Analyzer, corpus_words: CorpusWords
    ) -> None:
        self._text = text
        self._phrases = NounPhrases(text, analyzer)
        self._corpus_words = corpus_words

    def with_initials(self, short: str, span: Span, spare: int = 1) -> Sequence[str]:
        """Return the candidates for an acronym, the likeliest first.

        That is the shortest one with as many initials, or with *spare* fewer: `of` and
        `and` may have an initial each.
        """
        count = _initials(short)
        phrases = self._phrases.ending_at(span, form_key(short))
        if phrases and span.is_quoted:
            quotation = phrases.pop()
            # A far longer quotation describes the thing, and does not name it.
            if -spare <= quotation.weight - count < count:
                return [quotation.text]
        compounds = [each for each in phrases if self._is_compound(each, count)]
        near = [each for each in compounds if each.weight >= count - spare]
        enough = [each for each in near if each.weight >= count]
        if not near:
            return [p.text for p in phrases[:1] if sounds_like(p.text, short)]
        is_complete = near[0] is phrases[0] and len(near[0].terms) > 2
        likely = near[0] if is_complete or not enough else enough[0]
        return [likely.text, *(each.text for each in near if each is not likely)]

    def with_syllables(self, short: str, span: Span, *, local: bool) -> Sequence[str]:
        """Return the shortest phrase that has the syllables of *short* in order, or none.

        전작권 is short for 전시작전통제권.
        """
        short_key = form_key(short)
        for phrase in self._phrases.ending_at(span, form_key(short)):
            text, terms, is_partial, _ = phrase
            long = form_key(text)
            if long == short_key or (
                short_key.endswith("등") and not long.endswith("등")
            ):
                break
            if is_partial or not _abbreviates(short_key, phrase):
                continue
            if local:
                is_name = short_key not in _concatenations(
                    terms
                ) or self._corpus_words.is_coined(short_key, text)
                return [text] if is_name else []
            is_part = short_key in long and short_key in _concatenations(terms)
            return [text] if not is_part and len(long) > len(short_key) + 1 else []
        return []

    def exactly(self, short: str, span: Span) -> Sequence[str]:
        """Return the whole text of *span* if it is a long form of *short*, or none."""
        long = self._text[span.start : span.end]
        candidates: Sequence[str] = ()
        if is_acronym(short):
            candidates = self.with_initials(short, span, spare=0)
        elif is_subsequence(short, long):
            candidates = self.with_syllables(short, span, local=False)
        return [each for each in candidates if form_key(each) == form_key(long)]

    def _is_compound(self, phrase: Phrase, count: int) -> bool:
        """Return whether *phrase* may have *count* initials, or most of them.

        A part of a compound with middle dots is complete only if it also occurs alone, as
        대량살상무기 of 생화학·대량살상무기 does, and 지배구조 of 환경·사회·지배구조 does not.
        """
        if len(phrase.terms) == 1 and len(phrase.text) <= 3:
            return False
        if not phrase.is_partial:
            return True
        return phrase.weight >= count and self._corpus_words.has_prefix(phrase.text)


def _separate_words(text: str) -> list[str]:
    """Return the Hangul words that no dot joins to the text before them."""
    # A lookbehind at each letter would take ten times as long.
    return [word for word in _WORD.findall(text) if word[0] >= "가"]


def is_acronym(text: str) -> bool:
    """Return whether most letters of *text* are capitals; a word before may qualify it."""
    match = _ACRONYM.fullmatch(text)
    capitals = sum(map(str.isupper, match[1])) if match else 0
    return match is not None and capitals > 1 and capitals * 2 >= len(match[1])


def _initials(acronym: str) -> int:
    *words, last = acronym.split()
    return len(words) + sum(map(str.isalpha, last))


def is_subsequence(short: str, long: str) -> bool:
    """Return whether *short* is Hangul and *long* has its syllables in order."""
    syllables = [char for char in short if "가" <= char <= "힣"]
    rest = iter(long)
    return (
        len(syllables) > 1
        and bool(HANGUL_PHRASE.fullmatch(short))
        and all(char in rest for char in syllables)
    )


def _abbreviates(short: str, phrase: Phrase) -> bool:
    """Return whether *short* begins like a morpheme and extends to the last word."""
    text, terms, _, is_quotation = phrase
    return (
        (len(terms) > 1 or len(text) > len(short) + 2)
        and short[-1] in text.split()[-1]
        and any(
            term.startswith(short[0]) and is_subsequence(short, "".join(terms[start:]))
            for start, term in enumerate(terms[: 1 if is_quotation else None])
        )
    )


def _concatenations(terms: Sequence[str]) -> set[str]:
    """Return the concatenations of all subsequences of *terms*."""
    return {
        "".join(chosen)
        for count in range(1, len(terms) + 1)
        for chosen in combinations(terms, count)
    }


def form_key(form: str) -> str:
    """Return the text of the runs of *form*: forms with the same key are the same."""
    return "".join(run.text for run in runs(form))
