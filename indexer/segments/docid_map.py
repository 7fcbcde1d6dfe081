"""The sentence numbers of an index with several segments: in the corpus, and in a segment.

The first segment is that of a full rebuild, and the others have the sentences added
since. No segment is ever changed, though some of its sentences are no longer in the
corpus. The file has for each sentence, in the order of the corpus,

- its segment number: the sentences of a segment count on from those of the one before;
- where it begins and ends in its source, which moves when text before it changes.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from indexer.storage import block_file
from indexer.storage.block_file import BlockFile
from indexer.storage.checksums import FileDamagedError
from indexer.whoosh_format.reader import Postings

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NUMBER = np.dtype("<i4")


class SegmentSizes(NamedTuple):
    """The sizes of the segments, deleted sentences included, and that of the corpus.

    `sentences` has the number of sentences of each segment, and `terms` the number of its
    distinct terms that the first segment lacks; of the first, all its distinct terms.
    `size` is the number of terms of all sentences of the corpus together.
    """

    sentences: tuple[int, ...]
    terms: tuple[int, ...]
    size: int

    @property
    def bounds(self) -> list[int]:
        """The segment number at which each segment begins, and the number after the last."""
        return list(accumulate(self.sentences, initial=0))


def write(
    path: Path,
    sizes: SegmentSizes,
    spans: NDArray[np.int64],
    segment_numbers: NDArray[np.int64],
) -> None:
    """Write the map to a new file.

    Args:
        path: The file.
        sizes: The sizes of the segments and of the corpus.
        spans: Where each sentence starts and ends in its source: shape (sentences, 2).
        segment_numbers: The segment number of each sentence.
    """
    starts, ends = spans.astype(_NUMBER).T
    # Differences repeat, so they compress better than the numbers themselves.
    rows = (
        np.diff(segment_numbers, prepend=0),
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
        """Return the segment of a sentence, counted from 0, and its number within it."""
        segment_number = int(self.segment_numbers[number])
        segment = bisect_right(self._bounds, segment_number) - 1
        return segment, segment_number - self._bounds[segment]

    @cached_property
    def bounds(self) -> NDArray[np.int64]:
        """The offsets of each sentence in its source: shape (sentences, 2)."""
        steps = np.stack([self._row(2), self._row(3)], axis=1)
        return np.cumsum(steps, dtype=np.int64).reshape(-1, 2)

    def merge(self, by_segment: Iterable[Postings | None]) -> Postings | None:
        """Return one posting list of a term, given its list in each segment.

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
        for start, end in pairwise(self._bounds):
            is_inside = (segment_numbers >= start) & (segment_numbers < end)
            yield segment_numbers[is_inside] - start

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
            sentences, terms, size = json.loads(self._blocks[0])
            return SegmentSizes(
                tuple(map(int, sentences)), tuple(map(int, terms)), int(size)
            )
        except (ValueError, TypeError):
            raise FileDamagedError(self._path) from None

    @cached_property
    def _bounds(self) -> list[int]:
        return self.sizes.bounds

    @cached_property
    def _corpus_numbers(self) -> list[NDArray[np.int64]]:
        """For each segment the corpus numbers of its sentences, -1 for deleted ones."""
        numbers = np.full(self._bounds[-1], -1, dtype=np.int64)
        numbers[self.segment_numbers] = np.arange(len(self))
        return np.split(numbers, self._bounds[1:-1])

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
