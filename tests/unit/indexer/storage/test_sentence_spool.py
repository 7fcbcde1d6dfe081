"""A spool returns its sentences, and finds the first id that occurs twice."""

from __future__ import annotations

from itertools import compress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.ingest.sentence import Sentence
from indexer.storage import sentence_spool
from indexer.storage.sentence_spool import SentenceSpool

IDS = st.lists(st.sampled_from(["가:1", "가:2", "나-3", "다", "라", "마"]), max_size=9)


def sentences_of(ids: list[str]) -> list[Sentence]:
    return [
        Sentence(
            id_, "가", None, number or None, number, number + 3, f"한美\ud800{id_}"
        )
        for number, id_ in enumerate(ids)
    ]


@given(IDS)
def test_sentences_are_read_as_they_were_written_any_number_of_times(
    ids: list[str],
) -> None:
    sentences = sentences_of(ids)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sentence_spool, "_BLOCK", 2)
        spool = SentenceSpool(iter(sentences))

        assert len(spool) == len(sentences)
        assert list(spool) == list(spool) == sentences


@given(IDS, st.lists(st.booleans(), min_size=9, max_size=9))
def test_a_selection_has_the_flagged_sentences(
    ids: list[str], flags: list[bool]
) -> None:
    sentences = sentences_of(ids)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sentence_spool, "_BLOCK", 2)
        spool = SentenceSpool(iter(sentences))

        selected = spool.select(np.array(flags[: len(ids)], dtype=np.bool_))

    assert selected == list(compress(sentences, flags))
    assert list(spool.with_ids({"가:1", "라"})) == [
        each for each in sentences if each.id in {"가:1", "라"}
    ]
    assert list(spool.texts()) == [each.text for each in sentences]
    assert spool.spans().tolist() == [[each.start, each.end] for each in sentences]


@given(IDS)
def test_the_first_repeated_id_is_that_of_a_loop(ids: list[str]) -> None:
    repeated = [(ids.index(id_), n) for n, id_ in enumerate(ids) if id_ in ids[:n]]

    assert SentenceSpool(sentences_of(ids)).repeated_id() == next(iter(repeated), None)
