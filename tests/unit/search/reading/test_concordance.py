"""The concordance: one line a mark, in one column, in the order asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import wcwidth
from hypothesis import given
from hypothesis import strategies as st

from indexer.ingest.sentence import Sentence
from indexer.text.folding import compact
from search.index import Index, open_index
from search.present.terminal import COLOUR, PLAIN
from search.reading.concordance import Line, concordance, concordance_lines, room


@pytest.fixture(scope="module")
def index(index_folder: Path) -> Iterator[Index]:
    with open_index(index_folder) as opened:
        yield opened


def line_of(left: str, word: str, right: str) -> Line:
    text = left + word + right
    sentence = Sentence("문서:1.1", "문서", 1, 1, 0, len(text), text)
    return Line(sentence, len(left), len(left) + len(word))


def test_every_mark_of_the_search_has_its_line(index: Index) -> None:
    hits = index.search("억제", limit=100).hits

    found = concordance(index, "억제")

    marks = [(hit.sentence.id, *span) for hit in hits for span in hit.spans]
    assert sorted((x.sentence.id, x.start, x.end) for x in found) == sorted(marks)
    assert {line.word for line in found} == {"억제"}
    assert all(
        line.left + line.word + line.right == line.sentence.text for line in found
    )


def test_the_words_of_a_phrase_are_one(index: Index) -> None:
    found = concordance(index, '"신뢰 구축"')

    assert {line.word.replace(" ", "") for line in found} == {"신뢰구축"}


def test_lines_stand_in_the_order_of_the_text(index: Index) -> None:
    found = concordance(index, "전작권")

    places = [(line.sentence.start, line.start) for line in found]
    assert places == sorted(places)


def test_lines_are_sorted_by_what_follows_its_particle_first(index: Index) -> None:
    rights = [compact(x.right) for x in concordance(index, "억제", "right")]

    assert rights == sorted(rights)
    assert rights[-1].startswith("하고")


def test_lines_are_sorted_by_the_word_before(index: Index) -> None:
    found = concordance(index, "훈련", "left")

    words = [
        "".join(filter(str.isalnum, (line.left.split() or [""])[-1])) for line in found
    ]
    assert words == sorted(words)


def test_nothing_found_has_no_line(index: Index) -> None:
    assert concordance(index, "제임스웹") == []
    assert list(concordance_lines([], PLAIN, 10)) == []


def test_the_word_stands_in_one_column() -> None:
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
def test_no_line_is_wider_than_asked(left: str, right: str, width: int) -> None:
    line = line_of(left, "억제", right)

    (shown,) = concordance_lines([line], PLAIN, width)

    before, _, after = shown.partition("[억제]")
    assert wcwidth.wcswidth(before) == width
    assert wcwidth.wcswidth(after) == width + 2 + len("문서:1.1") + 2


def test_what_steers_a_terminal_is_not_shown() -> None:
    (shown,) = concordance_lines([line_of("\x1b[2J가 ", "억제", "\x07")], PLAIN, 10)

    assert "\x1b" not in shown
    assert "\x07" not in shown


def test_the_room_is_the_terminals() -> None:
    lines = [line_of("가 ", "억제", "")]
    at_80 = PLAIN.__class__(mark=COLOUR.mark, faint=COLOUR.faint, width=80)

    shown = list(concordance_lines(lines, at_80, room(lines, at_80)))

    assert wcwidth.width(shown[0]) <= 80
    assert room(lines, PLAIN) == 40
