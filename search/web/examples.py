"""Queries that the first page offers: words of this corpus, a speaker, and a phrase."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise
from typing import NamedTuple
from weakref import WeakKeyDictionary

from indexer.analysis.analyzer import Analysis, Token
from indexer.ingest.sentence import Sentence
from search.index import Index

_SAMPLE = 200
"""How many sentences are read, spread over the corpus."""
_COMPOUNDS = 3
_SHORTEST, _LONGEST = 4, 9
"""How many compounds there are, and how many syllables each has."""
_LENGTH = 5
"""Letters that a phrase exceeds, with its space: 높이 평가 is in every text."""
_MOST_SHARE = 0.3
"""The share of the sentences from which a word is part of every text."""


class Example(NamedTuple):
    """A query, or a speaker without a query."""

    query: str
    speaker: str = ""


_EXAMPLES: WeakKeyDictionary[Index, list[Example]] = WeakKeyDictionary()
"""The examples of an open index, which does not change."""


def examples(index: Index) -> list[Example]:
    """Return frequent compounds, a frequent pair of words and a speaker of one side.

    Example: 한미동맹, 주한미군, 정전협정, "전작권 전환" and 에스퍼 장관.
    """
    if index not in _EXAMPLES:
        _EXAMPLES[index] = list(_examples(index))
    return _EXAMPLES[index]


def sampled_sentences(index: Index) -> list[Sentence]:
    """Return sentences spread over the corpus, which stand for all of them."""
    step = max(1, index.manifest.sentences // _SAMPLE)
    return index.sentences_at(range(0, index.manifest.sentences, step))


def _examples(index: Index) -> Iterator[Example]:
    sentences = sampled_sentences(index)
    compounds: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    speakers: Counter[str] = Counter()
    groups = index.speaker_groups
    for sentence in sentences:
        analysis = index.analyzer.analyze(sentence.text)
        words = list(_compounds(sentence.text, analysis))
        compounds.update(dict.fromkeys((word for _, word in words), 1))
        pairs.update(dict.fromkeys(_pairs(sentence.text, analysis), 1))
        if sentence.speaker and groups.get(sentence.speaker) in ("한측", "미측"):
            speakers[sentence.speaker] += 1
    most = _MOST_SHARE * len(sentences)
    names = _distinct(word for word, n in compounds.most_common() if 1 < n <= most)
    yield from map(Example, names[:_COMPOUNDS])
    chosen = [*names[:_COMPOUNDS], *(name for name, _ in speakers.most_common(1))]
    phrases = (pair for pair, n in pairs.most_common() if n > 1)
    for phrase in islice((p for p in phrases if not _shares_word(p, chosen)), 1):
        yield Example(f'"{phrase}"')
    yield from (Example("", speaker) for speaker, _ in speakers.most_common(1))


def _compounds(text: str, analysis: Analysis) -> Iterator[tuple[Token, str]]:
    """Yield the noun runs of at least two morphemes, with their spelling."""
    starts = [token.start for token in analysis.morphemes]
    for token in analysis.noun_run_terms:
        word = text[token.start : token.end]
        parts = sum(token.start <= start < token.end for start in starts)
        if parts > 1 and _SHORTEST <= len(word) <= _LONGEST and word.isalpha():
            yield token, word


def _pairs(text: str, analysis: Analysis) -> Iterator[str]:
    """Yield two neighbouring nouns with a space between them: 전작권 전환."""
    nouns = [t for t in analysis.noun_run_terms if t.end - t.start > 1]
    for one, other in pairwise(nouns):
        phrase = text[one.start : other.end]
        is_plain = phrase.replace(" ", "").isalpha()
        if text[one.end : other.start] == " " and is_plain and len(phrase) > _LENGTH:
            yield phrase


def _shares_word(phrase: str, others: Iterable[str]) -> bool:
    """Return whether a word of *phrase* is in one of *others*, or has one of its words."""
    words = [word for other in others for word in other.split()]
    return any(
        one in other or other in one for one in phrase.split() for other in words
    )


def _distinct(words: Iterable[str]) -> list[str]:
    """Return the words of which none is a part of one before it, or has it as a part."""
    chosen: list[str] = []
    for word in words:
        if not any(word in other or other in word for other in chosen):
            chosen.append(word)
    return chosen
