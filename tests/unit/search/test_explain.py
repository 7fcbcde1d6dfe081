"""Explanations: the terms of a query, the score of a sentence, and the word it lacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from search.cli.main import communique
from search.index import Index, open_index
from search.not_found import NotInIndexError


@pytest.fixture(scope="module")
def index(index_folder: Path) -> Iterator[Index]:
    with open_index(index_folder) as opened:
        yield opened


@pytest.mark.parametrize(
    "query",
    [
        "전작권",
        "한미동맹 발전",
        '"신뢰 구축"',
        "SCM",
        "갖춘",
        "유앤사",
        "동맹 -한미동맹",
    ],
)
def test_the_terms_add_up_to_the_score(index: Index, query: str) -> None:
    for hit in index.search(query, limit=5):
        reading = index.explain(query, hit.sentence.id).sentence

        assert reading is not None
        assert reading.match
        assert reading.mismatch is None
        assert reading.score == pytest.approx(sum(t.score for t in reading.scores))
        if hit.rank == 1:
            assert hit.score == pytest.approx(reading.score)


@pytest.mark.parametrize(
    ("query", "sentence", "failed"),
    [
        ("전작권 AND 협상", "12.1", "does not have “협상”"),
        ("협상 AND 전작권", "12.1", "does not have “협상”"),
        ("전작권 NOT 전환", "12.1", "has “전환”, which is excluded"),
        ("비핵화", "12.1", "does not have “비핵화”"),
        ("비핵화 협상", "12.1", "does not have “비핵화 OR 협상”"),
        ('"동맹 한미"', "20.2", "does not have “동맹 한미”"),
        ("전작권 NOT (전환 OR 핵)", "12.1", "has “전환 OR 핵”, which is excluded"),
        ("에서", "1.2", "does not have “에서”"),
    ],
)
def test_the_first_word_without_a_match_is_reported(
    index: Index, query: str, sentence: str, failed: str
) -> None:
    reading = index.explain(query, f"scm-52-2020:{sentence}").sentence

    assert reading is not None
    assert reading.match is None
    assert reading.mismatch == failed


@pytest.mark.parametrize(
    ("query", "sentence", "grade"),
    [
        ("전작권", "12.1", "as typed"),
        ("전작권은", "12.1", "as typed"),
        ("NLL", "5.3", "as typed"),
        ("서욱", "1.2", "as typed, except for its spaces"),
        ("919군사합의", "4.1", "as typed, except for its spaces"),
        ("서욱 대한민국", "1.2", "as typed"),
        ("에스파", "1.2", "in another form"),
        ("완전운용능력", "11.1", "as typed"),
        ("FOC", "11.4", "in another form"),
        ("중국", "1.2", "inside a longer word"),
        ("에서", "1.1", "inside a longer word"),
        ("한미연합안보", "20.2", "by parts of the word"),
    ],
)
def test_the_grade_of_a_match_is_reported(
    index: Index, query: str, sentence: str, grade: str
) -> None:
    explanation = index.explain(query, f"scm-52-2020:{sentence}")

    assert explanation.sentence is not None
    assert explanation.sentence.match == grade
    assert explanation.sentence.mismatch is None


@pytest.mark.parametrize(
    ("query", "sentence", "expected"),
    [
        (
            "전작권을 없는말임",
            "11.1",
            [
                ("전작권을", "typed", None, ("전작권",)),
                ("전작권을", "other_form", "abbreviation", ("전시작전통제권",)),
                ("없는말임",),
            ],
        ),
        ("유앤사", "5.1", [("유앤사", "other_form", "spelling", ("유엔사",))]),
        ("서욱", "1.2", [("서욱", "typed", "spacing", ("서", "욱"))]),
        ("중국", "1.2", [("중국", "boundary", None, ("중국",))]),
        ("에서", "1.1", [("에서", "boundary", None, ("에서",))]),
        ("한미연합안보", "20.2", [("한미연합안보", "parts", None, ("한미",))]),
        ('"신뢰구축" -동맹', "5.4", [("신뢰구축", "typed", None, ("신뢰구축",))]),
    ],
)
def test_each_word_has_its_forms_and_its_part_of_the_score(
    index: Index, query: str, sentence: str, expected: list[tuple[object, ...]]
) -> None:
    reading = index.explain(query, f"scm-52-2020:{sentence}").sentence

    assert reading is not None
    rows: list[tuple[object, ...]] = []
    for word in reading.to_json()["words"]:
        forms = [(form["grade"], form["step"], form["texts"]) for form in word["forms"]]
        rows += [(word["word"], *form) for form in forms] or [(word["word"],)]
        assert (word["score"] > 0) is (bool(forms) and reading.score > 0)
    assert rows == expected
    total = sum(word.score for word in reading.words) + reading.pair_score
    assert total == pytest.approx(reading.score)


def test_an_unknown_sentence_raises_not_in_index(index: Index) -> None:
    with pytest.raises(NotInIndexError):
        index.explain("전작권", "scm-52-2020:99.9")


def test_the_keys_of_the_json_output(index_folder: Path) -> None:
    arguments = ["explain", "전작권", "scm-52-2020:12.1", "--json"]
    done = CliRunner().invoke(communique, [*arguments, "--index", str(index_folder)])

    record = json.loads(done.stdout)
    assert done.exit_code == 0
    assert list(record) == [
        "schema",
        "query",
        "runs",
        "understood",
        "weights",
        "notes",
        "sentence",
    ]
    assert record["sentence"]["found"] == "as typed"


@pytest.mark.parametrize(
    ("prefix", "first"),
    [
        ("전작ㄱ", "전작권"),
        ("전작", "전작권"),
        ("ㅎㅁㄷㅁ", "한미동맹"),
        ("sc", "scm"),
        ("SC", "scm"),
    ],
)
def test_words_are_completed(index: Index, prefix: str, first: str) -> None:
    assert index.suggest(prefix)[0][0] == first


def test_a_prefix_without_completions_has_status_1(index_folder: Path) -> None:
    arguments = ["suggest", "쀍쀍", "--index", str(index_folder)]
    done = CliRunner().invoke(communique, arguments)

    assert (done.exit_code, done.stdout) == (1, "")
