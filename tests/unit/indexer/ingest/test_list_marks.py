"""Marks of list items and headings, and words that only look like them."""

from __future__ import annotations

import pytest

from indexer.ingest.list_marks import has_articles, item_lines


@pytest.mark.parametrize(
    ("lines", "items"),
    [
        (["관련 용어", "가. 계약자", "나. 수익자", "이다.", "다. 증권"], {1, 2, 4}),
        (["공감하였", "다. 양측은", "합의하", "나. 이는"], set()),
        (["가. 하나", "나. 합의하였", "다. 둘째", "다. 셋"], {0, 1, 3}),
        (["1) 하나", "2) 둘", "1) 다시", "2) 다시"], {0, 1, 2, 3}),
        (["2012.", "10. 24. 에", "5. 합의"], set()),
        (["① 하나", "○ 둘", "- 셋", "※ 넷", "Ⅱ. 다섯", "- 여섯"], {0, 1, 2, 3, 4, 5}),
        (["제1조(목적) 이", "법", "제2조(정의)", "제3조(의료기관)에 따른"], {0, 2}),
        (["제1관 목적", "제2관 지급", "제3호에서"], {0, 1}),
        (["본문", "< 모집 개요 >", "다음과", "같다: 하나"], {1, 2}),
        (["일시: 2020년", "장소: 서울", "같다"], {0, 1}),
        (["국방·외교", "·통일"], set()),
    ],
)
def test_marks_count_in_their_order(lines: list[str], items: set[int]) -> None:
    assert item_lines(lines) == items


def test_a_text_of_articles_has_two_in_order() -> None:
    assert has_articles(["제3조(가)", "1. 나", "제4조(다) ① 라"])
    assert not has_articles(["제4조(가)에 따라", "제5조(나)의"])
