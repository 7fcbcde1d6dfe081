"""Batches: what each line is read as, and how answers are written."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.ingest.sentence import Sentence
from search.cli import batch_format
from search.cli.batch_format import BatchFault, BatchQuery
from search.results import Hit, SearchResult


def read(text: str | bytes) -> list[BatchQuery | BatchFault]:
    data = text if isinstance(text, bytes) else text.encode()
    return list(batch_format.parse_lines(io.BytesIO(data)))


def queries(text: str | bytes) -> list[tuple[str, str]]:
    """Return the ids and queries of *text*, all of which must be good."""
    lines = read(text)
    assert all(isinstance(line, BatchQuery) for line in lines)
    return [(line.id, line.query) for line in lines]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("전작권", [("1", "전작권")]),
        ("전작권 전환\nWMD\n", [("1", "전작권 전환"), ("2", "WMD")]),
        ("a\t전작권\nb\tWMD", [("a", "전작권"), ("b", "WMD")]),
        ("a\t전작권\t전환", [("a", "전작권\t전환")]),
        ('{"id": "a", "query": "전작권"}', [("a", "전작권")]),
        (' {"query": "전작권", "id": "a", "more": [1]} ', [("a", "전작권")]),
        ('{"id": "a", "query": "x\\ty\\n\\u0000"}', [("a", "x\ty\n\0")]),
        (
            '전작권\nq\tWMD\n{"id": "j", "query": "SCM"}\n핵',
            [("1", "전작권"), ("q", "WMD"), ("j", "SCM"), ("4", "핵")],
        ),
        ("\n전작권\n\n  \n핵\n\n", [("2", "전작권"), ("5", "핵")]),
        ("전작권\r\nb\t핵\r\n\r\n", [("1", "전작권"), ("b", "핵")]),
        ("\ufeff전작권\n핵", [("1", "전작권"), ("2", "핵")]),
        ("\ufeffa\t전작권", [("a", "전작권")]),
        ('\ufeff{"id": "a", "query": "핵"}', [("a", "핵")]),
        ('"신뢰 구축"', [("1", '"신뢰 구축"')]),
        ("[1, 2]", [("1", "[1, 2]")]),
        ("한국:1\t전작권", [("한국:1", "전작권")]),
        (" 전작권 ", [("1", " 전작권 ")]),
    ],
)
def test_the_topic_and_query_of_a_line(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert queries(text) == expected


@pytest.mark.parametrize(
    ("line", "id_", "query", "fault"),
    [
        ("a\t", "a", "", "the query is empty"),
        ("a\t  ", "a", "  ", "the query is empty"),
        ("\t전작권", "1", "전작권", "the id is empty or holds white space"),
        ("\t", "1", "", "the id is empty or holds white space"),
        ("a b\t전작권", "1", "전작권", "the id is empty or holds white space"),
        ("{", "1", "{", "not a JSON object"),
        ('{"id": "a"', "1", '{"id": "a"', "not a JSON object"),
        ("{}", "1", "{}", 'the key "id" is missing'),
        ('{"id": "a"}', "1", '{"id": "a"}', 'the key "query" is missing'),
        (
            '{"id": 1, "query": "핵"}',
            "1",
            '{"id": 1, "query": "핵"}',
            'the value of "id" is not a string',
        ),
        (
            '{"id": "a", "query": null}',
            "1",
            '{"id": "a", "query": null}',
            'the value of "query" is not a string',
        ),
        ('{"id": "a", "query": " "}', "a", " ", "the query is empty"),
        (
            '{"id": "", "query": "핵"}',
            "1",
            "핵",
            "the id is empty or holds white space",
        ),
        (
            '{"id": "a\\n", "query": "핵"}',
            "1",
            "핵",
            "the id is empty or holds white space",
        ),
        ('{"a":' * 2_000, "1", '{"a":' * 2_000, "not a JSON object"),
    ],
)
def test_a_bad_line_is_a_fault_with_a_reason(
    line: str, id_: str, query: str, fault: str
) -> None:
    (read_line,) = read(line)

    assert isinstance(read_line, BatchFault)
    assert (read_line.id, read_line.query) == (id_, query)
    assert str(read_line.fault) == f"line 1: {fault}."


def test_a_line_in_another_encoding_is_named_by_its_number() -> None:
    good, bad, last = read("핵\n".encode() + "전작권\n".encode("cp949") + b"a\n")

    assert (good, last) == (BatchQuery("1", "핵"), BatchQuery("3", "a"))
    assert isinstance(bad, BatchFault)
    assert bad.id == "2"
    assert "\ufffd" in bad.query
    assert str(bad.fault) == "line 2: not UTF-8; convert the queries."


@given(st.lists(st.binary(max_size=30) | st.text(max_size=30).map(str.encode)))
def test_no_line_is_lost(lines: list[bytes]) -> None:
    """Each line that is not blank is a query or a fault, in order."""
    lines = [b"q" + line.replace(b"\n", b"") for line in lines]
    parsed = read(b"\n\n".join(lines))

    assert len(parsed) == len(lines)
    for number, line in enumerate(parsed):
        assert line.id
        assert not any(char.isspace() for char in line.id)
        if b"\t" not in lines[number]:
            assert line.id == str(2 * number + 1)


SENTENCES = [
    Sentence("scm:11.1", "scm", 11, 1, 0, 9, "전작권을\t전환한다."),
    Sentence("기록", "records", None, None, 0, 9, " 전작권\n \u2028계획 "),
]
HITS = tuple(
    Hit(rank, sentence, 12.5 / rank, ((0, 3),))
    for rank, sentence in enumerate(SENTENCES, 3)
)
RESULT = SearchResult("전작권", {"word": "전작권"}, 9, HITS, ())


def test_tsv() -> None:
    assert list(batch_format.tsv_lines("q1", RESULT)) == [
        "q1\t3\tscm:11.1\t4.166667\t전작권을 전환한다.",
        "q1\t4\t기록\t3.125000\t전작권 계획",
    ]


def test_trec() -> None:
    ranked = [("scm:11.1", 12.5 / 3), ("기록", 3.125)]

    assert list(batch_format.trec_lines("q1", ranked)) == [
        "q1 Q0 scm:11.1 1 4.166667 communique",
        "q1 Q0 기록 2 3.125000 communique",
    ]


def test_json_of_an_answer_is_that_of_a_search_behind_its_id() -> None:
    assert list(batch_format.answer_to_json("q1", RESULT).items()) == [
        ("id", "q1"),
        *RESULT.to_json().items(),
    ]


def test_json_of_a_fault_has_the_keys_of_an_answer_and_the_error() -> None:
    (fault,) = read("a\t")
    assert isinstance(fault, BatchFault)

    record = batch_format.fault_to_json(fault)

    assert list(record) == [*batch_format.answer_to_json("a", RESULT), "error"]
    assert record == {
        "id": "a",
        "schema": 1,
        "query": "",
        "understood": None,
        "total": 0,
        "uncounted": 0,
        "hits": [],
        "notes": [],
        "facets": {},
        "error": "line 1: the query is empty.",
    }
    assert json.loads(json.dumps(record)) == record


def test_a_line_without_an_end_is_a_fault_and_the_next_is_answered() -> None:
    size = batch_format.LONGEST_LINE
    data = b"a" * (3 * size) + "\n전작권\n".encode() + b"b" * (size + 1)

    first, second, third = batch_format.parse_lines(
        batch_format.split_lines(io.BytesIO(data))
    )

    assert isinstance(first, BatchFault)
    assert str(first.fault) == "line 1: more than 1 MiB; shorten it."
    assert len(first.query) == 100
    assert second == BatchQuery("2", "전작권")
    assert isinstance(third, BatchFault)
