"""The commands for reading: compare, trace, terms, concordance, and --context."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import Result
from helpers import Run, command_on, failure, index_records, outcome

from indexer.build.rebuild import rebuild


@pytest.fixture
def run(statements_folder: Path) -> Run:
    """Return a function that runs `communique` on the index of two statements."""
    return command_on(statements_folder)


def record(result: Result) -> dict[str, Any]:
    answer = json.loads(result.stdout)
    assert isinstance(answer, dict)
    assert answer["schema"] == 1
    return answer


def rows(result: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(result.stdout, newline="")))


# compare


def test_changes_of_a_sentence_are_marked(run: Run) -> None:
    assert outcome(run("compare", "new:2.1")) == (
        0,
        (
            "2019-11-15  제1차  서울\n"
            "~ old:1.1 → new:2.1  reworded, 81% alike\n"
            "    양 장관은 주한미군의 현 {+전력+} 수준을 유지하기로 하였다.\n"
        ),
        "",
    )


def test_the_older_text_comes_before(run: Run) -> None:
    lines = run("compare", "old:1.1").stdout

    assert lines.splitlines()[0] == "2020-10-14  제2차  워싱턴"
    assert lines.splitlines()[1:] == run("compare", "new:2.1").stdout.splitlines()[1:]


def test_a_sentence_without_counterpart(run: Run) -> None:
    result = run("compare", "new:1.2")

    assert result.exit_code == 1
    assert "no sentence like new:1.2 in old\n" in result.stdout


def test_kinds_and_speakers_choose_sentences_of_two_documents(run: Run) -> None:
    documents = ("compare", "--documents", "old", "new")
    whole = record(run(*documents, "--json"))
    reworded = record(run(*documents, "--kind", "reworded", "--json"))
    plain = run(*documents, "--kind", "new", "--side", "공동").stdout.splitlines()

    statuses = [each["status"] for each in reworded["sentences"]]
    assert statuses == ["reworded"] * whole["counts"]["reworded"] != []
    assert reworded["counts"] == whole["counts"]
    assert [line[0] for line in plain[3:] if line[:2] in ("= ", "~ ", "+ ", "- ")] == [
        "+"
        for each in whole["sentences"]
        if each["status"] == "new" and each["after"]["speaker"] in ("양 장관", "양측")
    ]


def test_a_paragraph_is_compared_sentence_by_sentence(run: Run) -> None:
    answer = record(run("compare", "old:1", "--json"))

    assert answer["reference"] == "old:1"
    assert [
        (each["with"]["number"], each["status"], each["after"]["id"], each["nearest"])
        for each in answer["comparisons"]
    ] == [(2, "reworded", "new:2.1", None), (2, "same", "new:1.1", None)]
    segments = answer["comparisons"][0]["segments"]
    assert "".join(s["before"] for s in segments) == (
        "양 장관은 주한미군의 현 수준을 유지하기로 하였다."
    )


def test_strict_marks_particles_and_endings(run: Run) -> None:
    assert run("compare", "new:1.1").stdout.splitlines()[1].startswith("= ")
    assert run("compare", "new:1.1", "--strict").stdout.splitlines()[2] == (
        "    양측은 사이버 협력을 [-강화하였다.-] {+강화했다.+}"
    )


def test_colour_marks_changes(run: Run) -> None:
    shown = run("compare", "new:2.1", "--color", "always").stdout

    assert "\x1b[1;32m전력\x1b[0m 수준을" in shown
    assert "{+" not in shown


def test_two_documents_are_shown_paragraph_by_paragraph(run: Run) -> None:
    result = run("compare", "--documents", "old", "new")
    lines = result.stdout.splitlines()

    assert result.exit_code == 0
    assert lines[:3] == [
        "- 2019-11-15  제1차  서울  old",
        "+ 2020-10-14  제2차  워싱턴  new",
        "1 same, 2 reworded, 1 new, 1 dropped; 1 moved",
    ]
    assert [line for line in lines if line.startswith("paragraph")] == [
        "paragraph 1",
        "paragraph 2",
        "paragraph 3",
    ]
    assert lines[-2:] == [
        "- 2.2  dropped",
        "    [-파견된 평화유지군에 사의를 표하였다.-]",
    ]


def test_two_documents_are_written_as_an_old_new_table(
    run: Run, tmp_path: Path
) -> None:
    docx = pytest.importorskip("docx", reason="needs the extra `documents`")
    path = tmp_path / "표.docx"
    words = ["compare", "--documents", "old", "new", "--format", "docx"]
    count = len(record(run(*words[:4], "--json"))["sentences"])

    assert outcome(run(*words, "--output", path)) == (
        0,
        "",
        f"{count} rows written to {path}\n",
    )
    assert len(docx.Document(str(path)).tables[0].rows) == 1 + count
    dropped = run(*words, "--kind", "dropped", "--output", path)
    assert dropped.stderr == f"1 row written to {path}\n"
    for others in (
        words,
        [*words[:4], "--output", path],
        ["compare", "new:2.1", *words[4:]],
    ):
        assert (
            "--format docx goes with --documents BEFORE AFTER and --output FILE."
            in failure(run(*others))
        )
    assert "No such file or directory" in failure(
        run(*words, "--output", tmp_path / "none" / "표.docx")
    )


def test_two_documents_as_json_and_as_a_table(run: Run) -> None:
    answer = record(run("compare", "--documents", "old", "new", "--json"))
    table = rows(run("compare", "--documents", "old", "new", "--format", "csv"))

    assert (answer["before"]["date"], answer["after"]["date"]) == (
        "2019-11-15",
        "2020-10-14",
    )
    assert [s["status"] for s in answer["sentences"]] == [r["status"] for r in table]
    assert table[-1]["citation"] == (
        "제1차 회의 공동성명, 2019-11-15, paragraph 2, sentence 2"
    )


def test_an_index_of_one_document_has_no_comparison(
    run: Run, index_folder: Path
) -> None:
    assert outcome(run("compare", "scm-52-2020:6.2", index=index_folder)) == (
        1,
        "",
        "There is no other document to compare with.\n",
    )


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["new:2.9"], "the index holds no sentence 'new:2.9'; the nearest is new:2.1."),
        (["nex"], "the index holds no document 'nex'; the nearest is new."),
        (
            ["new:2.1", "--with", "alt"],
            "the index holds no document 'alt'; the nearest is old.",
        ),
        (["--documents", "old", "newer"], "'newer'; the nearest is new."),
        (["--documents", "old", "old"], "old cannot be compared with itself"),
        (["new:2.1", "--with", "new"], "new cannot be compared with itself"),
        ([], "Give a sentence to compare, or --documents BEFORE AFTER."),
        (["new:2.1", "--side", "공동"], "--side go with --documents."),
        (["--documents", "old", "new", "--speaker", "없음"], "no speaker '없음'"),
        (["new:2.1", "--documents", "old", "new"], "Give a sentence to compare"),
        (
            ["new:2.1", "--json", "--format", "csv"],
            "--json and --format csv exclude each other.",
        ),
        (["new:2.1", "--bom"], "--bom goes with --format csv."),
    ],
)
def test_a_bad_comparison_is_one_error_message(
    run: Run, words: list[str], fault: str
) -> None:
    assert fault in failure(run("compare", *words))


# trace


def test_a_phrase_is_counted_by_year(run: Run) -> None:
    assert outcome(run("trace", "평화유지군")) == (
        0,
        (
            "2019-11-15  제1차  서울    old  1  |\n"
            "2020-10-14  제2차  워싱턴  new  0\n"
            "\n"
            "paragraph 2, sentence 2  old:2.2\n"
            "    파견된 [평화유지군]에 사의를 표하였다.\n"
        ),
        "",
    )


@pytest.mark.parametrize(
    "phrase", ["year:1999", "act:없음", "NOT 협력", "-협력", "(협력"]
)
def test_a_phrase_has_no_operators_and_no_filters(run: Run, phrase: str) -> None:
    done = run("trace", "--", phrase)

    assert done.exit_code in (0, 1)
    assert done.stdout.startswith("2019-11-15  제1차  서울    old  ")


def test_a_year_without_the_phrase_has_the_closest_sentence(run: Run) -> None:
    result = run("trace", "주한미군의", "현", "수준")

    assert result.stdout.splitlines()[:2] == [
        "2019-11-15  제1차  서울    old  1  |",
        "2020-10-14  제2차  워싱턴  new  0",
    ]
    assert "not there; closest  new:2.1\n" in result.stdout


def test_a_trace_is_drawn(run: Run) -> None:
    result = run("trace", "유엔사", "--phrase", "평화유지군", "--format", "svg")
    root = ET.fromstring(result.stdout)  # noqa: S314 (of this program)
    titles = [e.text for e in root.iter() if e.tag.endswith("title")]

    assert (result.exit_code, result.stderr) == (0, "")
    assert titles == [
        "Sentences by year: 유엔사, 평화유지군",
        "2019: 유엔사 1, 평화유지군 1",
        "2020: 유엔사 1, 평화유지군 0",
    ]
    normalized = run("trace", "유엔사", "--normalize", "--format", "svg").stdout
    assert "2019: 유엔사 25<" in normalized
    assert run("trace", "없는말", "--format", "svg").exit_code == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--phrase", "나"), "--phrase and --normalize go with --format svg."),
        (("--normalize", "--json"), "--phrase and --normalize go with --format svg."),
        (
            ("--format", "svg", *["--phrase", "나"] * 5),
            "A picture has at most 5 phrases.",
        ),
    ],
)
def test_a_picture_has_its_own_options_and_a_limit(
    run: Run, words: tuple[str, ...], message: str
) -> None:
    assert message in failure(run("trace", "가", *words))


def test_a_picture_needs_years(tmp_path: Path) -> None:
    run = command_on(index_records(tmp_path, ["훈련을 하였다."]))

    assert "No document has a year" in failure(run("trace", "훈련", "--format", "svg"))


def test_a_trace_as_json_and_as_a_table(run: Run) -> None:
    answer = record(run("trace", "정전협정", "--json"))
    table = rows(run("trace", "정전협정", "--format", "csv", "--bom"))

    assert answer["phrase"] == "정전협정"
    assert [(d["year"], d["sentences"]) for d in answer["documents"]] == [
        (2019, 1),
        (2020, 1),
    ]
    assert answer["documents"][0]["closest"]["id"] == "old:2.1"
    assert [row["sentences"] for row in table] == ["1", "1"]
    assert "\ufeffdocument" in table[0]


def test_a_phrase_without_hits_has_status_1(run: Run) -> None:
    result = run("trace", "제임스웹")

    assert result.exit_code == 1
    assert [line[-1] for line in result.stdout.splitlines()[:2]] == ["0", "0"]
    assert result.stderr == "No sentence was found.\n"


# terms


def test_an_index_of_one_document_has_its_most_frequent_compounds(
    run: Run, index_folder: Path
) -> None:
    lines = run("terms", "--limit", "2", index=index_folder).stdout.splitlines()

    assert lines[0] == "2020-10-14  제52차  워싱턴 D.C.  scm-52-2020"
    counts = [int(line.split()[0]) for line in lines[1:]]
    assert len(counts) == 2
    assert counts == sorted(counts, reverse=True)


def test_compounds_that_set_a_document_apart(run: Run, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "가.txt").write_text("사드 배치를 논의하였다. " * 9, encoding="utf-8")
    (corpus / "나.txt").write_text("기지 반환을 논의하였다. " * 9, encoding="utf-8")
    rebuild(tmp_path / "index", [corpus])

    answer = record(
        run("terms", "--document", "가", "--json", index=tmp_path / "index")
    )

    (document,) = answer["documents"]
    assert document["document"] == "가"
    assert {
        (t["term"], t["here"], t["elsewhere"], t["direction"])
        for t in document["terms"]
    } == {
        ("사드", 9, 0, "more"),
        ("배치", 9, 0, "more"),
        ("기지", 0, 9, "less"),
        ("반환", 0, 9, "less"),
    }


def test_short_statements_have_no_significant_compound(run: Run) -> None:
    assert run("terms", "--document", "old", "--format", "csv").exit_code == 1
    assert "the nearest is old." in failure(run("terms", "--document", "older"))


# concordance


def test_a_word_is_shown_in_its_context(run: Run) -> None:
    assert outcome(run("concordance", "사이버", "--width", "8")) == (
        0,
        " 양측은 [사이버] 협력을…  old:1.2\n 양측은 [사이버] 협력을…  new:1.1\n",
        "",
    )


def test_a_concordance_as_json_and_as_a_table(run: Run) -> None:
    answer = record(run("concordance", "주한미군", "--sort", "right", "--json"))
    table = run("concordance", "주한미군", "--format", "markdown").stdout.splitlines()

    assert answer["total"] == 2
    assert [line["id"] for line in answer["lines"]] == ["old:1.1", "new:2.1"]
    assert answer["lines"][0]["word"] == "주한미군"
    assert table[0] == (
        "| id | document | date | paragraph | sentence | left | word | right | citation |"
    )
    assert len(table) == 4


@pytest.mark.parametrize(
    "words",
    [
        ("장관", "--year", "2020", "--act", "평가"),
        ("장관", "--document", "old", "--paragraph", "2"),
        ("장관", "speaker:양측", "-사이버"),
        ("유앤사", "--exact"),
        ("사이버", "관리", "--all"),
        ("관리", "하", "--literal"),
    ],
    ids=" ".join,
)
def test_the_lines_are_those_of_the_hits_of_the_search(
    run: Run, words: tuple[str, ...]
) -> None:
    hits = record(run("search", *words, "--limit", "all", "--json"))["hits"]
    lines = record(run("concordance", *words, "--json"))["lines"]

    assert {line["id"] for line in lines} == {hit["id"] for hit in hits if hit["spans"]}


def test_a_word_without_hits_has_status_1(run: Run) -> None:
    assert outcome(run("concordance", "제임스웹")) == (
        1,
        "",
        "No sentence was found.\n",
    )


# --context


def test_a_hit_is_shown_with_its_neighbours(run: Run) -> None:
    assert run("search", "기후", "--context", "1").stdout == (
        " 1. 2020, paragraph 1, sentence 2  new:1.2\n"
        "    (new:1.1) 양측은 사이버 협력을 강화했다.\n"
        "    [기후] 변화가 논의되었다.\n"
        "    (new:2.1) 양 장관은 주한미군의 현 전력 수준을 유지하기로 하였다.\n"
    )


def test_the_json_has_the_context_only_with_the_option(run: Run) -> None:
    (plain,) = record(run("search", "기후", "--json"))["hits"]
    (hit,) = record(run("search", "기후", "--json", "--context", "9"))["hits"]

    assert "context" not in plain
    assert [s["id"] for s in hit["context"]["before"]] == ["new:1.1"]
    assert [s["id"] for s in hit["context"]["after"]] == ["new:2.1", "new:3.1"]


def test_a_paragraph_is_shown_with_its_neighbours(run: Run) -> None:
    answer = record(run("show", "new:2", "--context", "1", "--json"))

    assert [s["id"] for s in answer["sentences"]] == ["new:1.2", "new:2.1", "new:3.1"]


# Notes


@pytest.mark.parametrize("name", ["trace", "concordance"])
def test_a_correction_is_a_note(run: Run, name: str) -> None:
    note = "“유앤사” → “유엔사” (spelling)"

    as_text = run(name, "유앤사")
    assert (as_text.exit_code, as_text.stderr) == (0, f"{note}\n")
    assert record(run(name, "유앤사", "--json"))["notes"] == [note]
    assert record(run(name, "유엔사", "--json"))["notes"] == []


def test_the_sentences_of_a_paragraph_have_one_heading(run: Run) -> None:
    shown = run("compare", "new:1").stdout.splitlines()

    assert shown.count("2019-11-15  제1차  서울") == 1
    assert shown[0] == "2019-11-15  제1차  서울"
    assert len([line for line in shown if "new:1.1" in line or "new:1.2" in line]) == 2


def test_a_paragraph_is_shown_as_a_table_with_citations(run: Run) -> None:
    assert run("show", "old:2", "--format", "markdown").stdout.splitlines() == [
        "| id | document | date | paragraph | sentence | speaker | act | text | citation |",
        "| --- | --- | --- | ---: | ---: | --- | --- | --- | --- |",
        (
            "| old:2.1 | old | 2019-11-15 | 2 | 1 | 양 장관 | 평가"
            " | 양 장관은 유엔사의 정전협정 관리를 평가하였다."
            " | 제1차 회의 공동성명, 2019-11-15, paragraph 2, sentence 1 |"
        ),
        (
            "| old:2.2 | old | 2019-11-15 | 2 | 2 |  | 표명 | 파견된 평화유지군에 사의를 표하였다."
            " | 제1차 회의 공동성명, 2019-11-15, paragraph 2, sentence 2 |"
        ),
    ]
    table = rows(run("show", "old:2.1", "--context", "1", "--format", "csv"))
    assert [row["id"] for row in table] == ["old:1.2", "old:2.1", "old:2.2"]
    assert "--bom goes with" in failure(run("show", "old:2", "--bom"))


def test_an_annex_is_cited_and_compared_as_one(run: Run, tmp_path: Path) -> None:
    body = "1. 양 장관은 만났다.\n2. 양 장관은 논의하였다.\n\n부록: 지침\n"
    for year in (2019, 2020):
        text = f"성명\n\n{year}년 5월 1일, 서울\n\n{body}1. 훈련을 확대한다.\n"
        (tmp_path / f"y{year}.txt").write_text(text, encoding="utf-8")
    rebuild(tmp_path / "index", [tmp_path / "y2019.txt", tmp_path / "y2020.txt"])
    index = tmp_path / "index"

    assert run("show", "y2019:annex1", index=index).stdout == (
        "annex 1, sentence 1  y2019:annex1.1\n    부록: 지침\n\n"
        "annex 1, sentence 2  y2019:annex1.2\n    1. 훈련을 확대한다.\n"
    )
    compared = run("compare", "--documents", "y2019", "y2020", index=index).stdout
    assert "\nannex 1\n= annex1.1  same\n" in compared
    assert failure(run("show", "y2019:annex1.9", index=index)) == (
        "Error: the index holds no sentence 'y2019:annex1.9'; the nearest is"
        " y2019:annex1.2.\n"
    )
