"""The diff of two sentences: by words, by meaning or by letters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import kiwi
from indexer.analysis.analyzer import Analyzer
from indexer.storage.morpheme_cache import KnownRuns
from search.reading.diff import Segment, diff, is_same

ANALYZER = Analyzer(KnownRuns(kiwi.morphemes).morphemes)

WORDS = st.sampled_from(
    [
        "양 장관은",
        "국방",
        "장관은",
        "한미동맹을",
        "및",
        "(SCM)",
        "강화",
        "하였다.",
        "않았다",
    ]
)
SENTENCES = st.lists(WORDS, max_size=8).map(" ".join)


def shown(segments: Sequence[Segment]) -> str:
    """Write segments as wdiff does, what is the same as it is now."""
    return "".join(
        s.after
        if s.kind == "equal"
        else "".join(
            f"{mark}{text}{mark}"
            for mark, text in (("-", s.before), ("+", s.after))
            if text
        )
        for s in segments
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("국방 장관은 합의하였다.", "국방장관이 합의했다.", "국방장관이 합의했다."),
        ("카터 장관은 말했다.", "정 장관은 말했다.", "-카터 -+정 +장관은 말했다."),
        ("대북 정책", "정책", "-대북 -정책"),
        ("정책", "대북 정책", "+대북 +정책"),
        ("공감하지 않았다.", "공감하였다.", "-공감하지 않았다.-+공감하였다.+"),
        ("추진해야 한다.", "추진한다.", "-추진해야 한다.-+추진한다.+"),
        ("노력하기로 하였다.", "노력하였다.", "-노력하기로 하였다.-+노력하였다.+"),
        ("국방부장관", "국방장관", "-국방부장관-+국방장관+"),
        ("", "동맹", "+동맹+"),
        ("및", "또는", "-및-+또는+"),
        ("", "", ""),
    ],
)
def test_words_are_compared_by_their_meaning(
    before: str, after: str, expected: str
) -> None:
    assert shown(diff(before, after, ANALYZER)) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("국방 장관은", "국방장관은", "-국방 장관은-+국방장관은+"),
        ("장관은 합의했다.", "장관이 합의했다.", "-장관은 -+장관이 +합의했다."),
        ("양 장관은", "양 장관은", "양 장관은"),
    ],
)
def test_with_strict_every_letter_counts(
    before: str, after: str, expected: str
) -> None:
    assert shown(diff(before, after, ANALYZER, strict=True)) == expected


@given(st.text() | SENTENCES, st.text() | SENTENCES, st.booleans())
def test_the_segments_add_up_to_both_texts(
    before: str, after: str, strict: bool
) -> None:
    segments = diff(before, after, ANALYZER, strict=strict)

    assert "".join(segment.before for segment in segments) == before
    assert "".join(segment.after for segment in segments) == after
    assert all(segment.before or segment.after for segment in segments)


@given(SENTENCES, SENTENCES)
def test_segments_end_where_words_end(before: str, after: str) -> None:
    segments = diff(before, after, ANALYZER)

    for one, other in pairwise(segments):
        if one.before and other.before:
            assert one.before[-1].isspace()
        if one.after and other.after:
            assert one.after[-1].isspace()
        assert one.kind != "equal" or one.before
        assert one.kind != "equal" or one.after


@given(SENTENCES, st.booleans())
def test_the_same_text_has_no_change(text: str, strict: bool) -> None:
    assert is_same(diff(text, text, ANALYZER, strict=strict))
