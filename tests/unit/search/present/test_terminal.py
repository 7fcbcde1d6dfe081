"""Lines for a terminal: their content, their marks, and where they are wrapped."""

from __future__ import annotations

import re

import pytest
import wcwidth
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.ingest.sentence import Sentence
from search.engine.highlighting import Span
from search.present.terminal import (
    COLOUR,
    PLAIN,
    Style,
    meaning_lines,
    result_lines,
    sentence_lines,
    wants_colour,
)
from search.results import Hit, SearchResult

MIXED = "한미 양국은 對美 정책을 SCM에서 논의했다 😀 그리고 平和를 위해 협력한다."


def sentence(text: str, id_: str = "scm:11.1") -> Sentence:
    return Sentence(id_, "scm", 11, 1, 0, len(text), text)


def result(*hits: tuple[str, tuple[Span, ...]]) -> SearchResult:
    return SearchResult(
        "",
        None,
        len(hits),
        tuple(
            Hit(rank, sentence(text), 1.0, spans)
            for rank, (text, spans) in enumerate(hits, 1)
        ),
        (),
    )


def without_escapes(line: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", line)


def test_plain_hits_have_brackets_and_one_sentence_a_line() -> None:
    answer = result(("전작권을 전환한다.", ((0, 3), (5, 7))), ("없다.", ()))

    assert list(result_lines(answer, PLAIN)) == [
        " 1. paragraph 11, sentence 1  scm:11.1",
        "    [전작권]을 [전환]한다.",
        "",
        " 2. paragraph 11, sentence 1  scm:11.1",
        "    없다.",
    ]


def test_coloured_hits_are_marked_by_colour() -> None:
    answer = result(("전작권을 전환한다.", ((0, 3),)))

    assert list(result_lines(answer, COLOUR)) == [
        " 1. paragraph 11, sentence 1  \x1b[2mscm:11.1\x1b[0m",
        "    \x1b[1;33m전작권\x1b[0m을 전환한다.",
    ]


def test_no_hits_give_no_lines() -> None:
    assert list(result_lines(result(), PLAIN)) == []


def test_sentences_are_shown_one_after_another() -> None:
    shown = [sentence("첫째."), sentence("둘째.", "scm:11.2")]

    assert list(sentence_lines(shown, PLAIN)) == [
        "paragraph 11, sentence 1  scm:11.1",
        "    첫째.",
        "",
        "paragraph 11, sentence 1  scm:11.2",
        "    둘째.",
    ]


@pytest.mark.parametrize(
    ("setting", "terminal", "environment", "expected"),
    [
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", True, {"TERM": "dumb"}, False),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("always", True, {"TERM": "dumb"}, True),
        ("never", True, {}, False),
    ],
)
def test_the_conditions_for_colour(
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    terminal: bool,
    environment: dict[str, str],
    expected: bool,
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert wants_colour(setting, is_terminal=terminal) is expected


def test_hangul_takes_two_columns_where_lines_are_wrapped() -> None:
    """Twenty columns hold the indent and eight syllables, or sixteen letters."""
    style = PLAIN._replace(width=20)
    hangul, latin = "가나다라 마바사아 자차", "abcdefgh ijklmno pq"

    assert list(result_lines(result((hangul, ())), style))[1:] == [
        "    가나다라",
        "    마바사아 자차",
    ]
    assert list(result_lines(result((latin, ())), style))[1:] == [
        "    abcdefgh ijklmno",
        "    pq",
    ]


@pytest.mark.parametrize("style", [PLAIN, COLOUR], ids=["plain", "colour"])
@pytest.mark.parametrize("width", [20, 33, 40, 80])
def test_lines_in_all_scripts_fit_the_width(style: Style, width: int) -> None:
    spans = tuple(match.span() for match in re.finditer(r"[^\s.]+", MIXED))
    text = [*result_lines(result((MIXED, spans)), style._replace(width=width))][1:]
    bare = [without_escapes(line) for line in text]

    assert max(map(wcwidth.wcswidth, bare)) <= width
    assert all(line.startswith("    ") and line == line.rstrip() for line in bare)
    joined = re.sub(r"[\s\[\]]", "", "".join(bare))
    assert joined == MIXED.replace(" ", "")


PIECES = [
    "가",
    "한미동맹",
    "對",
    "a",
    "word",
    "😀",
    "🇰🇷",
    "❤️",
    "é",
    " ",
    " ",
    "-",
    "·",
    "…",
]


@given(
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join).map(str.strip),
    st.integers(20, 100),
    st.lists(st.integers(0, 200), max_size=8, unique=True).map(sorted),
    st.sampled_from([PLAIN, COLOUR]),
)
@example("가" * 100, 21, [0, 100], COLOUR)
@example("a" * 300, 20, [10, 200], COLOUR)
def test_wrapping_keeps_all_text_and_the_width(
    text: str, width: int, cuts: list[int], style: Style
) -> None:
    ends = [cut for cut in cuts if cut <= len(text)]
    pairs = list(zip(ends[::2], ends[1::2], strict=False))
    lines = list(
        result_lines(result((text, tuple(pairs))), style._replace(width=width))
    )[1:]
    bare = [without_escapes(line) for line in lines]

    assert all(wcwidth.wcswidth(line) <= width for line in bare)
    shown = "".join("".join(bare).split())
    if style is PLAIN:
        assert (shown.count("["), shown.count("]")) == (len(pairs), len(pairs))
        shown = re.sub(r"[\[\]]", "", shown)
    assert shown == "".join(text.split())


def test_a_terminal_narrower_than_anything_is_wrapped_at_twenty_columns() -> None:
    lines = list(result_lines(result(("가" * 30, ())), PLAIN._replace(width=1)))[1:]

    assert [wcwidth.wcswidth(line) for line in lines[:-1]] == [20] * (len(lines) - 1)


@pytest.mark.parametrize(
    "control",
    [
        *("\x1b", "\x07", "\0", "\r", "\n", "\t", "\x9b"),
        *("\u2028", "\u2029", "\u202e", "\u200f"),
    ],
    ids=ascii,
)
def test_a_control_character_is_a_space(control: str) -> None:
    """It keeps its place, so the brackets are where they belong."""
    text = f"전{control}작 전작권{control}을"
    answer = result((text, ((4, 7),)))

    assert list(result_lines(answer, PLAIN))[1] == "    전 작 [전작권] 을"
    assert list(sentence_lines([sentence(text)], PLAIN))[1] == "    전 작 전작권 을"


def test_an_id_cannot_control_the_terminal() -> None:
    lines = list(sentence_lines([sentence("글", "a\x1b[31m\x07b")], PLAIN))

    assert lines[0] == r"paragraph 11, sentence 1  a\x1b[31m\x07b"


@given(st.text(max_size=60), st.integers(20, 60))
def test_no_control_character_of_a_text_is_printed(text: str, width: int) -> None:
    shown = [sentence(text, text)]

    for style in (PLAIN, PLAIN._replace(width=width)):
        for line in sentence_lines(shown, style):
            assert not re.search(r"[\0-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e]", line)


def test_the_plan_of_a_query_is_shown_as_a_tree() -> None:
    understood = {
        "and": [
            {"or": [{"word": "한미동맹", "terms": ["한미", "동맹"]}]},
            {"not": {"phrase": "신뢰 구축", "terms": ["신뢰", "구축"]}},
        ]
    }

    assert list(meaning_lines(understood)) == [
        "and",
        "  or",
        "    word “한미동맹”: 한미 + 동맹",
        "  not",
        "    phrase “신뢰 구축”: 신뢰 + 구축",
    ]


def test_the_plan_of_an_empty_query_is_shown() -> None:
    assert list(meaning_lines(None)) == ["nothing to search for"]


def test_a_query_cannot_control_the_terminal() -> None:
    understood = {"word": "\x1b[31m전작권", "terms": ["31", "m", "\x9b"]}

    assert list(meaning_lines(understood)) == ["word “ [31m전작권”: 31 + m +  "]
