"""`batch`: answers in order, in three formats, from one process or several."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from helpers import Run, command_on, failure, json_object, outcome

from indexer.analysis import kiwi
from indexer.analysis.kiwi import UserWord
from indexer.ingest.document import Document


@pytest.fixture
def run(index_folder: Path) -> Run:
    """Return a function that runs `communique` on the index of the communiqué."""
    return command_on(index_folder)


def ids(record: dict[str, Any]) -> list[str]:
    return [hit["id"] for hit in record["hits"]]


TOO_DEEP = (
    "The query nests parentheses more than 30 levels deep; remove those that are not"
    " needed."
)


BATCH = """\
\ufeff전작권\r
\r
w\t갖춘
{"id": "j", "query": "처음 보는 말이 없음"}
e\t
{"id": "k"}
{
(((((((((((((((((((((((((((((((((((
*
"""


def test_a_batch_is_answered_in_order(run: Run) -> None:
    """A bad line gives an error record and status 2 at the end, never an abort."""
    stdin = BATCH.encode() + b"\xff\n" + "b\t사드".encode()
    result = run("batch", "-", "--limit", "2", stdin=stdin)
    lines = [json.loads(line) for line in result.stdout.splitlines()]

    assert (result.exit_code, result.stderr) == (2, "")
    assert [(line["id"], line["query"], line["total"]) for line in lines] == [
        ("1", "전작권", 7),
        ("w", "갖춘", 2),
        ("j", "처음 보는 말이 없음", lines[2]["total"]),
        ("e", "", 0),
        ("6", '{"id": "k"}', 0),
        ("7", "{", 0),
        ("8", "(" * 35, 0),
        ("9", "*", 0),
        ("10", "\ufffd", 0),
        ("b", "사드", 1),
    ]
    assert [line.get("error") for line in lines] == [
        None,
        None,
        None,
        "line 5: the query is empty.",
        'line 6: the key "query" is missing.',
        "line 7: not a JSON object.",
        TOO_DEEP,
        None,
        "line 10: not UTF-8; convert the queries.",
        None,
    ]
    assert lines[7]["notes"] == ["Without a letter or digit, so not searched: “*”."]


def test_a_batch_line_is_the_json_of_the_search_after_its_id(run: Run) -> None:
    alone = json_object(run("search", "전작권", "--json", "--limit", "3"))
    in_batch = json_object(run("batch", "--limit", "3", stdin="q\t전작권"))

    assert list(in_batch.items()) == [("id", "q"), *alone.items()]


def test_the_json_of_a_bad_line_has_the_same_keys_and_the_error(run: Run) -> None:
    good, bad = map(json.loads, run("batch", stdin="핵\nx\t").stdout.splitlines())

    assert list(bad) == [*good, "error"]
    assert {key: type(bad[key]) for key in bad if key != "understood"} == {
        "id": str,
        "schema": int,
        "query": str,
        "total": int,
        "uncounted": int,
        "hits": list,
        "notes": list,
        "facets": dict,
        "error": str,
    }
    assert bad["understood"] is None


@pytest.mark.parametrize(
    ("stdin", "status"),
    [
        ("", 1),
        ("\n\n", 1),
        ("제임스웹\n*", 1),
        ("제임스웹\n전작권", 0),
        ("전작권\n\t", 2),
        ("\t", 2),
    ],
)
def test_the_status_of_a_batch(run: Run, stdin: str, status: int) -> None:
    assert run("batch", stdin=stdin).exit_code == status


@pytest.mark.parametrize("form", ["tsv", "trec"])
def test_an_error_of_a_run_names_its_query(run: Run, form: str) -> None:
    stdin = f"a\t핵\nq-2\t{'(' * 35}\nb\t\n"
    result = run("batch", "--format", form, stdin=stdin)

    assert result.exit_code == 2
    assert result.stdout.startswith("a")
    assert result.stderr.splitlines() == [
        f"Error: query q-2: {TOO_DEEP}",
        "Error: line 3: the query is empty.",
    ]


def test_a_batch_from_a_file_with_every_word(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "queries.txt"
    file.write_text("전작권 SCM\n전작권 사드\n", encoding="utf-8")

    result = run("batch", str(file), "--all", "--exact", "--format", "trec")

    assert result.exit_code == 0
    ((first, *_, last),) = [line.split() for line in result.stdout.splitlines()]
    assert (first, last) == ("1", "communique")


@pytest.mark.parametrize(
    ("form", "left"), [("jsonl", 32), ("jsonl", 2), ("tsv", 32), ("trec", 32)]
)
def test_several_processes_give_the_same_answers_as_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, left: int
) -> None:
    """Several processes answer a file, and one answers a pipe."""
    monkeypatch.setattr("search.cli.batch_answers.core_count", lambda: 3)
    monkeypatch.setattr("search.cli.batch_answers._MOST_DELEGATED", left)
    words = [
        "전작권 전환",
        "(" * 40 + "핵" + ")" * 40,
        "한미",
        "",
        "사드\t훈련",
        "없는말",
        "굮방",
    ]
    lines = [f"{n}\t{words[n % len(words)]}" for n in range(300)]
    stdin = "\n".join(lines)
    file = tmp_path / "queries.tsv"
    file.write_text(stdin, encoding="utf-8")

    at_once = run("batch", str(file), "--format", form, "--limit", "2")
    in_turn = run("batch", "--format", form, "--limit", "2", stdin=stdin)

    assert at_once.stdout == in_turn.stdout
    assert at_once.stderr == in_turn.stderr
    assert at_once.exit_code == in_turn.exit_code == 2


@pytest.mark.parametrize(
    ("unknown", "alone"), [([0, 100, 299], True), (range(300), False)], ids=str
)
def test_a_process_loads_kiwi_only_for_many_queries(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    unknown: Iterable[int],
    alone: bool,
) -> None:
    """A query without known terms needs Kiwi; the parent answers a few such queries."""
    load = kiwi._load  # noqa: SLF001 (it is loaded where it is needed)
    loaded = tmp_path / "loaded"

    def load_and_record(words: tuple[UserWord, ...], **options: bool) -> Any:
        with loaded.open("a") as processes:
            processes.write(f"{os.getpid()}\n")
        return load(words, **options)

    monkeypatch.setattr("search.cli.batch_answers.core_count", lambda: 2)
    monkeypatch.setattr(kiwi, "_load", load_and_record)
    monkeypatch.setattr(kiwi, "_loaded", {})
    queries = [f"{chr(0xB000 + n)}도" if n in unknown else "핵" for n in range(300)]
    file = tmp_path / "queries.tsv"
    file.write_text("\n".join(queries), encoding="utf-8")

    assert run("batch", str(file), "--format", "trec").exit_code == 0
    processes = loaded.read_text().split()
    assert len(processes) == len(set(processes))
    assert (processes == [str(os.getpid())]) is alone


def test_a_missing_batch_file_is_an_error(run: Run, tmp_path: Path) -> None:
    result = run("batch", str(tmp_path / "none"))

    assert failure(result) == (
        "Usage: communique batch [OPTIONS] [FILE]\n"
        "Try 'communique batch --help' for help.\n\n"
        f"Error: Invalid value for '[FILE]': '{tmp_path}/none':"
        " No such file or directory\n"
    )


def test_a_trec_run(run: Run) -> None:
    """`qid Q0 docid rank score tag`; a line without a query is an error message."""
    stdin = "1\t전작권\n2\t\n3\t사드\n4\t*\n"
    result = run("batch", "--format", "trec", "--limit", "2", stdin=stdin)
    lines = [line.split(" ") for line in result.stdout.splitlines()]

    assert (result.exit_code, result.stderr) == (
        2,
        "Error: line 2: the query is empty.\n",
    )
    assert [line[:2] + line[3:4] + line[5:] for line in lines] == [
        ["1", "Q0", "1", "communique"],
        ["1", "Q0", "2", "communique"],
        ["3", "Q0", "1", "communique"],
    ]
    hits = json_object(run("search", "전작권", "--json", "--limit", "2"))["hits"]
    assert [line[2] for line in lines] == [*ids({"hits": hits}), "scm-52-2020:6.7"]
    assert [line[4] for line in lines[:2]] == [f"{hit['score']:.6f}" for hit in hits]


def test_a_tsv_run(run: Run, communique: Document) -> None:
    result = run("batch", "--format", "tsv", stdin="q\t사드\n\t\n")
    score = json_object(run("search", "사드", "--json"))["hits"][0]["score"]
    text = next(s.text for s in communique.sentences if "사드" in s.text)

    assert outcome(result) == (
        2,
        f"q\t1\tscm-52-2020:6.7\t{score:.6f}\t{text}\n",
        "Error: line 2: the id is empty or holds white space.\n",
    )
