"""The sentence numbers of an index with two segments: in the corpus, and in a segment.

The first segment is that of a full rebuild and is never changed, though some of its
sentences are no longer in the corpus; the second has the sentences added since. The file
has for each sentence, in the order of the corpus,

- its segment number: the sentences of the second segment count on from the first's;
- where it begins and ends in its source, which moves when text before it changes.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

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
    """The sizes of the segments.

    `first` and `second` are their numbers of sentences, deleted ones included. `size` is
    the number of terms of all sentences of the corpus together, and `terms` the number
    of distinct terms of the first segment.
    """

    first: int
    second: int
    size: int
    terms: int


def write(
    path: Path,
    sizes: SegmentSizes,
    sentences: Sequence[Sentence],
    segment_numbers: Sequence[int],
) -> None:
    """Write the map of all *sentences*, each with its segment number, to a new file."""
    starts = np.array([sentence.start for sentence in sentences], dtype=_NUMBER)
    ends = np.array([sentence.end for sentence in sentences], dtype=_NUMBER)
    # Differences repeat, so they compress better than the numbers themselves.
    rows = (
        np.diff(np.array(segment_numbers, dtype=_NUMBER), prepend=_NUMBER.type(0)),
        starts - np.append(_NUMBER.type(0), ends[:-1]),
        ends - starts,
    )
    head = json.dumps(sizes).encode()
    block_file.write(path, [head, *(row.astype(_NUMBER).tobytes() for row in rows)])


class DocIdMap:
    """Translates sentence numbers; the file is read at the first translation."""

    def __init__(self, path: Path) -> None:
        self._blocks = BlockFile(path, cache_size=0)
        self._path = path

    def close(self) -> None:
        """Close the file."""
        self._blocks.close()

    def __len__(self) -> int:
        return len(self.segment_numbers)

    @cached_property
    def segment_numbers(self) -> NDArray[np.int64]:
        """The segment number of each sentence, in the order of the corpus."""
        return np.cumsum(self._row(1), dtype=np.int64)

    def locate(self, number: int) -> tuple[int, int]:
        """Return the segment of a sentence, 0 or 1, and its number within it."""
        segment_number, first = int(self.segment_numbers[number]), self.sizes.first
        return (
            (0, segment_number)
            if segment_number < first
            else (1, segment_number - first)
        )

    @cached_property
    def bounds(self) -> NDArray[np.int64]:
        """The offsets of each sentence in its source: shape (sentences, 2)."""
        steps = np.stack([self._row(2), self._row(3)], axis=1)
        return np.cumsum(steps, dtype=np.int64).reshape(-1, 2)

    def merge(self, by_segment: Iterable[Postings | None]) -> Postings | None:
        """Return one posting list of a term, given its lists in the two segments.

        Deleted sentences are left out; None if no other has the term.
        """
        numbers, frequencies = [], []
        for corpus_numbers, postings in zip(
            self._corpus_numbers, by_segment, strict=True
        ):
            if postings:
                gaps = _to_array(postings.gaps)
                translated = corpus_numbers[np.cumsum(gaps, dtype=np.int64)]
                is_live = translated >= 0
                numbers.append(translated[is_live])
                frequencies.append(_frequencies(postings)[is_live])
        merged = np.concatenate(numbers) if numbers else np.array([], np.int64)
        if not len(merged):
            return None
        order = np.argsort(merged)
        gaps_merged = np.diff(merged[order], prepend=0).astype(np.uint32)
        ordered = np.concatenate(frequencies)[order]
        packed = ordered.tobytes() if ordered.max() > 1 else None
        return Postings(len(order), array("I", gaps_merged.tobytes()), packed)

    def split(self, numbers: Iterable[int]) -> Iterator[NDArray[np.int64]]:
        """Yield for each segment its sentences among *numbers*, by segment number."""
        segment_numbers = self.segment_numbers[np.fromiter(numbers, np.int64)]
        first = self.sizes.first
        yield segment_numbers[segment_numbers < first]
        yield segment_numbers[segment_numbers >= first] - first

    def join(self, by_segment: Iterable[Iterable[int]]) -> list[int]:
        """Return the corpus numbers, ascending, of numbers within each segment."""
        counts = (((number, 1) for number in numbers) for numbers in by_segment)
        return [number for number, _ in self.join_counts(counts)]

    def join_counts(
        self, by_segment: Iterable[Iterable[tuple[int, int]]]
    ) -> list[tuple[int, int]]:
        """Return corpus numbers with their counts, given numbers within each segment."""
        segments = zip(self._corpus_numbers, by_segment, strict=True)
        return sorted(
            (int(corpus_numbers[number]), count)
            for corpus_numbers, counts in segments
            for number, count in counts
        )

    @cached_property
    def sizes(self) -> SegmentSizes:
        """The sizes of the segments.

        Raises:
            FileDamagedError: The file has something else in their place.
        """
        try:
            return SegmentSizes(*map(int, json.loads(self._blocks[0])))
        except (ValueError, TypeError):
            raise FileDamagedError(self._path) from None

    @cached_property
    def _corpus_numbers(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each segment the corpus numbers of its sentences, -1 for deleted ones."""
        first, second, *_ = self.sizes
        numbers = np.full(first + second, -1, dtype=np.int64)
        numbers[self.segment_numbers] = np.arange(len(self))
        return numbers[:first], numbers[first:]

    def _row(self, number: int) -> NDArray[np.int32]:
        return np.frombuffer(self._blocks[number], dtype=_NUMBER)


def _to_array(numbers: Sequence[int]) -> NDArray[np.uint8] | NDArray[np.int64]:
    if isinstance(numbers, bytes):
        return np.frombuffer(numbers, dtype=np.uint8)
    return np.array(numbers, dtype=np.int64)


def _frequencies(postings: Postings) -> NDArray[np.uint8]:
    if postings.frequencies is None:
        return np.ones(postings.count, dtype=np.uint8)
    return _to_array(postings.frequencies).astype(np.uint8)
