"""Sentences that stay are renumbering as their segments are linked; the others count on."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.segments import docid_map
from indexer.segments.docid_map import DocIdMap, SegmentSizes
from indexer.segments.renumbering import OldNumbers

SIZES = SegmentSizes(sentences=(6, 3, 2, 1), terms=(50, 4, 0, 2), size=100)
COUNT = SIZES.bounds[-1]
OLD_CORPUS = st.permutations(range(COUNT)).flatmap(
    lambda order: st.integers(1, COUNT).map(lambda count: order[:count])
)
"""The segment numbers of the old corpus; the other sentences are deleted already."""


@given(
    OLD_CORPUS,
    st.sets(st.integers(1, 3)),
    st.permutations(range(COUNT)),
    st.lists(st.booleans(), min_size=COUNT, max_size=COUNT),
)
def test_sentences_keep_their_place_in_a_linked_segment(
    tmp_path_factory: pytest.TempPathFactory,
    old_corpus: list[int],
    linked: set[int],
    order: list[int],
    stays: list[bool],
) -> None:
    path = tmp_path_factory.getbasetemp() / "numbers.bin"
    spans = np.array([(0, 1)] * len(old_corpus))
    docid_map.write(path, SIZES, spans, np.array(old_corpus, np.int64))
    segments = [0, *sorted(linked)]
    numbers = [n if stays[n] else -1 for n in order]
    old_numbers = np.array([n for n in numbers if n < len(old_corpus)])
    with closing(DocIdMap(path)) as old_map:
        old = OldNumbers(SIZES, old_map, old_numbers)
        located = [old_map.locate(n) if n >= 0 else None for n in old_numbers]

    for segment, live in enumerate(old.live()):
        assert live == sum(each is not None and each[0] == segment for each in located)
    renumbering = old.renumbering(segments)
    new = iter(range(sum(SIZES.sentences[n] for n in segments), COUNT * 2))
    starts = dict(zip(segments, renumbering.sizes.bounds, strict=False))
    expected = [
        starts[each[0]] + each[1] if each and each[0] in starts else next(new)
        for each in located
    ]
    assert renumbering.segment_numbers.tolist() == expected
    assert renumbering.is_new().tolist() == [
        each is None or each[0] not in starts for each in located
    ]
    assert renumbering.deleted() == {
        n: [inner for inner in range(SIZES.sentences[n]) if (n, inner) not in located]
        for n in segments
    }
