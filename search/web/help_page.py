"""The query language by examples in words of the corpus, each of which has hits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import NamedTuple
from weakref import WeakKeyDictionary

from indexer.analysis.analyzer import Analysis
from indexer.errors import CommuniqueError
from indexer.text.jamo import initials, join_syllable, split_syllable
from search.index import Index
from search.query.keyboard import latin_typed_as_hangul
from search.web.examples import examples, sampled_sentences
from search.web.page_search import search
from search.web.page_state import PageState

_MOST_TRIED = 12
"""How many words are tried for an example that few words allow."""
_MOST_SHARE = 0.3
"""The share of the sentences from which a word is part of every text."""
_LIKE_VOWELS = {"ㅐ": "ㅔ", "ㅔ": "ㅐ"}


class SyntaxExample(NamedTuple):
    """A part of the query language, by the name of its text, and a search that uses it."""

    name: str
    state: PageState
    total: int


class _Words(NamedTuple):
    """Nouns of the corpus: a frequent one, one beside it, another, and all by frequency."""

    first: str
    beside: str
    other: str
    all: list[str]


_EXAMPLES: WeakKeyDictionary[Index, list[SyntaxExample]] = WeakKeyDictionary()
"""The examples of an open index, which does not change."""


def syntax_examples(index: Index) -> list[SyntaxExample]:
    """Return an example of each part of the query language that has hits in the corpus.

    Example: `동맹 -한미동맹` for the exclusion of a word.
    """
    if index not in _EXAMPLES:
        words = _words(index)
        _EXAMPLES[index] = list(_with_hits(index, words)) if words else []
    return _EXAMPLES[index]


def _with_hits(index: Index, words: _Words) -> Iterator[SyntaxExample]:
    seen: set[str] = set()
    for name, state in (
        *(
            ("phrase", PageState(q=query))
            for query, _ in examples(index)
            if '"' in query
        ),
        *_of_words(words),
        *_of_fields(index, words.first),
        *_of_forms(index, words),
        *_of_options(words),
    ):
        if name not in seen and (total := _total(index, state)):
            seen.add(name)
            yield SyntaxExample(name, state, total)


def _total(index: Index, state: PageState) -> int:
    with suppress(CommuniqueError):
        return search(index, state, limit=0).total
    return 0


def _words(index: Index) -> _Words | None:
    """Choose words from a sample of the sentences, None if it has fewer than three."""
    sentences = [sentence.text for sentence in sampled_sentences(index)]
    nouns_of = [set(_nouns(text, index.analyzer.analyze(text))) for text in sentences]
    counts = Counter(noun for nouns in nouns_of for noun in sorted(nouns))
    most = max(2, _MOST_SHARE * len(nouns_of))
    ranked = [noun for noun, number in counts.most_common() if number <= most]
    if len(ranked) < 3:
        return None
    first = next(
        (each.query for each in examples(index) if each.query in ranked), ranked[0]
    )
    beside = Counter(
        noun
        for nouns in nouns_of
        if first in nouns
        for noun in sorted(nouns)
        if noun in ranked and not _overlap(noun, first)
    )
    second = beside.most_common(1)[0][0] if beside else ranked[1]
    others = (w for w in ranked if not _overlap(w, first) and not _overlap(w, second))
    return _Words(first, second, next(others, ranked[2]), ranked)


def _nouns(text: str, analysis: Analysis) -> Iterator[str]:
    """Yield the noun runs of Hangul that have at least two syllables."""
    others = [t.start for t in analysis.morphemes if t.tag not in ("NNG", "NNP")]
    for token in analysis.noun_run_terms:
        noun = text[token.start : token.end]
        is_noun = not any(token.start <= start < token.end for start in others)
        if is_noun and len(noun) > 1 and all("가" <= char <= "힣" for char in noun):
            yield noun


def _overlap(one: str, other: str) -> bool:
    return one in other or other in one


def _of_words(words: _Words) -> Iterator[tuple[str, PageState]]:
    first, beside, other, _ = words
    yield "words", PageState(q=f"{first} {other}")
    yield "phrase", PageState(q=f'"{first[:2]} {first[2:]}"')
    yield "phrase", PageState(q=f'"{first}"')
    yield "and", PageState(q=f"{first} AND {beside}")
    yield "not", PageState(q=f"{first} -{beside}")
    yield "not", PageState(q=f"{first} -{other}")
    yield "group", PageState(q=f"({first} OR {other}) AND {beside}")


def _of_fields(index: Index, word: str) -> Iterator[tuple[str, PageState]]:
    """Yield a filter on each field, by its most frequent value among the hits of *word*."""
    result = search(index, PageState(q=word), limit=1)
    for field in ("speaker", "act", "year", "document"):
        if value := next(iter(result.facets.get(field, {})), None):
            typed = f'"{value}"' if " " in value else value
            yield field, PageState(q=f"{word} {field}:{typed}")
    for speaker in result.facets.get("speaker", {}):
        if side := index.speaker_groups.get(speaker):
            yield "side", PageState(q=f"{word} side:{side}")
    if years := sorted(result.facets.get("year", {}), key=int):
        yield "years", PageState(q=f"{word} from:{years[0]} to:{years[-1]}")
    for hit in result.hits:
        if hit.sentence.paragraph:
            yield "paragraph", PageState(q=f"{word} paragraph:{hit.sentence.paragraph}")
    for act in islice(result.facets.get("act", {}), 1):
        yield "exclude", PageState(q=f"{word} -act:{act}")


def _of_forms(index: Index, words: _Words) -> Iterator[tuple[str, PageState]]:
    """Yield words in a form that the corpus lacks or abbreviates."""
    for pair in index.synonyms.pairs[:_MOST_TRIED]:
        if not any(char.isspace() for char in pair.short):
            yield "abbreviation", PageState(q=pair.short)
    tried = words.all[:_MOST_TRIED]
    yield from (("initials", PageState(q=initials(w))) for w in tried if len(w) > 2)
    for word in tried:
        if len(word) > 2 and (typed := latin_typed_as_hangul(word)):
            yield "keyboard", PageState(q=typed)
    for word in tried:
        if len(word) > 2 and (misspelt := _misspelt(word)):
            yield "spelling", PageState(q=misspelt)


def _misspelt(word: str) -> str | None:
    """Return a word with ㅔ in place of its first ㅐ, or the reverse: 방위테세."""
    for place, syllable in enumerate(word):
        consonant, vowel, final = split_syllable(syllable)
        if vowel in _LIKE_VOWELS:
            other = join_syllable(consonant, _LIKE_VOWELS[vowel], final)
            return word[:place] + other + word[place + 1 :]
    return None


def _of_options(words: _Words) -> Iterator[tuple[str, PageState]]:
    yield "every_word", PageState(q=f"{words.first} {words.beside}", every_word=True)
    yield "exact", PageState(q=words.first, exact=True)
    yield "literal", PageState(q=words.first, literal=True)
