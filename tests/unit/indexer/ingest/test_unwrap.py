"""Undoing hard line breaks: which lines are joined, and where with a space."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from helpers import DATA

from indexer.analysis.kiwi import spaces_between
from indexer.ingest import corpus_files
from indexer.ingest.document import parse_document
from indexer.ingest.sentence import Sentence
from indexer.ingest.unwrap import Margin, ends_sentence, unwrap
from indexer.text.offset_text import OffsetText

GOLD = DATA / "line_breaks.tsv"
"""Document, number of the line that ends at the break, `join` or `space`, and `either`
where both read well."""

ERRORS = {
    ("scm44_2012", 58, "전투|준비태세를"),
    ("scm48_2016", 36, "연합|훈련을"),
    ("scm48_2016", 45, "연합|전력의"),
}
"""Breaks that differ from the judgement by hand: compounds also written with a space."""


def joined(
    lines: Sequence[str], judged: Sequence[bool] = (), elsewhere: str = ""
) -> str:
    """Join *lines* of a document that also contains *elsewhere*."""

    def judge(broken: Sequence[str]) -> list[bool]:
        assert broken == [line.strip() for line in lines]
        return list(judged)

    text = "\n".join([*lines, elsewhere])
    [unit] = unwrap([[OffsetText.of(line) for line in lines]], text, judge)
    return unit.text


@pytest.mark.parametrize(
    ("line", "ends"),
    [
        ("재확인하였다.", True),
        ("재확인하였다.  ", True),
        ("그런가?", True),
        ("“합의했다.”", True),
        ("(붙임.)", True),
        ("다음과 같다:", True),
        ("첫째;", True),
        ("그러나…", True),
        ("재확인하였다", False),
        ("이 회의는,", False),
        ("( SCM )", False),
        ("「계획」", False),
        ("", False),
    ],
)
def test_the_last_mark_of_a_line_ends_a_sentence_or_not(
    line: str, *, ends: bool
) -> None:
    assert ends_sentence(line) is ends


def test_lines_that_end_at_one_margin_are_wrapped() -> None:
    lines = [
        "양 장관은 최근 한반도 및 역내 안보환경을 점검하고",
        "협력방안에 대해 논의하였다.",
    ]
    margin = Margin(lines * 3)

    assert margin.wrapped
    assert margin.reached_by(lines[0])
    assert not margin.reached_by("한반도 정세")


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([], id="빈 글"),
        pytest.param(["첫 항목", "둘째 항목", "셋째"], id="짧은 줄"),
        pytest.param(
            ["양 장관은 한반도의 정세를 점검하고 논의하였다."] * 5, id="문장마다 한 줄"
        ),
    ],
)
def test_other_lines_are_not_wrapped(lines: list[str]) -> None:
    assert not Margin(lines).wrapped


def test_spaces_at_line_ends_decide_for_the_whole_document() -> None:
    assert (
        joined(["양측은 ", "이에 합", "의하였다. ", " 또한"])
        == "양측은 이에 합의하였다. 또한"
    )


def test_spaces_at_the_ends_of_some_lines_decide_if_the_others_break_inside_words() -> (
    None
):
    lines = ["양측은 ", "이에 합", "의하였", "고 또한 ", "공감", "하였다. 그", "리고"]
    inside = [True, False, False, True, False, True]
    between = [True] * 6

    assert joined(lines, inside) == "양측은 이에 합의하였고 또한 공감하였다. 그리고"
    assert joined(lines, between) == " ".join(line.strip() for line in lines)


def test_few_breaks_judged_inside_words_are_taken_as_between_words() -> None:
    lines = ["낱말"] * 21
    judged = [True] * 19 + [False]

    assert joined(lines, judged) == " ".join(lines)


@pytest.mark.parametrize(
    ("lines", "judged", "elsewhere", "expected"),
    [
        pytest.param(
            ["공감하", "였으며 양", "장관은"],
            [False, True],
            "",
            "공감하였으며 양 장관은",
            id="판단을 따름",
        ),
        pytest.param(
            ["하였다.", "또한 한", "반도"],
            [False, False],
            "",
            "하였다. 또한 한반도",
            id="마침표",
        ),
        pytest.param(
            ["첫째,", "둘째 한", "반도"],
            [False, False],
            "",
            "첫째, 둘째 한반도",
            id="쉼표",
        ),
        pytest.param(
            ["지상·", "해상 한", "반도"],
            [True, False],
            "",
            "지상·해상 한반도",
            id="가운뎃점",
        ),
        pytest.param(
            ["관한", "「계획」 한", "반도"],
            [False, False],
            "그「안」 이 「안」 저 「안」",
            "관한 「계획」 한반도",
            id="띄어 쓰는 낫표",
        ),
        pytest.param(
            ["관한", "「계획」 한", "반도"],
            [True, False],
            "그「안」 이「안」 저 「안」",
            "관한「계획」 한반도",
            id="붙여 쓰는 낫표",
        ),
        pytest.param(
            ["확장", "억제 한", "반도"],
            [True, False],
            "확장억제를 확장억제의",
            "확장억제 한반도",
            id="다른 데서 붙여 씀",
        ),
        pytest.param(
            ["주한", "미군 한", "반도"],
            [False, False],
            "주한 미군이 주한 미군의",
            "주한 미군 한반도",
            id="다른 데서 띄어 씀",
        ),
        pytest.param(
            ["한미", "가 한", "반도"],
            [True, False],
            "",
            "한미가 한반도",
            id="홀로 안 쓰는 글자",
        ),
        pytest.param(
            ["점검하고", ", 양국 한", "반도"],
            [True, False],
            "",
            "점검하고, 양국 한반도",
            id="줄 처음의 쉼표",
        ),
        pytest.param(
            ["‘판문점선언", "’을 한", "반도"],
            [True, False],
            "",
            "‘판문점선언’을 한반도",
            id="줄 처음의 닫는 따옴표",
        ),
        pytest.param(
            ["상황에서도", "’20년 한", "반도"],
            [True, False],
            "",
            "상황에서도 ’20년 한반도",
            id="줄 처음의 연도 생략표",
        ),
        pytest.param(
            ["북한이 ‘", "한반도의 평", "화’"],
            [True, False],
            "",
            "북한이 ‘한반도의 평화’",
            id="줄 끝의 여는 따옴표",
        ),
    ],
)
def test_the_spelling_in_the_document_overrules_the_judge(
    lines: list[str], judged: list[bool], elsewhere: str, expected: str
) -> None:
    assert joined(lines, judged, elsewhere) == expected


def test_the_space_for_a_break_has_an_empty_span() -> None:
    tracked = OffsetText.of("양측은 \n 이에")

    [unit] = unwrap([[tracked[:4], tracked[5:]]], tracked.text, lambda _: [])

    assert unit.text == "양측은 이에"
    assert list(unit.starts) == [0, 1, 2, 3, 6, 7]
    assert list(unit.ends) == [1, 2, 3, 3, 7, 8]


def test_no_lines_give_no_texts() -> None:
    assert unwrap([], "", lambda _: []) == []


# The white papers, whose breaks were judged by hand


def break_in(sentences: Sequence[Sentence], source: str, place: int) -> str:
    """Return `join` or `space` for the line break at *place*; `space` between sentences."""
    for sentence in sentences:
        if sentence.start < place < sentence.end:
            letters = len("".join(source[sentence.start : place].split()))
            places = [i for i, char in enumerate(sentence.text) if not char.isspace()]
            return "space" if places[letters] - places[letters - 1] > 1 else "join"
    return "space"


@pytest.mark.shared
def test_the_line_breaks_of_the_white_papers_are_undone_as_by_hand(
    shared: Path,
) -> None:
    rows = [line.split("\t") for line in GOLD.read_text(encoding="utf-8").splitlines()]
    wrong: set[tuple[str, int, str]] = set()
    judged = 0
    for name in dict.fromkeys(row[0] for row in rows):
        path = shared / "data" / "communiques" / f"{name}.txt"
        source = corpus_files.read(path, pytest.fail)
        sentences = parse_document(source, spaces_between).sentences
        lines = source.text.split("\n")
        for _, line, gold, *either in (row for row in rows if row[0] == name):
            if either:
                continue
            judged += 1
            number = int(line)
            place = len("\n".join(lines[:number]))
            if break_in(sentences, source.text, place) != gold:
                around = (lines[number - 1].split()[-1], lines[number].split()[0])
                wrong.add((name, number, "|".join(around)))

    assert judged == 302
    assert len(wrong) <= 0.03 * judged, f"judged otherwise than by hand: {wrong}"
    # None of them separates a word from its particle or ending.
    assert wrong == ERRORS
