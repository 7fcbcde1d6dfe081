"""Editions: number, date, place and year of a document from its title and dateline."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.kiwi import spaces_between
from indexer.ingest import corpus_files
from indexer.ingest.document import Document, parse_document
from indexer.ingest.edition import Edition, by_date, edition_of, read_edition


def facts(edition: Edition) -> tuple[int | None, str | None, str | None, int | None]:
    return edition.number, edition.date, edition.place, edition.year


def test_the_communique_is_the_fifty_second(communique: Document) -> None:
    assert facts(edition_of(communique)) == (52, "2020-10-14", "워싱턴 D.C.", 2020)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("scm44_2012", (44, "2012-10-24", "워싱턴 D.C.", 2012)),
        ("scm48_2016", (48, "2016-10-20", "워싱턴", 2016)),
        ("scm51_2019", (51, "2019-11-15", "서울", 2019)),
    ],
)
def test_the_editions_of_the_white_papers(
    shared: Path, name: str, expected: tuple[int, str, str, int]
) -> None:
    path = shared / "data" / "communiques" / f"{name}.txt"
    document = parse_document(corpus_files.read(path, pytest.fail), spaces_between)

    assert facts(edition_of(document)) == expected


@pytest.mark.parametrize(
    ("title", "dateline", "expected"),
    [
        ("판문점 선언", "2018년 4월 27일 판문점", (None, "2018-04-27", "판문점", 2018)),
        (
            "2+2 공동성명",
            "2021년 3월 18일(목), 서울에서",
            (None, "2021-03-18", "서울", 2021),
        ),
        ("제3회 회의", "서울, 2009. 6. 16.", (3, "2009-06-16", "서울", 2009)),
        ("제6차 SCM", "1973-09-13", (6, "1973-09-13", None, 1973)),
        (
            "Joint Communiqué of the 52nd SCM",
            "October 14, 2020, Washington",
            (52, "2020-10-14", "Washington", 2020),
        ),
        ("Statement of 14th October 2020", None, (None, "2020-10-14", None, 2020)),
        ("2018. 9. 19. 평양공동선언", None, (None, "2018-09-19", None, 2018)),
        ("2020 국방백서", None, (None, None, None, 2020)),
        ("공동성명", "2018년 13월 40일, 서울", (None, None, "서울", 2018)),
        ("제4·5차 핵실험 규탄", None, (None, None, None, None)),
        ("제52차 SCM 및 제45차 MCM", None, (52, None, None, None)),
        (None, None, (None, None, None, None)),
    ],
)
def test_other_forms_of_titles_and_datelines(
    title: str | None,
    dateline: str | None,
    expected: tuple[int | None, str | None, str | None, int | None],
) -> None:
    assert facts(read_edition("문서", title, dateline)) == expected


@pytest.mark.parametrize(
    ("name", "number", "year"),
    [
        ("scm-52-2020", 52, 2020),
        ("scm51_2019", 51, 2019),
        ("제9차회의", 9, None),
        ("notes", None, None),
        ("report-3", None, None),
        ("20201014", None, None),
    ],
)
def test_a_document_without_title_has_the_edition_of_its_name(
    name: str, number: int | None, year: int | None
) -> None:
    assert facts(read_edition(name, None, None)) == (number, None, None, year)


def test_title_and_dateline_take_precedence_over_the_name() -> None:
    edition = read_edition("scm-1-1999", "제52차 회의", "2020년 10월 14일")

    assert facts(edition) == (52, "2020-10-14", None, 2020)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_date_is_read_back(day: date) -> None:
    line = f"{day.year}년 {day.month}월 {day.day}일, 서울"

    assert facts(read_edition("문서", None, line)) == (
        None,
        day.isoformat(),
        "서울",
        day.year,
    )


@given(st.text(), st.text())
def test_any_text_has_an_edition(title: str, dateline: str) -> None:
    edition = read_edition("문서", title, dateline)

    assert edition.date is None or date.fromisoformat(edition.date).year == edition.year


def test_editions_are_sorted_by_date_with_the_undated_last() -> None:
    names = ["x", "a-2-2019", "b"]
    editions = by_date(
        [read_edition(name, None, None) for name in names]
        + [
            read_edition("c", "제51차", "2019년 11월 15일"),
            read_edition("d", "제44차", "2012년 1월 1일"),
        ]
    )

    assert [edition.document for edition in editions] == [
        "d",
        "a-2-2019",
        "c",
        "x",
        "b",
    ]
