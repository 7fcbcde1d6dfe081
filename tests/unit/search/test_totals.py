"""Totals are right: they count words, and notes name every match that is less."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import Run, command_on, index_records

from search.index import Index, open_index
from search.reading.concordance import concordance
from search.reading.trace import trace

TEXTS = {
    "usa": "미국은 공약을 재확인하였다.",
    "apart": "한미 국방당국이 논의하였다.",
    "adverb": "위협에 대해 적절히 대응하였다.",
    "vision": "국방비전과 국방대화를 평가하였다.",
    "budget": "국방비와 국방비전을 논의하였다.",
    "sejong": "세종대왕과 세종시를 소개하였다.",
    "row": "에스퍼 장관은 회의를 주재하였다.",
    "part": "장관은 에스퍼의 말을 인용하였다.",
    "cyber": "사이버 위협이 증가하였다.",
    "none": "그럴 필요가 없다고 말하였다.",
    "must": "동맹은 더 나가야 한다.",
    "will": "동맹은 더 나가기로 하였다.",
    "defence": "방위비 분담을 협의하였다.",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an index of `TEXTS`."""
    return index_records(tmp_path_factory.mktemp("totals"), TEXTS)


@pytest.fixture(scope="module")
def index(folder: Path) -> Iterator[Index]:
    """Return the opened index of `TEXTS`."""
    with open_index(folder) as opened:
        yield opened


@pytest.fixture
def run(folder: Path) -> Run:
    """Return a function that runs the command on the index of `TEXTS`."""
    return command_on(folder)


@pytest.mark.parametrize(
    ("query", "counted", "uncounted"),
    [
        ("미국", ["usa"], []),
        ("해적", [], ["adverb"]),
        ("국방비", ["budget", "vision"], []),
        ("방위비분담", ["defence"], []),
        ("방 위비분 담", [], ["defence"]),
        ("비분 담을협", [], ["defence"]),
    ],
)
def test_letters_across_word_boundaries_are_a_fallback_and_not_counted(
    index: Index, query: str, counted: list[str], uncounted: list[str]
) -> None:
    result = index.search(query)

    assert [hit.sentence.id for hit in result] == counted + uncounted
    assert (result.total, result.uncounted) == (len(counted), len(uncounted))
    assert sum(result.facets["document"].values()) == len(counted)
    assert any("only across word boundaries" in n for n in result.notes) is bool(
        uncounted
    )


@pytest.mark.parametrize(
    ("query", "counted", "uncounted"),
    [("에스퍼장관", ["row"], ["part"]), ("사이버전", [], ["cyber"])],
)
def test_parts_of_a_compound_rank_below_it_and_are_not_counted(
    index: Index, query: str, counted: list[str], uncounted: list[str]
) -> None:
    result = index.search(query)

    assert [hit.sentence.id for hit in result] == counted + uncounted
    assert (result.total, result.uncounted) == (len(counted), len(uncounted))
    assert sum(result.facets["document"].values()) == len(counted)
    assert len(index.search(query, uncounted=False).hits) == len(counted)
    assert len(concordance(index, query).lines) == len(counted)


def test_a_fallback_is_in_no_trace_and_no_concordance(index: Index) -> None:
    (document,) = trace(index, "해적").documents

    assert index.search("해적").hits
    assert document.sentences == 0
    assert concordance(index, "해적").lines == ()


def test_the_command_counts_no_fallback(run: Run) -> None:
    counted = run("search", "--count", "해적")
    shown = run("search", "해적")

    assert (counted.exit_code, counted.stdout) == (1, "0\n")
    assert shown.exit_code == 0
    assert "대[해] [적]절히" in shown.stdout
    assert shown.stderr == (
        "No sentence has “해적”\n"
        "1, ranked last and not counted, contain “해적” only across word boundaries\n"
    )


@pytest.mark.parametrize(
    ("query", "typed", "inside"),
    [
        ("국방비", {"budget"}, {"vision"}),
        ("국방대", set(), {"vision"}),
        ("국방대화", {"vision"}, set()),
        ("국방비전", {"vision", "budget"}, set()),
        ("세종", {"sejong"}, set()),
    ],
)
def test_a_word_inside_a_longer_noun_is_below_the_word_as_typed(
    index: Index, query: str, typed: set[str], inside: set[str]
) -> None:
    """It is noted, and --exact leaves it out."""
    result = index.search(query)
    whole = [hit.sentence.id for hit in result][: len(typed | inside)]
    notes = [n for n in result.notes if "inside a longer word" in n]

    assert set(whole[: len(typed)]) == typed
    assert set(whole[len(typed) :]) == inside
    assert bool(notes) is bool(inside)
    assert {hit.sentence.id for hit in index.search(query, exact=True)} == typed


@pytest.mark.parametrize(
    ("query", "total", "notes"),
    [
        (
            "사이버전",
            0,
            ("No sentence has “사이버전”, so its parts were searched: “사이버”",),
        ),
        ("우주선 동맹", 2, ("No sentence has “우주선”",)),
        ("우주선 AND 동맹", 0, ("No sentence has “우주선”",)),
        ("없는말이다정말", 0, ()),
        ("동맹", 2, ()),
        (
            "에스퍼장관",
            1,
            (
                (
                    "1, ranked below and not counted, have only parts of “에스퍼장관”:"
                    " “에스퍼”, “장관”"
                ),
            ),
        ),
    ],
)
def test_a_word_without_a_match_is_noted(
    index: Index, query: str, total: int, notes: tuple[str, ...]
) -> None:
    result = index.search(query)

    assert (result.total, result.notes) == (total, notes)


def test_every_word_names_the_word_that_failed(index: Index) -> None:
    result = index.search("우주선 동맹", every_word=True)

    assert (result.total, result.notes) == (0, ("No sentence has “우주선”",))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("에스퍼장관", {"row"}),
        ("장관", {"row", "part"}),
        ("나가야", {"must", "will"}),
        ("방위비분담", {"defence"}),
    ],
)
def test_exact_matches_words_as_typed_with_any_ending(
    index: Index, query: str, expected: set[str]
) -> None:
    assert {hit.sentence.id for hit in index.search(query, exact=True)} == expected
