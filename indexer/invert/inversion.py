"""Inversion: from the words of each sentence to the sentences of each term.

A word is cut into runs once and a run into terms once, however often they stand in the
corpus; what they add to each sentence is a matter of numbers, which NumPy sorts. See
Manning, Raghavan and Schütze, "Introduction to Information Retrieval" (2008), 4.2.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from indexer.analysis.script_runs import Run, Script, runs_of, split_words

if TYPE_CHECKING:
    from numpy.typing import NDArray


_WIDEST_TABLE = 1 << 26
"""Up to so many values are ranked by a table of them; more are sorted."""

Gaps: TypeAlias = "bytes | array[int]"
"""Differences between ascending numbers, the first from 0, in the narrowest type."""


class RaggedArray:
    """Rows of numbers of any length, kept end to end."""

    def __init__(self) -> None:
        self._values = array("I")
        self._ends = array("Q", [0])

    @classmethod
    def of(cls, owned: FlatRows, count: int) -> RaggedArray:
        """Return *count* rows of numbers, given in the order of their owners."""
        rows = cls()
        ends = np.cumsum(np.bincount(owned.owners, minlength=count)).astype(np.uint64)
        rows._values.frombytes(owned.numbers.astype(np.uint32).tobytes())
        rows._ends.frombytes(ends.tobytes())
        return rows

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __iter__(self) -> Iterator[Sequence[int]]:
        for row in range(len(self)):
            yield self._values[self._ends[row] : self._ends[row + 1]]

    def add(self, row: Sequence[int]) -> None:
        """Add *row* after the others."""
        self._values.extend(row)
        self._ends.append(len(self._values))

    def flat(self) -> FlatRows:
        """Return all numbers, and for each the number of its row."""
        ends = np.frombuffer(self._ends, dtype=np.uint64).astype(np.int64)
        owners = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(ends))
        return FlatRows(np.frombuffer(self._values, dtype=np.uint32), owners)

    def follow(self, owned: FlatRows) -> FlatRows:
        """Return the numbers of the rows that *owned* numbers, in its order."""
        ends = np.frombuffer(self._ends, dtype=np.uint64).astype(np.int64)
        counts = np.diff(ends)[owned.numbers]
        values = np.frombuffer(self._values, dtype=np.uint32)
        size = int(counts.sum())
        code = np.int32 if max(size, len(values)) < 1 << 31 else np.int64
        before = ends[:-1][owned.numbers] - np.cumsum(counts) + counts
        places = np.repeat(before.astype(code), counts)
        places += np.arange(size, dtype=code)
        return FlatRows(values[places], np.repeat(owned.owners, counts))


class FlatRows(NamedTuple):
    """Numbers, and to which row or sentence each belongs."""

    numbers: NDArray[Any]
    owners: NDArray[Any]


def _numbered() -> defaultdict[str, int]:
    """Return what numbers each new key, from 0 on."""
    return defaultdict(count().__next__)


class FieldTerms:
    """The terms of distinct runs in one field, a row of terms each."""

    def __init__(self) -> None:
        self._known = _numbered()
        self.rows = RaggedArray()

    def add(self, terms: Iterable[str]) -> None:
        """Add the terms of the next row."""
        self.rows.add(list(map(self._known.__getitem__, terms)))

    @property
    def numbered(self) -> list[str]:
        """The distinct terms, in the order of their numbers."""
        return list(self._known)

    @cached_property
    def terms(self) -> list[str]:
        """The distinct terms, sorted; the order of code points is that of UTF-8."""
        return sorted(self._known)

    def ranks(self) -> NDArray[Any]:
        """Return for each term's number its place in `terms`."""
        ranks = np.empty(len(self.terms), dtype=np.int32)
        ranks[[self._known[term] for term in self.terms]] = np.arange(len(ranks))
        return ranks


@dataclass(frozen=True)
class InvertedField:
    """The postings of a field.

    Term `i` of `terms`, which are sorted, has the postings from `starts[i]` to
    `starts[i + 1]`: `sentences` are their numbers, ascending, and `frequencies` how
    often each has the term. `lengths` are how many terms each sentence has.
    """

    terms: list[str]
    starts: NDArray[Any]
    sentences: NDArray[Any]
    frequencies: NDArray[Any]
    lengths: NDArray[Any]

    def gaps(self) -> Iterator[Gaps]:
        """Yield for each term the gaps between its sentences' numbers, as they are kept."""
        gaps = np.diff(self.sentences, prepend=0)
        first = self.starts[:-1]
        gaps[first] = self.sentences[first]
        kept = {code: gaps.astype(code).tobytes() for code in "BHI"}
        widest = np.maximum.reduceat(gaps, first)
        codes = np.where(widest < 1 << 8, "B", np.where(widest < 1 << 16, "H", "I"))
        rows = zip(
            first.tolist(), self.starts[1:].tolist(), codes.tolist(), strict=True
        )
        for start, end, code in rows:
            if code == "B":
                yield kept["B"][start:end]
            else:
                size = array(code).itemsize
                yield array(code, kept[code][size * start : size * end])

    def having(self, place: int) -> list[int]:
        """Return the numbers of the sentences of the term at that place."""
        found: list[int] = self.sentences[
            self.starts[place] : self.starts[place + 1]
        ].tolist()
        return found

    def counts(self) -> dict[str, int]:
        """Return in how many sentences each term is."""
        return dict(zip(self.terms, np.diff(self.starts).tolist(), strict=True))


class Inversion:
    """The sentences of a corpus as rows of words, and the words as rows of runs."""

    def __init__(self) -> None:
        self._words = _numbered()
        self._runs: dict[tuple[str, Script], int] = {}
        self.runs: list[Run] = []
        """The distinct runs."""
        self.words = RaggedArray()
        """The numbers of the runs of each distinct word."""
        self.sentences = RaggedArray()
        """The numbers of the words of each sentence."""

    @property
    def spoken(self) -> Iterable[str]:
        """The distinct words, each where it comes first."""
        return self._words

    def add(self, text: str) -> range:
        """Add the next sentence; return the numbers of runs that none before it had."""
        words = split_words(text)
        known, before = len(self._words), len(self.runs)
        row = list(map(self._words.__getitem__, words))
        self.sentences.add(row)
        if len(self._words) > known:
            new = dict(zip(row, words, strict=True))
            for number in range(known, len(self._words)):
                self.words.add([self._number(run) for run in runs_of(new[number])])
        return range(before, len(self.runs))

    def follow(self, field: FieldTerms, rows: array[int]) -> FlatRows:
        """Return the numbers of the terms of *field* in the order of the sentences.

        Each of `runs` has one of its *rows*.
        """
        running = self._running
        numbers = np.frombuffer(rows, dtype=np.uint32)[running.numbers]
        return field.rows.follow(FlatRows(numbers, running.owners))

    def tagged(self, values: Sequence[str | None]) -> InvertedField:
        """Return the postings of *values*, one for each sentence or none."""
        terms = sorted({value for value in values if value is not None})
        places = {term: place for place, term in enumerate(terms)}
        owners = [n for n, value in enumerate(values) if value is not None]
        numbers = [places[value] for value in values if value is not None]
        found = FlatRows(np.array(numbers, np.int64), np.array(owners, np.int64))
        return inverted(terms, found, len(values))

    def invert(self, field: FieldTerms, rows: array[int]) -> InvertedField:
        """Return the postings of *field*, of which each of `runs` has one of the *rows*."""
        found = self.follow(field, rows)
        ranks = FlatRows(field.ranks()[found.numbers], found.owners)
        return inverted(field.terms, ranks, len(self.sentences))

    def times(self) -> Counter[str]:
        """Return how often each Hangul run stands in the sentences, by its key."""
        counts = np.bincount(self._running.numbers, minlength=len(self.runs))
        return Counter(
            {
                run.key: count
                for run, count in zip(self.runs, counts.tolist(), strict=True)
                if run.script is Script.HANGUL
            }
        )

    @cached_property
    def _running(self) -> FlatRows:
        """The runs of all sentences."""
        return self.words.follow(self.sentences.flat())

    def _number(self, run: Run) -> int:
        number = self._runs.setdefault((run.key, run.script), len(self.runs))
        if number == len(self.runs):
            self.runs.append(run)
        return number


def ranked(values: NDArray[Any], count: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the distinct *values*, all below *count*, and the rank of each value."""
    if count > _WIDEST_TABLE:
        distinct, ranks = np.unique(values, return_inverse=True)
        return distinct, ranks
    there = np.zeros(count, dtype=bool)
    there[values] = True
    return np.flatnonzero(there), (np.cumsum(there, dtype=np.int32) - 1)[values]


def inverted(terms: list[str], found: FlatRows, count: int) -> InvertedField:
    """Return the postings of *terms*, which stand by their places in *count* sentences."""
    lengths = np.bincount(found.owners, minlength=count)
    keys = found.numbers.astype(np.int64)
    keys *= count
    keys += found.owners
    keys.sort()
    first = np.flatnonzero(np.append(keys[:1] >= 0, keys[1:] != keys[:-1]))
    frequencies = np.diff(first, append=len(keys)).astype(np.int32)
    keys = keys[first]
    ranks, sentences = np.divmod(keys, count)
    return InvertedField(
        terms=terms,
        starts=np.searchsorted(ranks, np.arange(len(terms) + 1)),
        sentences=sentences.astype(np.int32),
        frequencies=frequencies,
        lengths=lengths,
    )
