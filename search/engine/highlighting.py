"""The parts of a sentence that matched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from indexer.analysis.analyzer import BIGRAM_MARK, Analysis, Token
from indexer.storage.bigram_index import substring_starts
from indexer.text.folding import compact_with_offsets
from search.engine.clauses import WordQuery

Span = tuple[int, int]


def spans(
    text: str, analysis: Analysis, concepts: Iterable[WordQuery]
) -> tuple[Span, ...]:
    """Return what to mark in *text*: sorted, disjoint, without particles.

    Neighbouring parts of one compound are one span, also across a mark that parts them
    without a space, as in 9·19.
    """
    found = sorted(
        span for concept in concepts for span in _found(text, analysis, concept)
    )
    return tuple(_merged(found))


def _found(text: str, analysis: Analysis, concept: WordQuery) -> Iterator[Span]:
    for token in analysis.morphemes:
        if token.term in concept.part_terms:
            yield token.start, token.end
    for token in analysis.boundary_bigrams:
        if token.term == concept.boundary:
            yield token.start, token.end
    if concept.substring:
        yield from substring_spans(text, concept.substring)
    for sequence in concept.term_sequences:
        grams = sequence[0].startswith(BIGRAM_MARK)
        tokens = analysis.noun_bigrams if grams else analysis.morphemes
        terms = [token.term for token in tokens]
        length = len(sequence)
        for first in range(len(terms) - length + 1):
            if terms[first : first + length] != [*sequence]:
                continue
            window = tokens[first : first + length]
            # Pairs of one run overlap, and those of neighbouring runs do not.
            if not (grams and any(b.start >= a.end for a, b in pairwise(window))):
                yield from _joined(text, window)


def substring_spans(text: str, stretch: str) -> list[Span]:
    """Return where *text* spells *stretch*, without the spaces between its letters."""
    squeezed, origins = compact_with_offsets(text)
    found: list[Span] = []
    for place in substring_starts(squeezed, origins, stretch):
        start = origins[place]
        end = origins[place + len(stretch) - 1] + 1
        found.extend(
            (start + piece.start(), start + piece.end())
            for piece in re.finditer(r"[^\W_](?:\S*[^\W_])?", text[start:end])
        )
    return found


def _joined(text: str, tokens: Sequence[Token]) -> Iterator[Span]:
    """Yield the spans of *tokens*, joined where only a mark parts them."""
    start, end = tokens[0].start, tokens[0].end
    for token in tokens[1:]:
        between = text[end : token.start]
        if any(char.isalnum() or char.isspace() for char in between):
            yield start, end
            start = token.start
        end = max(end, token.end)
    yield start, end


def _merged(found: Sequence[Span]) -> Iterator[Span]:
    start = end = -1
    for span in found:
        if span[0] > end:
            if end > start:
                yield start, end
            start = span[0]
        end = max(end, span[1])
    if end > start:
        yield start, end
