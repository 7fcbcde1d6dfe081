"""Inversion: from the words of each sentence to the sentences of each term.

A word is split into runs once and a run into terms once, however often they occur in the
corpus. The occurrences are then numbers, which NumPy sorts.
See Manning, Raghavan and Schütze, "Introduction to Information Retrieval" (2008), 4.2.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from indexer.analysis.script_runs import Script
from indexer.invert.distinct_words import DistinctWords
from indexer.invert.ragged_array import FlatRows, RaggedArray

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.invert.ragged_array import IntegerArray

_WIDEST_TABLE = 1 << 26
"""Up to this many possible values are ranked by a table of them; more are sorted."""

Gaps: TypeAlias = "bytes | array[int]"
"""Differences between ascending numbers, the first from 0, in the narrowest type."""


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


@dataclass(frozen=True)
class InvertedField:
    """The postings of a field.

    The postings of `terms[i]` are those from `starts[i]` to `starts[i + 1]`. `sentences`
    are the sentence numbers, ascending for each term, and `frequencies` how often the
    term occurs in each. `lengths[n]` is the number of terms of sentence `n`, or
    its length for BM25 in the field that is scored. All arrays
    have one dimension: `starts` has an element more than `terms`; `sentences` and
    `frequencies` have one for each posting.
    """

    terms: list[str]
    starts: NDArray[np.int64]
    sentences: NDArray[np.int32]
    frequencies: NDArray[np.int32]
    lengths: NDArray[np.int64]

    def gaps(self) -> Iterator[Gaps]:
        """Yield for each term the gaps between the numbers of its sentences."""
        gaps = np.diff(self.sentences, prepend=0)
        first = self.starts[:-1]
        gaps[first] = self.sentences[first]
        packed = {code: gaps.astype(code).tobytes() for code in "BHI"}
        widest = np.maximum.reduceat(gaps, first)
        codes = np.where(widest < 1 << 8, "B", np.where(widest < 1 << 16, "H", "I"))
        rows = zip(
            first.tolist(), self.starts[1:].tolist(), codes.tolist(), strict=True
        )
        for start, end, code in rows:
            if code == "B":
                yield packed["B"][start:end]
            else:
                size = array(code).itemsize
                yield array(code, packed[code][size * start : size * end])

    def sentences_of(self, index: int) -> list[int]:
        """Return the numbers of the sentences of `terms[index]`, ascending."""
        numbers: list[int] = self.sentences[
            self.starts[index] : self.starts[index + 1]
        ].tolist()
        return numbers

    def sentence_counts(self) -> dict[str, int]:
        """Return for each term the number of its sentences."""
        return dict(zip(self.terms, np.diff(self.starts).tolist(), strict=True))


class Inversion:
    """The sentences of a corpus as rows of words, and the words as rows of runs."""

    def __init__(self) -> None:
        self.words = DistinctWords()
        self.sentences = RaggedArray()
        """The numbers of the words of each sentence."""

    def add(self, text: str) -> range:
        """Add the next sentence; return the numbers of the runs that are new in it."""
        numbers, new_runs = self.words.add(text)
        self.sentences.append(numbers)
        return new_runs

    def terms_in_order(self, field: FieldTerms, run_rows: array[int]) -> FlatRows:
        """Return the term numbers of each sentence, in the order of its text.

        Args:
            field: The terms, in rows.
            run_rows: For each run of `words` the row of *field* with its terms.
        """
        runs = self._sentence_runs
        rows = np.frombuffer(run_rows, dtype=np.uint32)[runs.values]
        return field.rows.gather(FlatRows(rows, runs.rows))

    def invert(self, field: FieldTerms, run_rows: array[int]) -> InvertedField:
        """Return the postings of *field*; the arguments are those of `terms_in_order`."""
        numbers = self.terms_in_order(field, run_rows)
        keys = PostingKeys.of(field.ranks(), numbers, len(self.sentences))
        del numbers  # They would take memory beside the keys while these are sorted.
        return build_postings(field.terms, keys)

    def lengths(
        self, row_lengths: array[int], run_rows: array[int]
    ) -> NDArray[np.int64]:
        """Return the length of each sentence.

        Args:
            row_lengths: The length of each row of terms.
            run_rows: For each run of `words` its row.
        """
        runs = self._sentence_runs
        rows = np.frombuffer(run_rows, dtype=np.uint32)[runs.values]
        weights = np.frombuffer(row_lengths, dtype=np.uint32)[rows]
        sums = np.bincount(runs.rows, weights, minlength=len(self.sentences))
        return sums.astype(np.int64)

    def run_counts(self) -> Counter[str]:
        """Return how often each Hangul run occurs in the sentences, by its key."""
        runs = self.words.runs
        counts = np.bincount(self._sentence_runs.values, minlength=len(runs))
        return Counter(
            {
                run.key: number
                for run, number in zip(runs, counts.tolist(), strict=True)
                if run.script is Script.HANGUL
            }
        )

    @cached_property
    def _sentence_runs(self) -> FlatRows:
        return self.words.word_runs.gather(self.sentences.flat())


def invert_tags(tags: Sequence[str | None]) -> InvertedField:
    """Return the postings of *tags*, one for each sentence, or None."""
    terms = sorted({tag for tag in tags if tag is not None})
    indices = {term: index for index, term in enumerate(terms)}
    rows = [number for number, tag in enumerate(tags) if tag is not None]
    values = [indices[tag] for tag in tags if tag is not None]
    flat = FlatRows(np.array(values, np.int32), np.array(rows, np.int32))
    ranks = np.arange(len(terms), dtype=np.int32)
    return build_postings(terms, PostingKeys.of(ranks, flat, len(tags)))


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


class PostingKeys(NamedTuple):
    """The occurrences of terms in sentences, each as one number, in any order.

    A key is the index of the term times the number of sentences, plus the number of the
    sentence. `lengths[n]` is the number of terms of sentence `n`.
    """

    keys: NDArray[np.int64]
    lengths: NDArray[np.int64]

    @classmethod
    def of(
        cls, ranks: NDArray[np.int32], numbers: FlatRows, sentence_count: int
    ) -> PostingKeys:
        """Return the keys of *numbers*: term numbers in rows, which are sentences.

        *ranks* has for each term number the index of the term.
        """
        keys = ranks.astype(np.int64)[numbers.values]
        keys *= sentence_count
        keys += numbers.rows
        return cls(keys, np.bincount(numbers.rows, minlength=sentence_count))


def build_postings(terms: list[str], occurrences: PostingKeys) -> InvertedField:
    """Return the postings of *terms*, which are sorted; the keys are sorted in place."""
    keys, lengths = occurrences
    sentence_count = len(lengths)
    keys.sort()
    first = np.flatnonzero(np.append(keys[:1] >= 0, keys[1:] != keys[:-1]))
    frequencies = np.diff(first, append=len(keys)).astype(np.int32)
    keys = keys[first]
    del first
    starts = np.searchsorted(keys, np.arange(len(terms) + 1) * sentence_count)
    keys %= max(sentence_count, 1)
    return InvertedField(
        terms=terms,
        starts=starts,
        sentences=keys.astype(np.int32),
        frequencies=frequencies,
        lengths=lengths,
    )
