"""The spans of a sentence that match the words of a query."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from indexer.analysis.analyzer import Analysis, Token
from indexer.storage.bigram_index import substring_starts
from indexer.text.folding import compact_with_offsets, fold_literal
from search.engine.clauses import WordQuery

Span = tuple[int, int]
"""The start and end of a marked part, in characters of the sentence's text."""

_letters = lru_cache(8)(compact_with_offsets)
"""Most words of a query are looked for in the same text."""


def spans(
    text: str, analysis: Analysis, words: Iterable[WordQuery]
) -> tuple[Span, ...]:
    """Return what to mark in *text* for *words*: sorted, disjoint, without particles.

    `동맹을 강화` with the word 동맹 gives ((0, 2),). Adjacent parts of a compound are one
    span, also if a mark without a space separates them, as in 9·19.
    """
    candidates = filter(_may_match(text, analysis), words)
    return tuple(
        _merged(sorted(s for word in candidates for s in _spans(text, analysis, word)))
    )


def _may_match(text: str, analysis: Analysis) -> Callable[[WordQuery], bool]:
    """Return a quick test of whether a word may have a span in *text*.

    Of a query of a thousand words, nearly all have none.
    """
    tokens = (
        *analysis.morphemes,
        *analysis.pieces,
        *analysis.boundary_bigrams,
        *analysis.readings,
        *analysis.spellings,
    )
    terms = {token.term for token in tokens}
    letters, _ = _letters(text)

    def may_match(word: WordQuery) -> bool:
        return (
            word.literal is not None
            or word.piece in terms
            or word.boundary in terms
            or not terms.isdisjoint(word.part_terms)
            or any(sequence[0] in terms for sequence in word.term_sequences)
            or any(
                part in letters
                for part in (word.compound, word.inside, word.substring)
                if part
            )
        )

    return may_match


def substring_spans(text: str, substring: str) -> list[Span]:
    """Return where *text* contains *substring*, one span for each word that it touches.

    `한미 동맹` and the substring 미동 give [(1, 2), (3, 4)].
    """
    return [
        (start + piece.start(), start + piece.end())
        for start, end in occurrences(text, substring)
        for piece in re.finditer(r"[^\W_](?:\S*[^\W_])?", text[start:end])
    ]


def occurrences(text: str, substring: str) -> list[Span]:
    """Return where the letters of *substring* are in a row in *text*, spaces ignored."""
    letters, offsets = _letters(text)
    return [
        (offsets[first], offsets[first + len(substring) - 1] + 1)
        for first in substring_starts(letters, offsets, substring)
    ]


def _spans(text: str, analysis: Analysis, word: WordQuery) -> Iterator[Span]:
    for token in (*analysis.morphemes, *analysis.pieces):
        if token.term in word.part_terms or token.term == word.piece:
            yield token.start, token.end
    for token in analysis.boundary_bigrams:
        if token.term == word.boundary:
            yield token.start, token.end
    for substring in (word.compound, word.inside):
        if substring:
            yield from _within_words(text, analysis, substring, word.inside)
    if word.substring:
        yield from substring_spans(text, word.substring)
    if word.literal:
        yield from _literal_spans(text, word.literal)
    yield from _sequence_spans(text, analysis, word.term_sequences)


def _sequence_spans(
    text: str, analysis: Analysis, sequences: Sequence[tuple[str, ...]]
) -> Iterator[Span]:
    """Yield where the terms of one of *sequences* are adjacent, or one is another form."""
    terms = tuple(token.term for token in analysis.morphemes)
    for sequence in sequences:
        length = len(sequence)
        for first in range(len(terms) - length + 1):
            if terms[first : first + length] == sequence:
                yield from _joined(text, analysis.morphemes[first : first + length])
    for token in (*analysis.readings, *analysis.spellings):
        if (token.term,) in sequences:
            yield token.start, token.end


def _literal_spans(text: str, letters: str) -> Iterator[Span]:
    """Yield where *text* contains *letters*, which are folded by `fold_literal`."""
    folded, offsets = fold_literal(text)
    start = folded.find(letters)
    while start >= 0:
        end = start + len(letters)
        yield offsets[start], offsets[end - 1] + 1
        start = folded.find(letters, end)


def _within_words(
    text: str, analysis: Analysis, letters: str, inside: str | None
) -> Iterator[Span]:
    """Yield where a word of *text* has *letters*, if not *inside* as whole morphemes."""
    starts = {token.start for token in analysis.morphemes}
    ends = {token.end for token in analysis.morphemes}
    for start, end in occurrences(text, letters):
        is_whole = start in starts and end in ends
        if len(text[start:end].split()) == 1 and (inside or is_whole):
            yield start, end


def _joined(text: str, tokens: Sequence[Token]) -> Iterator[Span]:
    """Yield the spans of *tokens*, joined across marks but not across spaces."""
    start, end = tokens[0].start, tokens[0].end
    for token in tokens[1:]:
        between = text[end : token.start]
        if any(char.isalnum() or char.isspace() for char in between):
            yield start, end
            start = token.start
        end = max(end, token.end)
    yield start, end


def _merged(ordered: Iterable[Span]) -> Iterator[Span]:
    """Yield sorted spans with overlapping and adjacent ones joined; no empty ones."""
    start = end = -1
    for span in ordered:
        if span[0] > end:
            if end > start:
                yield start, end
            start = span[0]
        end = max(end, span[1])
    if end > start:
        yield start, end
