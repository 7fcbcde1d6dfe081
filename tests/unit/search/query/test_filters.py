"""Filters and facets: which hits they leave, their order and their counts."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import Run, command_on, index_records

from indexer.ingest.sentence import Sentence
from indexer.storage.stored_sentences import StoredSentences
from search.index import Index, Order, open_index
from search.present.table_format import BOM
from search.query.filters import (
    Filter,
    NoSuchValueError,
    NoYearError,
    RangeReversedError,
)
from search.query.lexer import FIELDS
from search.results import Hit, SearchResult

ALL = 1000


@pytest.fixture(scope="module")
def index(statements_folder: Path) -> Iterator[Index]:
    """Return the opened index of two statements."""
    with open_index(statements_folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def scm(index_folder: Path) -> Iterator[Index]:
    """Return the opened index of the communiqué."""
    with open_index(index_folder) as opened:
        yield opened


@pytest.fixture
def run(statements_folder: Path) -> Run:
    """Return a function that runs the command on the index of two statements."""
    return command_on(statements_folder)


def ids(result: SearchResult) -> list[str]:
    return [hit.sentence.id for hit in result]


def counted(result: SearchResult) -> dict[str, Counter[str]]:
    """Count the values of the hits by hand."""

    def values(hit: Hit) -> Iterator[tuple[str, object]]:
        yield "speaker", hit.sentence.speaker
        yield "act", hit.sentence.act
        yield "document", hit.sentence.document
        yield "year", result.year(hit)

    facets: dict[str, Counter[str]] = {
        name: Counter() for name in ("speaker", "act", "document", "year")
    }
    for hit in result:
        for name, value in values(hit):
            if value is not None:
                facets[name][str(value)] += 1
    return facets


# The hits that filters leave


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("document:old", "old:1.1 old:1.2 old:2.1 old:2.2"),
        ("speaker:양측", "old:1.2 new:1.1"),
        ("speaker:장관", "old:1.1 old:2.1 new:2.1 new:3.1"),
        ('speaker:"장관 양"', "old:1.1 old:2.1 new:2.1 new:3.1"),
        ("act:강화", "old:1.2 new:1.1"),
        ("act:강화하다", "old:1.2 new:1.1"),
        ("paragraph:2", "old:2.1 old:2.2 new:2.1"),
        ("paragraph:2-3", "old:2.1 old:2.2 new:2.1 new:3.1"),
        ("paragraph:3-9", "new:3.1"),
        ("year:2019", "old:1.1 old:1.2 old:2.1 old:2.2"),
        ("year:1999-2019", "old:1.1 old:1.2 old:2.1 old:2.2"),
        ("year:2020~2030", "new:1.1 new:1.2 new:2.1 new:3.1"),
        # Any of several values of a field matches.
        ("act:강화 act:논의", "old:1.2 new:1.1 new:1.2"),
        ("year:2019 year:2020 act:강화", "old:1.2 new:1.1"),
        ("paragraph:1 paragraph:3 document:new", "new:1.1 new:1.2 new:3.1"),
        # Each of several fields must match.
        ("act:강화 year:2020", "new:1.1"),
        ("act:강화 document:old paragraph:1", "old:1.2"),
        ("year:2019 document:new", ""),
        # Excluded values.
        ("-speaker:양 document:old", "old:2.2"),
        ("-document:old -paragraph:1", "new:2.1 new:3.1"),
        ("-act:강화 -act:합의 -act:평가", "old:2.2 new:1.2"),
        ("-year:2019 act:평가", "new:3.1"),
        ("act:강화 -act:강화", ""),
        # Filters beside words.
        ("사이버 year:2020", "new:1.1"),
        ("year:2020 -사이버 paragraph:1", "new:1.2"),
        ("기후 OR 사이버 speaker:양측", "old:1.2 new:1.1"),
        ("제임스웹 year:2020", ""),
        # Groups of speakers.
        ("side:공동", "old:1.1 old:1.2 old:2.1 new:1.1 new:2.1 new:3.1"),
        ("장관 side:joint", "old:1.1 old:2.1 new:2.1 new:3.1"),
        ("side:그밖", "old:2.2 new:1.2"),
        ('side:"그 밖" year:2020', "new:1.2"),
        ("-side:공동", "old:2.2 new:1.2"),
        ("장관 -side:그밖", "old:1.1 old:2.1 new:2.1 new:3.1"),
        (
            "paragraph:2 side:공동 side:other",
            "old:2.1 old:2.2 new:2.1",
        ),
        ("side:공동 speaker:양측", "old:1.2 new:1.1"),
        # Limits of the years.
        ("from:2020", "new:1.1 new:1.2 new:2.1 new:3.1"),
        ("사이버 to:2019", "old:1.2"),
        ("사이버 from:2019 to:2019", "old:1.2"),
        ("사이버 from:1999 to:2030", "old:1.2 new:1.1"),
        ("사이버 -from:2020", "old:1.2"),
        ("사이버 from:2019 year:2020", "new:1.1"),
    ],
)
def test_hits_match_the_filters(index: Index, query: str, expected: str) -> None:
    result = index.search(query, limit=ALL)

    assert sorted(ids(result)) == sorted(expected.split())
    assert result.total == len(result.hits)
    assert result.understood


@pytest.mark.parametrize(
    "query", ["document:old", "paragraph:2", "-act:강화", "year:2019-2020"]
)
def test_a_filter_alone_lists_its_sentences_in_text_order(
    index: Index, query: str
) -> None:
    result = index.search(query, limit=ALL)
    order = [
        sentence.id
        for source in index.manifest.sources
        for sentence in index.show(source.document)
    ]

    assert result.total > 1
    assert ids(result) == [id_ for id_ in order if id_ in ids(result)]
    assert {hit.score for hit in result} == {0.0}
    assert {hit.spans for hit in result} == {()}
    assert result.notes == ()


def test_a_filter_narrows_and_leaves_the_order(scm: Index) -> None:
    """The scores and spans stay the same too."""
    every = scm.search("전작권 전환", limit=ALL)
    some = scm.search("전작권 전환 speaker:양", limit=ALL)
    expected = [hit for hit in every if "양" in (hit.sentence.speaker or "")[:1]]

    assert 1 < some.total < every.total
    assert ids(some) == [hit.sentence.id for hit in expected]
    assert some.hits[0].spans == expected[0].spans


def test_rank_applies_filters_too(index: Index) -> None:
    result = index.search("협력 year:2020", limit=ALL)

    assert result.total == 1
    assert index.rank("협력 year:2020", limit=ALL) == [
        (hit.sentence.id, hit.score) for hit in result
    ]


@pytest.mark.parametrize(
    ("field", "value", "nearest"),
    [
        ("speaker", "양 장군", "양 장관"),
        ("act", "강회", "강화"),
        ("document", "odl", "old"),
        ("document", "ol", "old"),
        ("paragraph", "4", "3"),
        ("paragraph", "둘", ""),
        ("year", "2018", "2019"),
        ("year", "1020", "2019"),
        ("paragraph", "10", "3"),
        ("year", "2021-2029", "2020"),
        ("year", "올해", ""),
    ],
)
def test_an_unknown_value_is_an_error_that_names_the_nearest(
    index: Index, field: str, value: str, nearest: str
) -> None:
    for query, filters in [
        (f'{field}:"{value}"', []),
        (f'장관 -{field}:"{value}"', []),
        ("장관", [Filter(field, value)]),
    ]:
        with pytest.raises(NoSuchValueError) as caught:
            index.search(query, filters=filters)

        message = f"the index holds no {field} {value!r}; the nearest is {nearest}"
        assert str(caught.value).startswith(message)
        assert str(caught.value) == f"{message}." or not nearest


def test_a_field_that_no_sentence_has_is_an_error(index: Index, tmp_path: Path) -> None:
    from indexer.build.rebuild import rebuild

    corpus = tmp_path / "r.jsonl"
    corpus.write_text('{"id": "a", "text": "양측은 합의하였다."}\n', encoding="utf-8")
    rebuild(tmp_path / "index", [corpus])

    with open_index(tmp_path / "index") as records:
        assert ids(records.search("document:r")) == ["a"]
        for field in set(FIELDS) - {"document"}:
            named = "year" if field in ("from", "to") else field
            with pytest.raises(
                NoSuchValueError,
                match=f"no sentence of the index has a value of {named}.",
            ):
                records.search(f"{field}:1")
    assert index.search("speaker:양측").total == 2


# As options, and in the query


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("speaker:양측", ["", "--speaker", "양측"]),
        (
            "장관 act:평가 year:2019-2020",
            ["장관", "--act", "평가", "--year", "2019-2020"],
        ),
        ('speaker:"양 장관" 유엔사', ["유엔사", "--speaker", "양 장관"]),
        ("act:강화 act:논의", ["", "--act", "강화", "--act", "논의"]),
        (
            "관리 document:new paragraph:3",
            ["--paragraph", "3", "관리", "--document", "new"],
        ),
        ("협력 -act:합의 year:2020", ["협력", "-act:합의", "--year", "2020"]),
        ("사이버 side:공동 from:2020", ["사이버", "--side", "공동", "--from", "2020"]),
        ("side:그밖 to:2019", ["", "--side", "그 밖", "--to", "2019"]),
    ],
)
def test_options_and_typed_filters_are_the_same(
    run: Run, index: Index, query: str, words: list[str]
) -> None:
    expected = index.search(query, limit=ALL).to_json()
    typed = json.loads(run("search", query, "--limit", str(ALL), "--json").stdout)

    assert typed == json.loads(json.dumps(expected))
    options = json.loads(run("search", *words, "--limit", str(ALL), "--json").stdout)
    assert typed["total"] > 0
    assert {**options, "query": query} == typed


@pytest.mark.parametrize(
    ("field", "value", "in_order"),
    [("paragraph", "3-2", "2-3"), ("year", "2020~2019", "2019-2020")],
)
def test_a_reversed_range_is_an_error_with_the_right_order(
    index: Index, field: str, value: str, in_order: str
) -> None:
    with pytest.raises(RangeReversedError) as caught:
        index.search("협력", filters=[Filter(field, value)])

    assert str(caught.value) == (
        f"the range {value!r} of {field} is reversed; write {in_order}."
    )


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("side:북측", "the index holds no side '북측'; it has 공동, 그밖."),
        ("장관 -side:미측", "the index holds no side '미측'; it has 공동, 그밖."),
        ("from:2031", "no document is of 2031 or later; the newest is of 2020."),
        ("장관 to:1990", "no document is of 1990 or earlier; the oldest is of 2019."),
        ("from:올해", "from takes a year such as 2020, not '올해'."),
        ("to:20200", "to takes a year such as 2020, not '20200'."),
        (
            "from:2020 장관 to:2019",
            "the range '2020-2019' of year is reversed; write 2019-2020.",
        ),
    ],
)
def test_a_side_or_a_limit_that_narrows_to_nothing_is_an_error(
    index: Index, query: str, message: str
) -> None:
    with pytest.raises((NoSuchValueError, NoYearError, RangeReversedError)) as caught:
        index.search(query)

    assert str(caught.value) == message


def test_filters_of_the_api_and_of_the_query_are_combined(index: Index) -> None:
    both = index.search("act:강화", filters=[Filter("year", "2020")])
    either = index.search("act:강화", filters=[Filter("act", "논의")])
    without = index.search("act:강화", filters=[Filter("year", "2020", excluded=True)])

    assert ids(both) == ["new:1.1"]
    assert sorted(ids(either)) == ["new:1.1", "new:1.2", "old:1.2"]
    assert ids(without) == ["old:1.2"]


def test_an_unknown_value_is_reported_at_the_command_line(run: Run) -> None:
    result = run("search", "장관", "--speaker", "양 장군")

    assert (result.exit_code, result.stdout, result.stderr) == (
        2,
        "",
        "Error: the index holds no speaker '양 장군'; the nearest is 양 장관.\n",
    )


# Facets


@pytest.mark.parametrize(
    "query",
    ["장관", "전작권", "동맹 -핵", "NOT 장관", "유앤사", "act:재확인", "핵 -act:강조"],
)
def test_facets_count_the_hits(scm: Index, index: Index, query: str) -> None:
    for opened, text in [(scm, query), (index, "장관 OR 협력"), (index, "장관")]:
        result = opened.search(text, limit=ALL)

        assert result.total == len(result.hits) > 0
        assert result.facets == counted(result)
        assert opened.search(text, limit=0).facets == result.facets
        for name in ("speaker", "act", "document"):
            numbers = list(result.facets[name].values())
            assert numbers == sorted(numbers, reverse=True)
            for value, number in result.facets[name].items():
                narrowed = opened.search(text, filters=[Filter(name, value)])
                assert narrowed.total >= number


def test_facets_are_counted_on_request(scm: Index) -> None:
    counted = scm.search("전작권 전환")
    plain = scm.search("전작권 전환", faceted=False)

    assert counted.facets
    assert vars(plain) == {**vars(counted), "facets": {}}


def test_a_query_without_hits_has_no_facets(index: Index) -> None:
    assert index.search("").facets == {}
    assert index.search("제임스웹").facets == {
        "speaker": {},
        "act": {},
        "document": {},
        "year": {},
    }


# Order and output formats

OF_ALL = ["new:2.1", "new:3.1", "old:1.1", "old:2.1"]


def test_by_date_the_oldest_stand_first_in_their_order(run: Run, index: Index) -> None:
    ranked = index.search("정전협정 장관", limit=ALL)
    result = index.search("정전협정 장관", limit=ALL, order="date")

    assert sorted(ids(ranked)) == OF_ALL
    assert ids(result) == ["old:1.1", "old:2.1", "new:2.1", "new:3.1"]
    assert [hit.rank for hit in result] == [1, 2, 3, 4]
    assert {h.sentence.id: h.score for h in result} == {
        h.sentence.id: h.score for h in ranked
    }
    assert (result.total, result.facets) == (ranked.total, ranked.facets)
    page = index.search("정전협정 장관", limit=2, offset=1, order="date")
    assert page.hits == result.hits[1:3]
    shown = run("search", "정전협정 장관", "--sort", "date").stdout.splitlines()
    assert shown[::3] == [
        " 1. 2019, paragraph 1, sentence 1  old:1.1",
        " 2. 2019, paragraph 2, sentence 1  old:2.1",
        " 3. 2020, paragraph 2, sentence 1  new:2.1",
        " 4. 2020, paragraph 3, sentence 1  new:3.1",
    ]


def test_the_hits_of_a_document_stand_together(run: Run, index: Index) -> None:
    result = ids(index.search("정전협정 장관", limit=ALL, order="document"))
    shown = run("search", "정전협정 장관", "--sort", "document").stdout.splitlines()

    assert result == ["old:1.1", "old:2.1", "new:2.1", "new:3.1"]
    headings = [line for line in shown if "차  " in line]
    assert headings == ["2019-11-15  제1차  서울", "2020-10-14  제2차  워싱턴"]
    assert shown.index(headings[0]) == 0
    assert [line.split()[-1] for line in shown if " paragraph " in line] == result


@pytest.mark.parametrize("order", ["date", "document"])
def test_ordering_reads_no_sentence_but_those_it_shows(
    statements_folder: Path, monkeypatch: pytest.MonkeyPatch, order: Order
) -> None:
    read: list[int] = []
    sentence = StoredSentences.sentence

    def counted_sentence(stored: StoredSentences, number: int) -> Sentence:
        read.append(number)
        return sentence(stored, number)

    with open_index(statements_folder) as opened:
        monkeypatch.setattr(StoredSentences, "sentence", counted_sentence)
        result = opened.search("NOT 제임스웹", limit=1, order=order)

    assert result.total == 8
    assert len(read) == len(result.hits) == 1


@pytest.mark.parametrize(
    ("limits", "years"),
    [
        (("--from", "2020"), {"new"}),
        (("--to", "2019"), {"old"}),
        (("--from", "2019", "--year", "2019"), {"old"}),
    ],
)
def test_years_from_and_to(run: Run, limits: tuple[str, ...], years: set[str]) -> None:
    for command in ("search", "concordance"):
        lines = run(command, "장관", *limits, "--format", "csv").stdout
        rows = csv.DictReader(io.StringIO(lines, newline=""))
        assert {row["id"].partition(":")[0] for row in rows} == years
    unknown = run("search", "장관", "--from", "2031")
    assert unknown.exit_code == 2
    assert "the newest is of 2020" in unknown.stderr
    reversed_ = run("search", "장관", "--from", "2020", "--to", "2019")
    assert reversed_.exit_code == 2
    assert "is reversed; write 2019-2020" in reversed_.stderr


@pytest.mark.parametrize("limit", ["--from", "--to", "--year"])
def test_no_year_is_in_an_index_without_dates(tmp_path: Path, limit: str) -> None:
    run = command_on(index_records(tmp_path, ["양 장관은 협력하기로 하였다."]))

    result = run("search", "장관", limit, "2020")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no sentence of the index has a value of year" in result.stderr


@pytest.mark.parametrize("command", ["search", "concordance"])
def test_a_side_stands_for_its_speakers(run: Run, command: str) -> None:
    joint = run(command, "장관", "--side", "공동")
    by_name = run(command, "장관", "--speaker", "양 장관", "--speaker", "양측")
    unknown = run(command, "장관", "--side", "북측")

    assert joint.stdout
    assert joint.stdout == by_name.stdout
    assert unknown.exit_code == 2
    assert "the index holds no side '북측'" in unknown.stderr


def test_context_is_in_the_table_of_hits(run: Run) -> None:
    plain = run("search", "기후", "--context", "1", "--format", "csv").stdout
    (row,) = csv.DictReader(io.StringIO(plain, newline=""))

    assert row["before"] == "양측은 사이버 협력을 강화했다."
    assert row["after"] == "양 장관은 주한미군의 현 전력 수준을 유지하기로 하였다."
    table = run("search", "기후", "--context", "1", "--format", "markdown").stdout
    assert table.splitlines()[0].endswith("| citation | before | after |")


def test_hits_as_csv(run: Run, index: Index) -> None:
    plain = run("search", "기후 OR 평화유지군", "--format", "csv")
    marked = run("search", "기후 OR 평화유지군", "--format", "csv", "--bom")
    header, *rows = csv.reader(io.StringIO(plain.stdout_bytes.decode(), newline=""))
    hits = index.search("기후 OR 평화유지군").hits

    assert (plain.exit_code, plain.stderr) == (0, "")
    assert marked.stdout_bytes == BOM.encode() + plain.stdout_bytes
    place = ["document", "date", "paragraph", "sentence"]
    rest = ["year", "speaker", "act", "text", "citation"]
    assert header == ["rank", "id", *place, *rest]
    assert [row[:10] for row in rows] == [
        [
            str(hit.rank),
            hit.sentence.id,
            hit.sentence.document,
            "2020-10-14" if hit.sentence.document == "new" else "2019-11-15",
            str(hit.sentence.paragraph),
            str(hit.sentence.number),
            "2020" if hit.sentence.document == "new" else "2019",
            hit.sentence.speaker or "",
            hit.sentence.act,
            hit.sentence.text,
        ]
        for hit in hits
    ]
    assert {row[10] for row in rows} == {
        "제2차 회의 공동성명, 2020-10-14, paragraph 1, sentence 2",
        "제1차 회의 공동성명, 2019-11-15, paragraph 2, sentence 2",
    }


def test_hits_as_markdown(run: Run) -> None:
    assert run("search", "기후", "--format", "markdown").stdout.splitlines() == [
        (
            "| rank | id | document | date | paragraph | sentence | year | speaker | act"
            " | text | citation |"
        ),
        "| ---: | --- | --- | --- | ---: | ---: | ---: | --- | --- | --- | --- |",
        (
            "| 1 | new:1.2 | new | 2020-10-14 | 1 | 2 | 2020 |  | 논의 | 기후 변화가 논의되었다."
            " | 제2차 회의 공동성명, 2020-10-14, paragraph 1, sentence 2 |"
        ),
    ]


def test_forms_that_do_not_go_together(run: Run) -> None:
    for words in (["--bom"], ["--format", "csv", "--json"]):
        assert run("search", "기후", *words).exit_code == 2
    as_json = run("search", "기후", "--format", "json")
    assert as_json.stdout == run("search", "기후", "--json").stdout
