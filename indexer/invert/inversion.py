"""Inversion: from the words of each sentence to the sentences of each term.

A word is split into runs once and a run into terms once, however often they occur in the
corpus. The occurrences are then numbers, which NumPy sorts (see `inverted_field`).
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from indexer.analysis.script_runs import Script
from indexer.invert.distinct_words import DistinctWords
from indexer.invert.inverted_field import InvertedField, Occurrences
from indexer.invert.ragged_array import FlatRows, RaggedArray

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.invert.ragged_array import IntegerArray

BLOCK = 1 << 19
"""Words of the sentences that are inverted at once, some 60 MB of occurrences."""
_WIDEST_TABLE = 1 << 26
"""Up to this many possible values are ranked by a table of them; more are sorted."""


Lengths: TypeAlias = "NDArray[np.int64]"
"""The length of each sentence, the number of its terms that count for BM25."""


class FieldTerms:
    """The terms of distinct runs in one field, a row of terms for each run.

    `rows` holds the numbers of the terms, which count from 0 as they first occur.
    """

    def __init__(self) -> None:
        self._numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self.rows = RaggedArray()

    def add(self, terms: Iterable[str]) -> None:
        """Add the terms of the next row."""
        self.rows.append(list(map(self._numbers.__getitem__, terms)))

    @property
    def by_number(self) -> list[str]:
        """The distinct terms, in the order of their numbers."""
        return list(self._numbers)

    @cached_property
    def terms(self) -> list[str]:
        """The distinct terms, sorted; the order of code points is that of UTF-8."""
        return sorted(self._numbers)

    def ranks(self) -> NDArray[np.int32]:
        """Return for each term's number its index in `terms`."""
        ranks = np.empty(len(self.terms), dtype=np.int32)
        ranks[[self._numbers[term] for term in self.terms]] = np.arange(len(ranks))
        return ranks


class TermsInOrder(NamedTuple):
    """The terms of a block of *size* sentences, in the order of their texts.

    The values of `numbers` are numbers of terms, and its rows are sentences of the block.
    """

    numbers: FlatRows
    size: int


class Inversion:
    """The sentences of a corpus as rows of words, and the words as rows of runs.

    Args:
        folder: The folder for temporary files (see `SpillFile`).
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.words = DistinctWords()
        self.sentences = RaggedArray()
        """The numbers of the words of each sentence."""

    def add(self, text: str) -> range:
        """Add the next sentence; return the numbers of the runs that are new in it."""
        numbers, new_runs = self.words.add(text)
        self.sentences.append(numbers)
        return new_runs

    def blocks(self) -> Iterator[tuple[FlatRows, int]]:
        """Yield the numbers of the words of the sentences of each block, and their count."""
        return self.sentences.blocks(BLOCK)

    def terms_in_order(
        self, field: FieldTerms, run_rows: array[int]
    ) -> Iterator[TermsInOrder]:
        """Yield the term numbers of each sentence, in the order of its text, in blocks.

        Args:
            field: The terms, in rows.
            run_rows: For each run of `words` the row of *field* with its terms.
        """
        for rows, size in self._rows(run_rows):
            yield TermsInOrder(field.rows.gather(rows), size)

    def invert(self, field: FieldTerms, run_rows: array[int]) -> InvertedField:
        """Return the postings of *field*; the arguments are those of `terms_in_order`."""
        ranks = field.ranks()
        blocks = (
            Occurrences(ranks[numbers.values], numbers.rows, size)
            for numbers, size in self.terms_in_order(field, run_rows)
        )
        return InvertedField(blocks, field.terms.__getitem__, self.folder)

    def sentence_counts(
        self, field: FieldTerms, run_rows: array[int]
    ) -> dict[str, int]:
        """Return for each term the number of its sentences; see `terms_in_order`."""
        counts = np.zeros(len(field.by_number), dtype=np.int64)
        for numbers, size in self.terms_in_order(field, run_rows):
            keys = np.unique(numbers.values.astype(np.int64) * size + numbers.rows)
            counts += np.bincount(keys // size, minlength=len(counts))
        return dict(zip(field.by_number, counts.tolist(), strict=True))

    def lengths(self, row_lengths: array[int], run_rows: array[int]) -> Lengths:
        """Return the length of each sentence.

        Args:
            row_lengths: The length of each row of terms.
            run_rows: For each run of `words` its row.
        """
        weights = np.frombuffer(row_lengths, dtype=np.uint32)
        sums = [
            np.bincount(rows.rows, weights[rows.values], minlength=size)
            for rows, size in self._rows(run_rows)
        ]
        return np.concatenate([np.array([]), *sums]).astype(np.int64)

    def run_counts(self) -> Counter[str]:
        """Return how often each Hangul run occurs in the sentences, by its key."""
        runs = self.words.runs
        counts = np.zeros(len(runs), dtype=np.int64)
        for words, _ in self.blocks():
            numbers = self.words.word_runs.gather(words).values
            counts += np.bincount(numbers, minlength=len(runs))
        return Counter(
            {
                run.key: number
                for run, number in zip(runs, counts.tolist(), strict=True)
                if run.script is Script.HANGUL
            }
        )

    def _rows(self, run_rows: array[int]) -> Iterator[tuple[FlatRows, int]]:
        """Yield the rows of terms of the sentences of each block, and their count."""
        row_of_run = np.frombuffer(run_rows, dtype=np.uint32)
        for words, size in self.blocks():
            runs = self.words.word_runs.gather(words)
            yield FlatRows(row_of_run[runs.values], runs.rows), size


def invert_tags(
    tags: Iterable[str | None], folder: Path | None = None
) -> InvertedField:
    """Return the postings of *tags*, one for each sentence, or None."""
    codes = defaultdict[str, int](count().__next__)
    numbers = array("i", (-1 if tag is None else codes[tag] for tag in tags))
    terms = sorted(codes)
    ranks = np.argsort([codes[term] for term in terms]).astype(np.int32)
    values = np.frombuffer(numbers, dtype=np.int32)
    rows = np.flatnonzero(values >= 0).astype(np.int32)
    occurrences = Occurrences(ranks[values[rows]], rows, len(values))
    return InvertedField([occurrences], terms.__getitem__, folder)


def rank_values(
    values: IntegerArray, count: int
) -> tuple[NDArray[np.int64], IntegerArray]:
    """Return the distinct *values*, ascending, and for each value its index in them.

    All values are from 0 and below *count*.
    """
    if count > _WIDEST_TABLE:
        distinct, ranks = np.unique(values, return_inverse=True)
        return distinct.astype(np.int64), ranks.astype(np.int64)
    occurs = np.zeros(count, dtype=bool)
    occurs[values] = True
    return np.flatnonzero(occurs), (np.cumsum(occurs, dtype=np.int32) - 1)[values]
