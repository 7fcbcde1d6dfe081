"""`rebuild` and `info`: the whole output, exit statuses, JSON."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import Run, command_on, failure, json_object, outcome

from indexer.build.index_directory import IndexDirectory
from indexer.versions import installed_tools


@pytest.fixture
def run(index_folder: Path) -> Run:
    """Return a function that runs `communique` on the index of the communiqué."""
    return command_on(index_folder)


MANIFEST = [
    *("index", "format", "analysis", "tools", "made", "corpus", "dictionary"),
    *("dictionary_sha256", "sources", "terms", "files", "allow_unreadable"),
    *("unreadable", "counted"),
]


SOURCE = [
    *("document", "path", "sha256", "encoding", "title", "dateline"),
    *("number", "date", "place", "year"),
    *("paragraphs", "sentences", "sidecar"),
]


def test_the_json_of_info(run: Run, index_folder: Path) -> None:
    record = json_object(run("info", "--json"))
    (source,) = record["sources"]

    assert list(record) == MANIFEST
    assert [type(value) for value in record.values()] == [
        *(str, int, int, dict, str, list, type(None), type(None), list, int),
        *(dict, bool, dict, int),
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
    record = json_object(run("info", "--json"))
    (source,) = record["sources"]
    tools = ", ".join(f"{tool} {number}" for tool, number in record["tools"].items())

    assert outcome(run("info")) == (
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

    made = json_object(run("rebuild", "--corpus", str(corpus), "--json", *words))

    assert list(made) == MANIFEST
    assert made == json_object(run("info", "--json", *words))
    assert made["corpus"] == [str(corpus)]
    assert [list(source) for source in made["sources"]] == [SOURCE]
    assert made["sources"][0]["title"] is None


def test_a_rebuild_without_changes_keeps_the_index_unless_forced(
    run: Run, tmp_path: Path
) -> None:
    corpus = tmp_path / "r.jsonl"
    corpus.write_text('{"id": "a", "text": "전작권"}\n', encoding="utf-8")
    dictionary = tmp_path / "own.tsv"
    dictionary.write_text("방위비분담금\tNNG\n", encoding="utf-8")
    folder = tmp_path / "new"
    same = "nothing has changed; the index stays as it is (--force makes it anew)\n"
    count = f"1 sentence of 1 document indexed in {folder}\n"
    first = ["--corpus", str(corpus), "--dictionary", str(dictionary)]

    for words, message, name in [
        (first, "", "g1"),
        ([], same, "g1"),
        (["--force"], "", "g2"),
        (["--no-dictionary"], "", "g3"),
        ([], same, "g3"),
        (["--no-dictionary"], same, "g3"),
    ]:
        result = run("rebuild", *words, "--index", str(folder))
        assert outcome(result) == (0, count, message)
        assert IndexDirectory(folder).current().name == name
    refused = run("rebuild", *first, "--no-dictionary", "--index", str(folder))
    assert failure(refused).endswith(
        "Error: --dictionary and --no-dictionary exclude each other.\n"
    )


def test_info_builds_no_index(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "new"

    assert failure(run("info", index=folder)) == (
        f"Error: {folder}: there is no index; make one with"
        f" `communique rebuild --index {folder}`.\n"
    )
    assert not folder.exists()


def test_a_title_cannot_control_the_terminal(run: Run, tmp_path: Path) -> None:
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


def test_a_missing_corpus_file_is_an_error(run: Run, tmp_path: Path) -> None:
    assert failure(run("rebuild", "--corpus", str(tmp_path / "none"))) == (
        f"Error: {tmp_path}/none: there is no such file or folder; give --corpus"
        " another path.\n"
    )
