"""The command: its output to the letter, its exit statuses, its JSON."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import click
import pytest
from click.shell_completion import BashComplete, ShellComplete
from click.testing import CliRunner, Result

from indexer.analysis import kiwi
from indexer.analysis.kiwi import UserWord
from indexer.build.index_directory import VARIABLE, IndexDirectory
from indexer.build.plan import CORPUS
from indexer.ingest.document import Document
from indexer.versions import installed_tools, program_version
from search.cli.main import communique as command

Run = Callable[..., Result]

CONTEXT = click.Context(command)
NAMES = command.list_commands(CONTEXT)


@pytest.fixture
def run(index_folder: Path) -> Run:
    """Return a function that runs the command on the index of the communiqué."""

    def run_command(
        *words: str, stdin: str | bytes = b"", index: Path = index_folder
    ) -> Result:
        runner = CliRunner(env={VARIABLE: str(index)})
        return runner.invoke(command, words, input=stdin, catch_exceptions=False)

    return run_command


def told(result: Result) -> tuple[int, str, str]:
    return result.exit_code, result.stdout, result.stderr


def failure(result: Result) -> str:
    """Return what a command that failed says on standard error, and nowhere else."""
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr


def one_json(result: Result) -> dict[str, Any]:
    """Return the object of an answer, which is all that was printed, on one line."""
    assert result.stdout.count("\n") == 1
    assert result.stdout.endswith("\n")
    assert result.stderr == ""
    record = json.loads(result.stdout)
    assert isinstance(record, dict)
    assert result.stdout == json.dumps(record, ensure_ascii=False) + "\n"
    return record


def ids(record: dict[str, Any]) -> list[str]:
    return [hit["id"] for hit in record["hits"]]


THAAD = """\
 1. paragraph 6, sentence 7  scm-52-2020:6.7
    양 장관은 동 공약의 일환으로 성주기지 [사드] 포대의 안정적인 주둔 여건을 마련하기 위해 \
장기적인 계획을 구축하기로 하였다.
"""


def test_a_hit_is_cited_and_marked(run: Run) -> None:
    assert told(run("search", "사드")) == (0, THAAD, "")


def test_hits_that_are_not_shown_are_spoken_of(run: Run) -> None:
    result = run("search", "갖춘", "--limit", "1")

    assert result.exit_code == 0
    assert result.stdout.startswith(" 1. paragraph ")
    assert result.stdout.count("\n") == 2
    assert result.stderr == "1 of 2 sentences; --limit and --offset show others.\n"


def test_ranks_go_on_behind_an_offset(run: Run) -> None:
    all_hits = run("search", "훈련", "--limit", "3").stdout.splitlines()
    last_hit = run("search", "훈련", "--limit", "1", "--offset", "2").stdout

    assert last_hit.splitlines() == all_hits[6:]
    assert last_hit.startswith(" 3. ")


@pytest.mark.parametrize(
    "options", [["--limit", "0"], ["--offset", "7"], ["--offset", "9" * 30]]
)
def test_nothing_to_show_of_what_was_found(run: Run, options: list[str]) -> None:
    assert told(run("search", "훈련", *options)) == (
        0,
        "",
        "0 of 7 sentences; --limit and --offset show others.\n",
    )


def test_nothing_found(run: Run) -> None:
    assert told(run("search", "제임스웹")) == (1, "", "No sentence was found.\n")


def test_notes_are_told_before_the_hits(run: Run) -> None:
    assert told(run("search", "(사드", "*")) == (
        0,
        THAAD,
        (
            'A "(" was never closed, so it was closed at the end of the query.\n'
            "Without a letter or digit, so not searched: “*”.\n"
        ),
    )


@pytest.mark.parametrize(
    ("query", "count", "status"),
    [
        ("전작권", "7", 0),
        ("동맹 NOT 한미동맹", "13", 0),
        ("NOT 동맹", "61", 0),
        ("*", "0", 1),
    ],
)
def test_count(run: Run, query: str, count: str, status: int) -> None:
    result = run("search", query, "--count")

    assert (result.exit_code, result.stdout) == (status, f"{count}\n")


def test_counting_tells_of_repairs_too(run: Run) -> None:
    note = 'A "(" was never closed, so it was closed at the end of the query.\n'

    assert told(run("search", "(사드", "--count")) == (0, "1\n", note)


def test_explain_tells_how_the_query_was_read(run: Run) -> None:
    result = run("search", "--explain", "--count", '동맹 AND ("신뢰 구축" -한미동맹)')

    assert told(result) == (
        1,
        "0\n",
        (
            "and\n"
            "  word “동맹”: 동맹\n"
            "  phrase “신뢰 구축”: 신뢰 + 구축\n"
            "  not\n"
            "    word “한미동맹”: 한미 + 동맹\n"
        ),
    )


def test_explain_leaves_the_json_alone(run: Run) -> None:
    plain = run("search", "동맹", "--json")
    explained = run("search", "동맹", "--json", "--explain")

    assert explained.stdout == plain.stdout
    assert explained.stderr == "word “동맹”: 동맹\n"


def test_all_words_must_be_found(run: Run) -> None:
    record = one_json(run("search", "--all", "--exact", "전작권", "SCM", "--json"))

    assert ids(record) == ["scm-52-2020:12.9"]
    assert list(record["understood"]) == ["and"]


@pytest.mark.parametrize(
    ("words", "query"),
    [
        (["전작권", "전환"], "전작권 전환"),
        (["동맹", "-한미동맹"], "동맹 -한미동맹"),
        (["-한미동맹", "동맹"], "-한미동맹 동맹"),
        (["동맹", '-"한미 동맹"'], '동맹 -"한미 동맹"'),
        (["동맹", "-(한미", "OR", "SCM)"], "동맹 -(한미 OR SCM)"),
        (["동맹", "-SCM"], "동맹 -SCM"),
        (["동맹", "-earth"], "동맹 -earth"),
        (["동맹", "-hwp"], "동맹 -hwp"),
        (["동맹", "-미국h"], "동맹 -미국h"),
        (["-"], "-"),
        (["--", "-한미동맹"], "-한미동맹"),
        (["--", "동맹", "--한미동맹"], "동맹 --한미동맹"),
        (["동맹", "--", "--json"], "동맹 --json"),
        (["--", "--jsn"], "--jsn"),
    ],
)
def test_what_is_no_option_is_part_of_the_query(
    run: Run, words: list[str], query: str
) -> None:
    result = run("search", "--json", *words)

    assert result.exit_code in (0, 1)
    assert one_json(result)["query"] == query


def test_a_word_is_excluded_as_an_argument_of_its_own(run: Run) -> None:
    together = one_json(run("search", "동맹 -한미동맹", "--json"))
    apart = one_json(run("search", "동맹", "-한미동맹", "--json"))

    assert apart == together
    assert apart["total"] == 13


TOO_DEEP = (
    "The query nests parentheses more than 30 levels deep; leave out those it can do"
    " without."
)
USAGE = """\
Usage: communique search [OPTIONS] QUERY...
Try 'communique search --help' for help.

Error: {}
"""


@pytest.mark.parametrize("option", ["--jsn", "--limi", "--j", "--no-color"])
def test_a_mistyped_option_is_no_query(run: Run, option: str) -> None:
    fault = click.NoSuchOption(option).format_message()

    assert failure(run("search", "전작권", option)) == USAGE.format(fault)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ([], "Missing argument 'QUERY...'."),
        (
            ["전작권", "--limit", "-1"],
            "Invalid value for '--limit': -1 is not in the range x>=0.",
        ),
        (
            ["전작권", "--color", "blue"],
            (
                "Invalid value for '--color':"
                " 'blue' is not one of 'auto', 'always', 'never'."
            ),
        ),
    ],
)
def test_a_wrong_command_line(run: Run, words: list[str], fault: str) -> None:
    assert failure(run("search", *words)) == USAGE.format(fault)


def test_no_such_command(run: Run) -> None:
    assert "No such command 'serach'" in failure(run("serach", "전작권"))


def test_a_query_nested_too_deep_is_refused(run: Run) -> None:
    too_deep = "(" * 31 + "동맹" + ")" * 31

    assert failure(run("search", too_deep)) == f"Error: {TOO_DEEP}\n"


def test_colour_when_asked_for(run: Run) -> None:
    result = run("search", "사드", "--color", "always")

    assert result.stdout == THAAD.replace(
        "scm-52-2020:6.7", "\x1b[2mscm-52-2020:6.7\x1b[0m"
    ).replace("[사드]", "\x1b[1;33m사드\x1b[0m")


@pytest.mark.parametrize("setting", ["auto", "never"])
def test_no_colour_where_it_is_not_wanted(run: Run, setting: str) -> None:
    assert run("search", "사드", "--color", setting).stdout == THAAD


def test_the_json_of_a_search(run: Run, communique: Document) -> None:
    """The keys in their order, the types, the offsets: a contract."""
    record = one_json(run("search", "전작권", "--json", "--exact"))

    assert list(record) == [
        *("schema", "query", "understood", "total", "hits", "notes", "facets")
    ]
    assert record["schema"] == 1
    assert record["query"] == "전작권"
    assert record["understood"] == {"word": "전작권", "terms": ["전작권"]}
    assert record["total"] == 7
    assert record["notes"] == []
    source = (CORPUS / "scm-52-2020.txt").read_text(encoding="utf-8")
    texts = {sentence.id: sentence.text for sentence in communique.sentences}
    for rank, hit in enumerate(record["hits"], 1):
        assert [(key, type(value)) for key, value in hit.items()] == [
            ("rank", int),
            ("id", str),
            ("document", str),
            ("paragraph", int),
            ("sentence", int),
            ("start", int),
            ("end", int),
            ("text", str),
            ("speaker", str),
            ("act", str),
            ("score", float),
            ("spans", list),
            ("year", int),
        ]
        assert hit["rank"] == rank
        assert hit["id"] == f"scm-52-2020:{hit['paragraph']}.{hit['sentence']}"
        assert hit["document"] == "scm-52-2020"
        assert hit["text"] == texts[hit["id"]]
        on_disk = source[hit["start"] : hit["end"]]
        assert "".join(on_disk.split()) == "".join(hit["text"].split())
        assert [hit["text"][a:b] for a, b in hit["spans"]] == ["전작권"] * hit[
            "text"
        ].count("전작권")


def test_the_json_of_nothing(run: Run) -> None:
    result = run("search", "--json", "*")

    assert result.exit_code == 1
    assert one_json(result) == {
        "schema": 1,
        "query": "*",
        "understood": None,
        "total": 0,
        "hits": [],
        "notes": ["Without a letter or digit, so not searched: “*”."],
        "facets": {},
    }


def test_the_json_of_a_fault_is_a_message_all_the_same(run: Run) -> None:
    said = failure(run("search", "--json", "(" * 99))

    assert said.startswith("Error: The query nests")


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


def test_a_batch_line_is_the_json_of_the_search_behind_its_id(run: Run) -> None:
    alone = one_json(run("search", "전작권", "--json", "--limit", "3"))
    in_batch = one_json(run("batch", "--limit", "3", stdin="q\t전작권"))

    assert list(in_batch.items()) == [("id", "q"), *alone.items()]


def test_the_json_of_a_bad_line_has_the_same_keys_and_the_error(run: Run) -> None:
    good, bad = map(json.loads, run("batch", stdin="핵\nx\t").stdout.splitlines())

    assert list(bad) == [*good, "error"]
    assert {key: type(bad[key]) for key in bad if key != "understood"} == {
        "id": str,
        "schema": int,
        "query": str,
        "total": int,
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
def test_a_fault_beside_a_run_names_its_query(run: Run, form: str) -> None:
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
def test_many_queries_are_answered_as_one_by_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, left: int
) -> None:
    """Several processes answer a file; from a pipe each query is answered alone."""
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
def test_few_queries_that_need_kiwi_are_answered_by_one_process(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    unknown: Iterable[int],
    alone: bool,
) -> None:
    """Where they are many, each process loads a Kiwi of its own."""
    load = kiwi._load  # noqa: SLF001 (it is loaded where it is needed)
    loaded = tmp_path / "loaded"

    def told(words: tuple[UserWord, ...]) -> Any:
        with loaded.open("a") as processes:
            processes.write(f"{os.getpid()}\n")
        return load(words)

    monkeypatch.setattr("search.cli.batch_answers.core_count", lambda: 2)
    monkeypatch.setattr(kiwi, "_load", told)
    monkeypatch.setattr(kiwi, "_cached", lru_cache(told))
    queries = [f"{chr(0xB000 + n)}도" if n in unknown else "핵" for n in range(300)]
    file = tmp_path / "queries.tsv"
    file.write_text("\n".join(queries), encoding="utf-8")

    assert run("batch", str(file), "--format", "trec").exit_code == 0
    processes = loaded.read_text().split()
    assert len(processes) == len(set(processes))
    assert (processes == [str(os.getpid())]) is alone


def test_a_batch_file_that_is_not_there(run: Run, tmp_path: Path) -> None:
    result = run("batch", str(tmp_path / "none"))

    assert failure(result) == (
        "Usage: communique batch [OPTIONS] [FILE]\n"
        "Try 'communique batch --help' for help.\n\n"
        f"Error: Invalid value for '[FILE]': '{tmp_path}/none':"
        " No such file or directory\n"
    )


def test_a_trec_run(run: Run) -> None:
    """`qid Q0 docid rank score tag`; what is no query is told on standard error."""
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
    hits = one_json(run("search", "전작권", "--json", "--limit", "2"))["hits"]
    assert [line[2] for line in lines] == [*ids({"hits": hits}), "scm-52-2020:6.7"]
    assert [line[4] for line in lines[:2]] == [f"{hit['score']:.6f}" for hit in hits]


def test_a_tsv_run(run: Run, communique: Document) -> None:
    result = run("batch", "--format", "tsv", stdin="q\t사드\n\t\n")
    score = one_json(run("search", "사드", "--json"))["hits"][0]["score"]
    text = next(s.text for s in communique.sentences if "사드" in s.text)

    assert told(result) == (
        2,
        f"q\t1\tscm-52-2020:6.7\t{score:.6f}\t{text}\n",
        "Error: line 2: the id is empty or holds white space.\n",
    )


def test_show(run: Run) -> None:
    assert told(run("show", "scm-52-2020:5.1")) == (
        0,
        (
            "paragraph 5, sentence 1  scm-52-2020:5.1\n"
            "    양 장관은 유엔사의 정전협정 준수와 집행 역할을 재확인하였다.\n"
        ),
        "",
    )


def test_show_in_colour(run: Run) -> None:
    shown = run("show", "scm-52-2020:5.1", "--color", "always").stdout

    assert shown.startswith("paragraph 5, sentence 1  \x1b[2mscm-52-2020:5.1\x1b[0m\n")


@pytest.mark.parametrize(
    ("reference", "count"),
    [("scm-52-2020:11", 5), ("scm-52-2020:11.1", 1), ("scm-52-2020", 82)],
)
def test_the_json_of_show(run: Run, reference: str, count: int) -> None:
    record = one_json(run("show", reference, "--json"))

    assert list(record) == ["schema", "reference", "sentences"]
    assert (record["schema"], record["reference"]) == (1, reference)
    assert len(record["sentences"]) == count
    for sentence in record["sentences"]:
        assert list(sentence) == [
            *("id", "document", "paragraph", "sentence", "start", "end", "text"),
            *("speaker", "act"),
        ]
        assert sentence["id"].startswith(reference)


@pytest.mark.parametrize(
    ("reference", "kind", "near"),
    [
        ("scm-52-2020:99", "paragraph", "scm-52-2020:20"),
        ("scm-52-2020:6.99", "sentence", "scm-52-2020:6.8"),
        ("없음", "document", "scm-52-2020"),
        ("\x1b[31m", "document", "scm-52-2020"),
    ],
)
def test_show_of_what_is_not_there(
    run: Run, reference: str, kind: str, near: str
) -> None:
    assert failure(run("show", reference)) == (
        f"Error: the index holds no {kind} {reference!r}; the nearest is {near}.\n"
    )


MANIFEST = [
    *("index", "format", "analysis", "tools", "made", "corpus", "dictionary"),
    *("dictionary_sha256", "sources", "terms", "files", "counted"),
]
SOURCE = [
    *("document", "path", "sha256", "encoding", "title", "dateline"),
    *("number", "date", "place", "year"),
    *("paragraphs", "sentences"),
]


def test_the_json_of_info(run: Run, index_folder: Path) -> None:
    record = one_json(run("info", "--json"))
    (source,) = record["sources"]

    assert list(record) == MANIFEST
    assert [type(value) for value in record.values()] == [
        *(str, int, int, dict, str, list, type(None), type(None), list, int),
        *(dict, int),
    ]
    assert record["index"] == str(index_folder)
    assert record["tools"] == installed_tools()
    assert list(source) == SOURCE
    assert source["document"] == "scm-52-2020"
    assert source["title"] == "제52차 한미안보협의회의 ( SCM ) 공동성명"
    assert source["dateline"] == "2020년 10월 14일, 워싱턴 D.C."
    assert source["number"] == 52
    assert (source["date"], source["place"]) == ("2020-10-14", "워싱턴 D.C.")
    assert source["year"] == 2020
    assert (source["paragraphs"], source["sentences"]) == (20, 82)


def test_info(run: Run, index_folder: Path) -> None:
    record = one_json(run("info", "--json"))
    (source,) = record["sources"]
    tools = ", ".join(f"{tool} {number}" for tool, number in record["tools"].items())

    assert told(run("info")) == (
        0,
        (
            f"index      {index_folder}\n"
            f"made       {record['made']}\n"
            f"with       {tools}\n"
            f"holds      82 sentences of 1 document, {record['terms']} terms\n"
            "counted    82 sentences, all stored and searched\n"
            "\n"
            "scm-52-2020\n"
            "  제52차 한미안보협의회의 ( SCM ) 공동성명\n"
            "  2020년 10월 14일, 워싱턴 D.C.\n"
            "  20 paragraphs, 82 sentences\n"
            f"  {source['path']} (utf-8, SHA-256 {source['sha256']})\n"
        ),
        "",
    )


def test_the_json_of_rebuild_is_that_of_info(run: Run, tmp_path: Path) -> None:
    corpus = tmp_path / "r.jsonl"
    corpus.write_text('{"id": "a", "text": "전작권"}\n', encoding="utf-8")
    words = ["--index", str(tmp_path / "new")]

    made = one_json(run("rebuild", "--corpus", str(corpus), "--json", *words))

    assert list(made) == MANIFEST
    assert made == one_json(run("info", "--json", *words))
    assert made["corpus"] == [str(corpus)]
    assert [list(source) for source in made["sources"]] == [SOURCE]
    assert made["sources"][0]["title"] is None


def test_a_rebuild_of_the_same_is_told_and_forced(run: Run, tmp_path: Path) -> None:
    corpus = tmp_path / "r.jsonl"
    corpus.write_text('{"id": "a", "text": "전작권"}\n', encoding="utf-8")
    own = tmp_path / "own.tsv"
    own.write_text("방위비분담금\tNNG\n", encoding="utf-8")
    folder = tmp_path / "new"
    same = "nothing has changed; the index stays as it is (--force makes it anew)\n"
    count = f"1 sentence of 1 document indexed in {folder}\n"
    first = ["--corpus", str(corpus), "--dictionary", str(own)]

    for words, said, name in [
        (first, "", "g1"),
        ([], same, "g1"),
        (["--force"], "", "g2"),
        (["--no-dictionary"], "", "g3"),
        ([], same, "g3"),
        (["--no-dictionary"], same, "g3"),
    ]:
        result = run("rebuild", *words, "--index", str(folder))
        assert told(result) == (0, count, said)
        assert IndexDirectory(folder).current().name == name
    refused = run("rebuild", *first, "--no-dictionary", "--index", str(folder))
    assert failure(refused).endswith(
        "Error: --dictionary and --no-dictionary exclude each other.\n"
    )


def test_the_first_search_makes_the_default_index_and_says_so(
    run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "new"

    first = run("search", "사드", index=folder)
    second = run("search", "사드", index=folder)

    assert told(first) == (
        0,
        THAAD,
        f"{folder}: no index yet; making that of the communiqué (see `rebuild`)\n",
    )
    assert told(second) == (0, THAAD, "")


def test_info_makes_no_index(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "new"

    assert failure(run("info", index=folder)) == (
        f"Error: {folder}: there is no index; make one with"
        f" `communique rebuild --index {folder}`.\n"
    )
    assert not folder.exists()


@pytest.mark.parametrize(
    "words",
    [["search", "전작권"], ["batch"], ["show", "a"], ["info"], ["rebuild"]],
    ids=lambda words: str(words[0]),
)
def test_a_folder_of_other_things_is_left_alone(
    run: Run, tmp_path: Path, words: list[str]
) -> None:
    (tmp_path / "letter.txt").touch()

    assert failure(run(*words, "--index", str(tmp_path))) == (
        f"Error: {tmp_path}: holds something, but no index; give --index an empty or"
        " new folder.\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_an_index_of_other_versions_is_not_made_anew_unasked(
    run: Run, index_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(index_folder, folder)
    manifest = IndexDirectory(folder).current() / "manifest.json"
    record = json.loads(manifest.read_text(encoding="utf-8"))
    record["analysis"] = -1
    manifest.write_text(json.dumps(record), encoding="utf-8")

    said = failure(run("search", "사드", index=folder))

    assert said.startswith(f"Error: {folder}: the index was made with ")
    assert said.endswith(
        f"; make it anew with `communique rebuild --index {folder}`.\n"
    )


STEERING = "전작권\x1b[31m 빨강\x1b]0;title\x07 전작권을\r \x9b2J\u202e전작권"


def test_a_text_cannot_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    """Its control characters are blank, and the marks are where they belong."""
    corpus = tmp_path / "r.jsonl"
    corpus.write_text(json.dumps({"id": "a", "text": STEERING}), encoding="utf-8")
    words = ["--index", str(tmp_path / "index")]
    run("rebuild", "--corpus", str(corpus), *words)

    shown = run("search", "전작권", *words).stdout
    (hit,) = one_json(run("search", "전작권", "--json", *words))["hits"]

    assert shown == (
        " 1. r  a\n    [전작권] [31m 빨강 ]0;title  [전작권]을   2J [전작권]\n"
    )
    assert hit["text"] == STEERING
    assert [STEERING[start:end] for start, end in hit["spans"]] == ["전작권"] * 3
    assert "\x1b" not in run("show", "a", *words).stdout


@pytest.mark.parametrize(
    "query",
    ["\x1b[31m*", "전작권\x1b]0;title\x07", "작\x1b전", "\x9b2J", '"를\x1b', "-\x1b*"],
    ids=ascii,
)
def test_a_query_cannot_steer_the_terminal(run: Run, query: str) -> None:
    result = run("search", "--explain", "--", query)

    assert not set("\x1b\x07\x9b") & set(result.stdout + result.stderr)


def test_a_title_cannot_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    corpus = tmp_path / "성명.txt"
    corpus.write_text(
        "공동\x1b]0;title\x07성명\n\n2020년 1월 1일, 서울\x9b\n\n"
        "1. 회의를 열었다.\n2. 회의를 마쳤다.\n",
        encoding="utf-8",
    )
    words = ["--index", str(tmp_path / "index")]
    run("rebuild", "--corpus", str(corpus), *words)

    shown = run("info", *words).stdout

    assert "성명" in shown
    assert not set("\x1b\x07\x9b") & set(shown)


def test_what_is_no_text_is_told_of_the_corpus(run: Run, tmp_path: Path) -> None:
    assert failure(run("rebuild", "--corpus", str(tmp_path / "none"))) == (
        f"Error: {tmp_path}/none: there is no such file or folder; give --corpus"
        " another path.\n"
    )


def test_version(run: Run) -> None:
    tools = ", ".join(f"{tool} {number}" for tool, number in installed_tools().items())

    assert told(run("--version")) == (
        0,
        f"communique {program_version()} ({tools})\n",
        "",
    )
    assert "(not installed)" not in tools


def test_without_a_command_the_help_is_shown_and_it_is_an_error(run: Run) -> None:
    assert failure(run()) == run("--help").stdout


def test_the_completion_script_of_bash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BashComplete, "_check_version", lambda *_: None)

    script = BashComplete(command, {}, "communique", "_COMMUNIQUE_COMPLETE").source()

    assert "_COMMUNIQUE_COMPLETE=bash_complete" in script
    assert script.rstrip().endswith("_communique_completion_setup;")


@pytest.mark.parametrize(
    ("words", "incomplete", "expected"),
    [
        ([], "", NAMES),
        ([], "sh", ["show"]),
        (["search"], "--co", ["--context", "--count", "--color"]),
        (["search", "--color"], "", ["auto", "always", "never"]),
        (["batch", "--format"], "t", ["tsv", "trec"]),
    ],
)
def test_what_is_completed(
    words: list[str], incomplete: str, expected: list[str]
) -> None:
    shell = ShellComplete(command, {}, "communique", "_COMMUNIQUE_COMPLETE")

    found = [item.value for item in shell.get_completions(words, incomplete)]

    assert found == expected
