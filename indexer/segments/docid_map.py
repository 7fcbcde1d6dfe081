"""Places: where each sentence of a corpus is kept, in an index that was changed in part.

Such an index has two segments: the first was made whole and stays as it is, though some
of its sentences are in the corpus no more; the second has those that are new. Sentences
are numbered in the order of the corpus throughout. This file has for each of them its
number in its segment, that of the first sentence of the second segment following that
of the last of the first, and where it begins and ends in its source, which moves when
anything before it is changed.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from indexer.ingest.sentence import Sentence
from indexer.storage import block_file
from indexer.storage.block_file import BlockFile
from indexer.storage.checksums import FileDamagedError
from indexer.whoosh_format.reader import Postings

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NUMBER = np.dtype("<i4")


class SegmentSizes(NamedTuple):
    """What is kept of the segments as such.

    How many sentences each has, those that are gone counted in; how many terms the
    sentences of the corpus have together; and how many distinct ones the first has.
    """

    first: int
    second: int
    size: int
    terms: int


def write(
    path: Path,
    head: SegmentSizes,
    sentences: Sequence[Sentence],
    numbers: Sequence[int],
) -> None:
    """Write the places of all *sentences*, given the *numbers* of each in the segments."""
    starts = np.array([sentence.start for sentence in sentences], dtype=_NUMBER)
    ends = np.array([sentence.end for sentence in sentences], dtype=_NUMBER)
    # Differences are often the same, as the numbers themselves never are.
    rows = (
        np.diff(np.array(numbers, dtype=_NUMBER), prepend=_NUMBER.type(0)),
        starts - np.append(_NUMBER.type(0), ends[:-1]),
        ends - starts,
    )
    told = json.dumps(head).encode()
    block_file.write(path, [told, *(row.astype(_NUMBER).tobytes() for row in rows)])


class DocIdMap:
    """The places of the sentences of an index, read when the first is asked for."""

    def __init__(self, path: Path) -> None:
        self._blocks = BlockFile(path, kept=0)
        self._path = path

    def close(self) -> None:
        """Let go of the file."""
        self._blocks.close()

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def numbers(self) -> NDArray[Any]:
        """The number of each sentence in the segments."""
        return np.cumsum(self._row(1), dtype=np.int64)

    def find(self, number: int) -> tuple[int, int]:
        """Return the segment of a sentence, 0 or 1, and its number in it."""
        place, first = int(self.numbers[number]), self.head.first
        return (0, place) if place < first else (1, place - first)

    @cached_property
    def bounds(self) -> NDArray[Any]:
        """Where each sentence begins and ends in its source, a row of two."""
        steps = np.stack([self._row(2), self._row(3)], axis=1)
        return np.cumsum(steps, dtype=np.int64).reshape(-1, 2)

    def merged(self, found: Iterable[Postings | None]) -> Postings | None:
        """Return the postings of a term, of those that it has in each segment."""
        numbers, times = [], []
        for here, postings in zip(self._here, found, strict=True):
            if postings:
                of_corpus = here[np.cumsum(_numbers(postings.gaps), dtype=np.int64)]
                there = of_corpus >= 0
                numbers.append(of_corpus[there])
                times.append(_times(postings)[there])
        ordered = np.concatenate(numbers) if numbers else np.array([], np.int64)
        if not len(ordered):
            return None
        order = np.argsort(ordered)
        gaps = np.diff(ordered[order], prepend=0).astype(np.uint32)
        counted = np.concatenate(times)[order]
        often = counted.tobytes() if counted.max() > 1 else None
        return Postings(len(order), array("I", gaps.tobytes()), often)

    def parted(self, numbers: Iterable[int]) -> Iterator[NDArray[Any]]:
        """Yield for each segment the numbers in it of those sentences that it has."""
        places = self.numbers[np.fromiter(numbers, np.int64)]
        first = self.head.first
        yield places[places < first]
        yield places[places >= first] - first

    def joined(self, found: Iterable[Iterable[int]]) -> list[int]:
        """Return the numbers of sentences, given by those in each segment; they ascend."""
        parts = zip(self._here, found, strict=True)
        return sorted(int(here[number]) for here, part in parts for number in part)

    @cached_property
    def head(self) -> SegmentSizes:
        """What is kept of the segments as such."""
        try:
            return SegmentSizes(*map(int, json.loads(self._blocks[0])))
        except (ValueError, TypeError):
            raise FileDamagedError(self._path) from None

    @cached_property
    def _here(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """For each segment the numbers of its sentences, -1 for one that is gone."""
        first, second, *_ = self.head
        here = np.full(first + second, -1, dtype=np.int64)
        here[self.numbers] = np.arange(len(self))
        return here[:first], here[first:]

    def _row(self, number: int) -> NDArray[Any]:
        return np.frombuffer(self._blocks[number], dtype=_NUMBER)


def _numbers(gaps: Sequence[int]) -> NDArray[Any]:
    if isinstance(gaps, bytes):
        return np.frombuffer(gaps, dtype=np.uint8)
    return np.array(gaps, dtype=np.int64)


def _times(postings: Postings) -> NDArray[Any]:
    if postings.frequencies is None:
        return np.ones(postings.count, dtype=np.uint8)
    return _numbers(postings.frequencies).astype(np.uint8)
