"""`search`, `show` and `suggest`: the whole output, exit statuses, JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
import pytest
from helpers import Run, command_on, failure, json_object, outcome, write_records

from indexer.build.plan import CORPUS
from indexer.build.rebuild import rebuild
from indexer.ingest.document import Document


@pytest.fixture
def run(index_folder: Path) -> Run:
    """Return a function that runs `communique` on the index of the communiqué."""
    return command_on(index_folder)


def ids(record: dict[str, Any]) -> list[str]:
    return [hit["id"] for hit in record["hits"]]


THAAD = """\
 1. paragraph 6, sentence 7  scm-52-2020:6.7
    양 장관은 동 공약의 일환으로 성주기지 [사드] 포대의 안정적인 주둔 여건을 마련하기 위해 \
장기적인 계획을 구축하기로 하였다.
"""


def test_a_hit_is_cited_and_marked(run: Run) -> None:
    assert outcome(run("search", "사드")) == (0, THAAD, "")


def test_the_total_is_printed_when_hits_are_left_out(run: Run) -> None:
    result = run("search", "갖춘", "--limit", "1")

    assert result.exit_code == 0
    assert result.stdout.startswith(" 1. paragraph ")
    assert result.stdout.count("\n") == 2
    assert result.stderr == "1 of 2 sentences; --limit and --offset show others.\n"


def test_ranks_continue_after_an_offset(run: Run) -> None:
    all_hits = run("search", "훈련", "--limit", "3").stdout.splitlines()
    last_hit = run("search", "훈련", "--limit", "1", "--offset", "2").stdout

    assert last_hit.splitlines() == all_hits[6:]
    assert last_hit.startswith(" 3. ")


@pytest.mark.parametrize(
    "options", [["--limit", "0"], ["--offset", "7"], ["--offset", "9" * 30]]
)
def test_a_page_without_hits_prints_the_total(run: Run, options: list[str]) -> None:
    assert outcome(run("search", "훈련", *options)) == (
        0,
        "",
        "0 of 7 sentences; --limit and --offset show others.\n",
    )


def test_a_query_without_hits_has_status_1(run: Run) -> None:
    assert outcome(run("search", "제임스웹")) == (1, "", "No sentence was found.\n")


def test_notes_go_to_standard_error(run: Run) -> None:
    assert outcome(run("search", "(사드", "*")) == (
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


@pytest.mark.parametrize("option", [["--json"], ["--format", "csv"]], ids=" ".join)
def test_a_count_has_no_other_format(run: Run, option: list[str]) -> None:
    assert failure(run("search", "사드", "--count", *option)).endswith(
        f"Error: --count and {' '.join(option)} exclude each other.\n"
    )


@pytest.mark.parametrize("spelling", [["-n", "2"], ["-n2"], ["--limit", "2"]])
def test_the_limit_has_a_short_form(run: Run, spelling: list[str]) -> None:
    result = run("search", "동맹", *spelling, "--format", "csv")

    assert result.stdout.count("\n") == 3
    assert result.stderr == ("2 of 21 sentences; --limit and --offset show others.\n")


def test_the_limit_all_shows_every_sentence(run: Run) -> None:
    result = run("search", "동맹", "--limit", "all", "--json")

    assert len(json_object(result)["hits"]) == 21
    assert "'al' is not a valid number" in failure(run("search", "동맹", "-n", "al"))


@pytest.mark.parametrize("command", ["search", "trace", "suggest"])
def test_help_has_a_short_form(run: Run, command: str) -> None:
    assert outcome(run(command, "-h")) == outcome(run(command, "--help"))
    assert outcome(run("-h")) == outcome(run("--help"))


@pytest.mark.parametrize("option", ["-x", "-5", "-한", "--nope"])
def test_an_unknown_option_is_an_error(run: Run, option: str) -> None:
    assert f"No such option '{option}'." in failure(run("search", "동맹", option))


@pytest.mark.parametrize(
    "word", ["-nato", "-hanmi", "-n5x", "-한미동맹", "-(한미동맹)"]
)
def test_a_hyphen_before_two_characters_excludes_a_word(run: Run, word: str) -> None:
    typed = run("search", "동맹", word, "--json")
    after = run("search", "--json", "--", "동맹", word)

    assert typed.stdout == after.stdout
    assert "not" in json_object(typed)["understood"]["and"][-1]


@pytest.mark.parametrize(
    ("typed", "word"), [("wjswkr", "전작권"), ("wjswkrr", "전작권"), ("ㄴ츠", "scm")]
)
def test_a_completion_of_the_other_keyboard_layout(
    run: Run, typed: str, word: str
) -> None:
    assert run("suggest", typed).stdout.startswith(f"{word}\t")


def test_a_prefix_of_no_word_is_an_empty_result_with_a_message(run: Run) -> None:
    assert outcome(run("suggest", "뷁")) == (1, "", "No word begins with “뷁”.\n")


def test_the_words_of_explain_need_no_quotation_marks(run: Run) -> None:
    quoted = run("explain", "전작권 전환")
    with_sentence = run("explain", "전작권 전환", "scm-52-2020:11.1")

    assert outcome(run("explain", "전작권", "전환")) == outcome(quoted)
    assert run("explain", "전작권", "전환", "scm-52-2020:11.1").stdout == (
        with_sentence.stdout
    )
    assert "scm-52-2020:11.1" not in quoted.stdout
    assert "scm-52-2020:11.1" in with_sentence.stdout


@pytest.mark.parametrize("name", ["scm-52-2020:11", " scm-52-2020:11 "])
def test_a_paragraph_is_not_called_the_nearest_to_itself(run: Run, name: str) -> None:
    assert failure(run("explain", "전작권", name)) == (
        "Error: 'scm-52-2020:11' is not the id of one sentence; its first one is"
        " scm-52-2020:11.1.\n"
    )


def test_a_count_has_notes_too(run: Run) -> None:
    note = 'A "(" was never closed, so it was closed at the end of the query.\n'

    assert outcome(run("search", "(사드", "--count")) == (0, "1\n", note)


def test_explain_prints_the_parsed_query(run: Run) -> None:
    result = run("search", "--explain", "--count", '동맹 AND ("신뢰 구축" -한미동맹)')

    assert outcome(result) == (
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


def test_explain_does_not_change_the_json(run: Run) -> None:
    plain = run("search", "동맹", "--json")
    explained = run("search", "동맹", "--json", "--explain")

    assert explained.stdout == plain.stdout
    assert explained.stderr == "word “동맹”: 동맹\n"


def test_all_words_must_be_found(run: Run) -> None:
    record = json_object(run("search", "--all", "--exact", "전작권", "SCM", "--json"))

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
def test_a_word_with_a_hyphen_is_part_of_the_query(
    run: Run, words: list[str], query: str
) -> None:
    result = run("search", "--json", *words)

    assert result.exit_code in (0, 1)
    assert json_object(result)["query"] == query


def test_an_excluded_word_can_be_a_separate_argument(run: Run) -> None:
    together = json_object(run("search", "동맹 -한미동맹", "--json"))
    apart = json_object(run("search", "동맹", "-한미동맹", "--json"))

    assert apart == together
    assert apart["total"] == 13


TOO_DEEP = (
    "The query nests parentheses more than 30 levels deep; remove those that are not"
    " needed."
)


USAGE = """\
Usage: communique search [OPTIONS] QUERY...
Try 'communique search --help' for help.

Error: {}
"""


@pytest.mark.parametrize("option", ["--jsn", "--limi", "--j", "--no-color"])
def test_a_mistyped_option_is_an_error(run: Run, option: str) -> None:
    fault = click.NoSuchOption(option).format_message()

    assert failure(run("search", "전작권", option)) == USAGE.format(fault)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ([], "Missing argument 'QUERY...'."),
        (
            ["전작권", "--limit", "-1"],
            "Invalid value for '--limit' / '-n': -1 is not in the range x>=0.",
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


def test_a_query_nested_too_deep_is_refused(run: Run) -> None:
    too_deep = "(" * 31 + "동맹" + ")" * 31

    assert failure(run("search", too_deep)) == f"Error: {TOO_DEEP}\n"


def test_color_always_marks_hits_by_colour(run: Run) -> None:
    result = run("search", "사드", "--color", "always")

    assert result.stdout == THAAD.replace(
        "scm-52-2020:6.7", "\x1b[2mscm-52-2020:6.7\x1b[0m"
    ).replace("[사드]", "\x1b[1;33m사드\x1b[0m")


@pytest.mark.parametrize("setting", ["auto", "never"])
def test_a_pipe_has_no_colour(run: Run, setting: str) -> None:
    assert run("search", "사드", "--color", setting).stdout == THAAD


def test_the_json_of_a_search(run: Run, communique: Document) -> None:
    """The keys in their order, the types, the offsets: a contract."""
    record = json_object(run("search", "전작권", "--json", "--exact"))

    assert list(record) == [
        *(
            "schema",
            "query",
            "understood",
            "total",
            "uncounted",
            "hits",
            "notes",
            "facets",
        )
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
            ("page", type(None)),
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


def test_the_json_of_a_query_without_words(run: Run) -> None:
    result = run("search", "--json", "*")

    assert result.exit_code == 1
    assert json_object(result) == {
        "schema": 1,
        "query": "*",
        "understood": None,
        "total": 0,
        "uncounted": 0,
        "hits": [],
        "notes": ["Without a letter or digit, so not searched: “*”."],
        "facets": {},
    }


def test_an_error_is_a_message_with_json_too(run: Run) -> None:
    message = failure(run("search", "--json", "(" * 99))

    assert message.startswith("Error: The query nests")


def test_show(run: Run) -> None:
    assert outcome(run("show", "scm-52-2020:5.1")) == (
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
    record = json_object(run("show", reference, "--json"))

    assert list(record) == ["schema", "reference", "sentences"]
    assert (record["schema"], record["reference"]) == (1, reference)
    assert len(record["sentences"]) == count
    for sentence in record["sentences"]:
        assert list(sentence) == [
            *("id", "document", "paragraph", "sentence", "start", "end", "text"),
            *("speaker", "act", "page"),
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
def test_show_names_the_nearest_reference(
    run: Run, reference: str, kind: str, near: str
) -> None:
    assert failure(run("show", reference)) == (
        f"Error: the index holds no {kind} {reference!r}; the nearest is {near}.\n"
    )


CONTROLS = "전작권\x1b[31m 빨강\x1b]0;title\x07 전작권을\r \x9b2J\u202e전작권"


def test_a_text_cannot_control_the_terminal(run: Run, tmp_path: Path) -> None:
    """Its control characters are spaces, and the brackets are in their places."""
    corpus = tmp_path / "r.jsonl"
    corpus.write_text(json.dumps({"id": "a", "text": CONTROLS}), encoding="utf-8")
    words = ["--index", str(tmp_path / "index")]
    run("rebuild", "--corpus", str(corpus), *words)

    shown = run("search", "전작권", *words).stdout
    (hit,) = json_object(run("search", "전작권", "--json", *words))["hits"]

    assert shown == (
        " 1. r  a\n    [전작권] [31m 빨강 ]0;title  [전작권]을   2J [전작권]\n"
    )
    assert hit["text"] == CONTROLS
    assert [CONTROLS[start:end] for start, end in hit["spans"]] == ["전작권"] * 3
    assert "\x1b" not in run("show", "a", *words).stdout


HIDDEN_ID = "a\u202eb\x9bc"


@pytest.fixture(scope="module")
def hidden_ids(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an index of two documents with control characters in ids."""
    folder = tmp_path_factory.mktemp("ids")
    rebuild(
        folder / "index",
        [
            write_records(folder / "x\u2066y.jsonl", {HIDDEN_ID: "사드를 배치하였다."}),
            write_records(folder / "z.jsonl", {"z": "사드 배치를 논의하였다."}),
        ],
    )
    return folder / "index"


@pytest.mark.parametrize(
    "words",
    [
        ["search", "사드"],
        ["search", "사드", "--context", "1", "--sort", "date"],
        *(["search", "사드", "--format", form] for form in ("json", "csv", "markdown")),
        ["show", HIDDEN_ID],
        ["show", HIDDEN_ID, "--json"],
        ["show", f"{HIDDEN_ID}d"],
        ["explain", "사드", HIDDEN_ID],
        ["compare", HIDDEN_ID],
        ["compare", "--documents", "z", "x\u2066y", "--format", "csv"],
        ["trace", "사드"],
        ["trace", "사드", "--format", "csv"],
        ["concordance", "사드"],
        ["terms"],
        ["info"],
        *(["batch", "--format", form] for form in ("jsonl", "tsv", "trec")),
    ],
    ids=" ".join,
)
def test_control_characters_of_ids_are_shown_as_escapes(
    hidden_ids: Path, words: list[str]
) -> None:
    done = command_on(hidden_ids)(*words, stdin="사드\n".encode())
    shown = done.stdout + done.stderr

    assert not set("\u202e\x9b\u2066") & set(shown)
    assert re.search(r"\\u202eb|x\\+u2066y", shown)


@pytest.mark.parametrize(
    "query",
    ["\x1b[31m*", "전작권\x1b]0;title\x07", "작\x1b전", "\x9b2J", '"를\x1b', "-\x1b*"],
    ids=ascii,
)
def test_a_query_cannot_control_the_terminal(run: Run, query: str) -> None:
    result = run("search", "--explain", "--", query)

    assert not set("\x1b\x07\x9b") & set(result.stdout + result.stderr)
