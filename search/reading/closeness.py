"""How close the sentences of two documents are, from 0 to 1.

Two sentences are close if each has the terms of the other: the closeness is the geometric
mean of the two shares of their scores, so a long sentence that contains a short one is not
yet the same. A part of it is that of their paragraphs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from indexer.ingest.sentence import Sentence
from search.engine.similarity import ScoredTerms, Similarity

Matrix: TypeAlias = NDArray[np.float64]
"""Values from 0 to 1: a row for each sentence of one document, a column for the other's."""

CONTEXT = 0.3
"""The share of the paragraphs in the closeness; see `search.reading.alignment.THRESHOLD`."""

_MOST_ROWS = 64
"""Sentences compared at a time with the other document, unless a paragraph has more."""
_DIGITS = 9
"""Decimals of the closeness, so that rounding errors do not separate equal sentences."""


@dataclass(frozen=True, slots=True)
class Block:
    """The closeness of some sentences of a document to all of another.

    `rows` are the numbers of the sentences in their document. `direct` is the closeness of
    the sentences alone, `total` that with their paragraphs.
    """

    rows: NDArray[np.intp]
    direct: Matrix
    total: Matrix


def blocks(
    before: Sequence[Sentence], after: Sequence[Sentence], similarity: Similarity
) -> Iterator[Block]:
    """Yield the closeness of each sentence of *before* to all of *after*, in blocks.

    A block has whole paragraphs, so it has the paragraph's part of the closeness.
    """
    terms = similarity.scored_terms([sentence.text for sentence in before])
    other_terms = similarity.scored_terms([sentence.text for sentence in after])
    columns = _Paragraphs.of(after)
    ordered = [other_terms[number] for number in columns.order]
    inverse = np.argsort(columns.order)
    for rows in _Paragraphs.of(before).parts():
        direct = sentence_closeness([terms[number] for number in rows.order], ordered)
        context = _context(direct, rows, columns)
        total = (1 - CONTEXT) * direct + CONTEXT * context
        yield Block(rows.order, direct[:, inverse], total[:, inverse])


def sentence_closeness(
    ones: Sequence[ScoredTerms], others: Sequence[ScoredTerms]
) -> Matrix:
    """Return the closeness of sentences by their terms, without their paragraphs.

    Example: sentences with the terms {가: 2} and {가: 2, 나: 6} share 100 % and 25 %, so
    they have 0.5.
    """
    terms = dict.fromkeys(term for one in ones for term in one.scores)
    numbers = {term: number for number, term in enumerate(terms)}
    left, right = _Entries.of(ones, numbers), _Entries.of(others, numbers)
    # Each entry on the right meets the entries of its term on the left, which are adjacent.
    frequencies = np.bincount(left.terms, minlength=len(numbers))
    starts = np.cumsum(frequencies) - frequencies
    times = frequencies[right.terms]
    meeting = np.repeat(np.arange(len(times)), times)
    within = np.arange(len(meeting)) - np.repeat(np.cumsum(times) - times, times)
    met = starts[right.terms[meeting]] + within
    shape = len(ones), len(others)
    pair = left.sentences[met] * len(others) + right.sentences[meeting]

    def summed(scores: NDArray[np.float64]) -> Matrix:
        sums = np.bincount(pair, weights=scores, minlength=shape[0] * shape[1])
        return np.asarray(sums, dtype=np.float64).reshape(shape)

    share = summed(right.scores[meeting]) / _totals(ones)[:, np.newaxis]
    share_back = summed(left.scores[met]) / _totals(others)
    product = np.minimum(share, 1.0) * np.minimum(share_back, 1.0)
    closeness: Matrix = np.sqrt(product).round(_DIGITS)
    return closeness


class _Entries(NamedTuple):
    """The terms of sentences, sorted by term: numbers of both, and the scores."""

    terms: NDArray[np.intp]
    sentences: NDArray[np.intp]
    scores: NDArray[np.float64]

    @classmethod
    def of(
        cls, sentences: Sequence[ScoredTerms], numbers: Mapping[str, int]
    ) -> _Entries:
        """Return the entries of the terms that have *numbers*."""
        entries = [
            (numbers[term], row, sentence.scores[term])
            for row, sentence in enumerate(sentences)
            for term in sentence.scores.keys() & numbers.keys()
        ]
        terms, rows, scores = zip(*entries, strict=True) if entries else ((),) * 3
        order = np.argsort(np.array(terms, dtype=np.intp), kind="stable")
        return cls(
            np.array(terms, dtype=np.intp)[order],
            np.array(rows, dtype=np.intp)[order],
            np.array(scores, dtype=np.float64)[order],
        )


def _totals(sentences: Sequence[ScoredTerms]) -> NDArray[np.float64]:
    """Return the total of each sentence, and infinity for one without terms."""
    return np.array([sentence.total or np.inf for sentence in sentences])


@dataclass(frozen=True, slots=True)
class _Paragraphs:
    """Sentences sorted by paragraph; one without a paragraph is a paragraph of its own.

    `order` has the numbers of the sentences, `starts` where in it each paragraph starts.
    """

    order: NDArray[np.intp]
    starts: NDArray[np.intp]

    @classmethod
    def of(cls, sentences: Sequence[Sentence]) -> _Paragraphs:
        groups: dict[object, list[int]] = {}
        for number, sentence in enumerate(sentences):
            key = sentence.id if sentence.paragraph is None else sentence.paragraph
            groups.setdefault(key, []).append(number)
        order = [number for group in groups.values() for number in group]
        sizes = [0, *map(len, groups.values())][:-1]
        return cls(np.array(order, dtype=np.intp), np.cumsum(sizes, dtype=np.intp))

    @property
    def sizes(self) -> NDArray[np.intp]:
        return np.diff(self.starts, append=len(self.order))

    def parts(self) -> Iterator[_Paragraphs]:
        """Yield the paragraphs, as many at a time as have `_MOST_ROWS` sentences."""
        ends = [*self.starts[1:].tolist(), len(self.order)]
        first = start = 0
        for number, end in enumerate(ends):
            if end == ends[-1] or ends[number + 1] - start > _MOST_ROWS:
                starts = self.starts[first : number + 1] - start
                yield _Paragraphs(self.order[start:end], starts)
                first, start = number + 1, end


def _context(direct: Matrix, rows: _Paragraphs, columns: _Paragraphs) -> Matrix:
    """Return for each pair of sentences the closeness of their paragraphs.

    It is the average of the closeness of each sentence to its closest in the other
    paragraph, first those of one paragraph, then those of the other.
    """
    best = np.maximum.reduceat(direct, columns.starts, axis=1)
    forth = np.add.reduceat(best, rows.starts, axis=0) / rows.sizes[:, np.newaxis]
    best_back = np.maximum.reduceat(direct, rows.starts, axis=0)
    back = np.add.reduceat(best_back, columns.starts, axis=1) / columns.sizes
    context: Matrix = (forth + back) / 2
    return context.repeat(rows.sizes, axis=0).repeat(columns.sizes, axis=1)
