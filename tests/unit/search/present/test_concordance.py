"""The concordance in a terminal: matches in one column, lines within the width."""

from __future__ import annotations

import wcwidth
from hypothesis import given
from hypothesis import strategies as st

from indexer.ingest.sentence import Sentence
from search.present.concordance import concordance_lines, context_width
from search.present.terminal import COLOUR, PLAIN
from search.reading.concordance import ConcordanceLine


def line_of(left: str, word: str, right: str) -> ConcordanceLine:
    text = left + word + right
    sentence = Sentence("문서:1.1", "문서", 1, 1, 0, len(text), text)
    return ConcordanceLine(sentence, len(left), len(left) + len(word))


def test_no_matches_give_no_lines() -> None:
    assert list(concordance_lines([], PLAIN, 10)) == []


def test_matches_are_in_one_column() -> None:
    lines = [
        line_of("동맹의 ", "억제", "력을"),
        line_of("the ", "SCM", " was held in Seoul and elsewhere"),
        line_of("", "억제", ""),
    ]

    assert list(concordance_lines(lines, PLAIN, 10)) == [
        "   동맹의 [억제]력을        문서:1.1",
        "      the [SCM] was held…   문서:1.1",
        "          [억제]            문서:1.1",
    ]


TEXTS = st.text(st.sampled_from("가나 힣a1·（."), max_size=40)


@given(TEXTS, TEXTS, st.integers(1, 30))
def test_both_sides_keep_to_the_width(left: str, right: str, width: int) -> None:
    line = line_of(left, "억제", right)

    (text,) = concordance_lines([line], PLAIN, width)

    before, _, after = text.partition("[억제]")
    assert wcwidth.wcswidth(before) == width
    assert wcwidth.wcswidth(after) == width + 2 + len("문서:1.1") + 2


def test_control_characters_are_not_printed() -> None:
    (text,) = concordance_lines([line_of("\x1b[2J가 ", "억제", "\x07")], PLAIN, 10)

    assert "\x1b" not in text
    assert "\x07" not in text


def test_the_context_fills_the_terminal() -> None:
    lines = [line_of("가 ", "억제", "")]
    at_80 = PLAIN.__class__(mark=COLOUR.mark, faint=COLOUR.faint, width=80)

    texts = list(concordance_lines(lines, at_80, context_width(lines, at_80)))

    assert wcwidth.width(texts[0]) <= 80
    assert context_width(lines, PLAIN) == 40
