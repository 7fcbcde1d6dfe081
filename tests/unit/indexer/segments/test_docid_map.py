"""The map of sentence numbers translates as a loop over all sentences would."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.segments import docid_map
from indexer.segments.docid_map import DocIdMap, SegmentSizes
from indexer.storage import block_file
from indexer.storage.checksums import FileDamagedError
from indexer.whoosh_format.reader import Postings

SIZES = SegmentSizes(sentences=(6, 3, 2), terms=(50, 4, 0), size=100)
START, END = SIZES.bounds[:-1], SIZES.bounds[1:]
"""The segment numbers at which each segment begins and ends."""
SEGMENT_NUMBERS = st.permutations(range(END[-1])).flatmap(
    lambda order: st.integers(1, len(order)).map(lambda count: list(order[:count]))
)
"""Sentences of the corpus in any order; the others are deleted."""


@contextmanager
def opened(folder: Path, segment_numbers: Sequence[int]) -> Iterator[DocIdMap]:
    spans = np.array([(10 * n, 10 * n + 7) for n in range(len(segment_numbers))])
    path = folder / "places.bin"
    docid_map.write(path, SIZES, spans, np.array(segment_numbers, np.int64))
    with closing(DocIdMap(path)) as numbers:
        yield numbers


def postings_of(frequencies: dict[int, int]) -> Postings | None:
    """Return the posting list of sentence numbers with their frequencies."""
    if not frequencies:
        return None
    numbers = sorted(frequencies)
    gaps = [number - last for last, number in zip([0, *numbers], numbers, strict=False)]
    counts = bytes(frequencies[number] for number in numbers)
    return Postings(len(numbers), array("I", gaps), counts if max(counts) > 1 else None)


@given(segment_numbers=SEGMENT_NUMBERS)
def test_each_sentence_is_located_in_its_segment(
    tmp_path_factory: pytest.TempPathFactory, segment_numbers: list[int]
) -> None:
    with opened(tmp_path_factory.getbasetemp(), segment_numbers) as numbers:
        assert len(numbers) == len(segment_numbers)
        assert numbers.sizes == SIZES
        for number, expected in enumerate(segment_numbers):
            segment, inner = numbers.locate(number)
            assert START[segment] + inner == expected
            assert expected < END[segment]
            assert numbers.bounds[number].tolist() == [10 * number, 10 * number + 7]


@given(segment_numbers=SEGMENT_NUMBERS, data=st.data())
def test_split_numbers_are_joined_again(
    tmp_path_factory: pytest.TempPathFactory,
    segment_numbers: list[int],
    data: st.DataObject,
) -> None:
    everything = range(len(segment_numbers))
    chosen = data.draw(st.sets(st.sampled_from(everything)).map(sorted))
    with opened(tmp_path_factory.getbasetemp(), segment_numbers) as numbers:
        parts = [part.tolist() for part in numbers.split(chosen)]

        assert [n + START[s] for s, part in enumerate(parts) for n in part] == sorted(
            (segment_numbers[number] for number in chosen),
            key=lambda n: [n >= end for end in END],
        )
        assert numbers.join(parts) == chosen


@given(
    segment_numbers=SEGMENT_NUMBERS,
    frequencies=st.dictionaries(st.integers(0, END[-1] - 1), st.integers(1, 255)),
)
def test_merged_postings_leave_out_deleted_sentences(
    tmp_path_factory: pytest.TempPathFactory,
    segment_numbers: list[int],
    frequencies: dict[int, int],
) -> None:
    by_segment = (
        {n - start: count for n, count in frequencies.items() if start <= n < end}
        for start, end in zip(START, END, strict=True)
    )
    with opened(tmp_path_factory.getbasetemp(), segment_numbers) as numbers:
        merged = numbers.merge(map(postings_of, by_segment))

    expected = {
        number: frequencies[inner]
        for number, inner in enumerate(segment_numbers)
        if inner in frequencies
    }
    if not expected:
        assert merged is None
        return
    assert merged
    merged_numbers = list(accumulate(merged.gaps))
    assert merged_numbers == sorted(expected)
    counts = merged.frequencies or [1] * len(merged_numbers)
    assert list(counts) == [expected[number] for number in merged_numbers]
    assert merged.count == len(merged_numbers)


def test_sizes_that_cannot_be_read_are_damage(tmp_path: Path) -> None:
    path = tmp_path / "places.bin"
    block_file.write(path, [b"[[1], 2]", b"", b"", b""])
    with closing(DocIdMap(path)) as numbers, pytest.raises(FileDamagedError):
        _ = numbers.sizes
