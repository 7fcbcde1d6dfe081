"""Structure: title and dateline, numbered paragraphs, lists in them, and annexes."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.analysis.kiwi import spaces_between
from indexer.documents.extracted import Extracted
from indexer.ingest.document import Document, parse_document
from indexer.ingest.edition import Edition, edition_of
from indexer.ingest.source import Source

BODY = "1. 양 장관은 회의를 개최하였다.\n2. 양 장관은 북핵을 논의하였다.\n"


def read(text: str) -> Document:
    return parse_document(Source(Path("글.txt"), text, "utf-8", ""), spaces_between)


def cited(document: Document) -> list[tuple[str, str]]:
    return [(s.id.removeprefix("글:"), s.text) for s in document.sentences]


def edition(text: str) -> Edition:
    return edition_of(read(text))


# Title and date line


@pytest.mark.parametrize(
    ("line", "date", "place"),
    [
        ("2016년 10월 20일, 워싱턴", "2016-10-20", "워싱턴"),
        ("2016년 10월 20일(워싱턴)", "2016-10-20", "워싱턴"),
        ("2016. 10. 20.", "2016-10-20", None),
        ("2016. 10. 20., 워싱턴 D.C.", "2016-10-20", "워싱턴 D.C."),
        ("(2016. 10. 20. / 워싱턴)", "2016-10-20", "워싱턴"),
        ("(서울, 2016년 10월 20일)", "2016-10-20", "서울"),
        ("2016.10.20(목), 서울", "2016-10-20", "서울"),
        ("Washington, October 20, 2016", "2016-10-20", "Washington"),
    ],
)
@pytest.mark.parametrize("body", [BODY, "양측은 만났다.\n양측은 합의하였다.\n"])
def test_a_dateline_in_any_form_is_parsed(
    line: str, date: str, place: str | None, body: str
) -> None:
    """A text without numbered paragraphs may have one, too."""
    document = read(f"제48차 회의 공동성명\n\n{line}\n\n{body}")

    result = edition_of(document)
    assert (document.title, document.dateline) == ("제48차 회의 공동성명", line)
    assert (result.number, result.date, result.place, result.year) == (
        48,
        date,
        place,
        2016,
    )
    assert len(document.sentences) == 2


def test_a_dateline_may_precede_the_title() -> None:
    document = read(f"2013. 10. 2.(수) 서울\n\n제45차 공동성명\n\n{BODY}")

    assert (document.title, document.dateline) == (
        "제45차 공동성명",
        "2013. 10. 2.(수) 서울",
    )
    assert [id_ for id_, _ in cited(document)] == ["1.1", "2.1"]


@pytest.mark.parametrize(
    "opening",
    [
        "2018년 10월 31일 양 장관은 회의를 개최하였다.",
        "양 장관은 2018년 10월 31일 만났다.",
        "2018. 10. 31. 제50차 회의를 서울에서 개최",
    ],
)
def test_a_sentence_with_a_date_is_not_a_dateline(opening: str) -> None:
    document = read(f"공동성명\n{opening}\n{BODY}")

    assert (document.title, document.dateline) == ("공동성명", None)
    assert cited(document)[0] == ("0.1", opening)


def test_a_title_with_a_date_stays_the_title() -> None:
    result = edition(f"2018. 9. 19. 평양공동선언\n\n2018년 9월 19일, 평양\n\n{BODY}")

    assert (result.title, result.date, result.place) == (
        "2018. 9. 19. 평양공동선언",
        "2018-09-19",
        "평양",
    )


def test_a_text_without_dateline_has_the_date_above_the_signatures() -> None:
    document = read(f"공동성명\n\n{BODY}\n2018년 10월 31일\n\n대한민국 국방부장관\n")

    assert edition_of(document).date == "2018-10-31"
    assert "2018년 10월 31일" in [text for _, text in cited(document)]


@pytest.mark.parametrize(
    ("foot", "date", "place"),
    [
        ("2018년 10월 31일, 워싱턴", "2018-10-31", "워싱턴"),
        ("\n2018. 10. 31. 서울\n국방부장관 정경두", "2018-10-31", "서울"),
        ("\n국방부장관 정경두   매티스\n2018년 10월 31일", "2018-10-31", None),
        ("\n2018년 10월 31일 국방부장관 정경두", "2018-10-31", None),
        ("\nOctober 31, 2018, Washington", "2018-10-31", "Washington"),
        ("2018년 10월 31일 서울에서 2부를 작성하였다.", None, None),
        ("양측은 다음 회의를\n2018년 10월 31일\n서울에서 연다.", None, None),
        ("\n2018. 10. 31. 서울\n2018. 11. 2. 부산", None, None),
    ],
)
def test_a_date_line_at_the_foot_dates_a_text_without_one(
    foot: str, date: str | None, place: str | None
) -> None:
    result = edition(f"공동성명\n\n{BODY}\n{foot}\n")

    assert (result.date, result.place) == (date, place)
    headed = edition(f"공동성명\n2017년 1월 2일, 부산\n\n{BODY}\n{foot}\n")
    assert (headed.date, headed.place) == ("2017-01-02", "부산")


# Numbers and lists


def test_a_paragraph_number_needs_no_space_behind_it() -> None:
    document = read("성명\n\n1.첫째이다.\n2.둘째이다. 1.5배이다.\n3.「셋째」이다.\n")

    assert cited(document) == [
        ("1.1", "첫째이다."),
        ("2.1", "둘째이다."),
        ("2.2", "1.5배이다."),
        ("3.1", "「셋째」이다."),
    ]


@pytest.mark.parametrize("indent", ["", "  "], ids=["flush", "indented"])
@pytest.mark.parametrize("items", [2, 3, 4])
def test_the_items_of_a_list_are_not_paragraphs(indent: str, items: int) -> None:
    points = [f"{indent}{n}. 항목 {n}호를 이행한다." for n in range(1, items + 1)]
    document = read(
        "\n".join(
            ["성명", "", "1. 첫째이다.", "2. 다음과 같다.", *points, "3. 끝났다."]
        )
    )

    assert [s.paragraph for s in document.sentences] == [1, 2, *[2] * items, 3]
    assert cited(document)[-1] == ("3.1", "끝났다.")


def test_lists_in_several_paragraphs_are_not_paragraphs() -> None:
    document = read(
        "성명\n\n1. 첫째이다.\n2. 둘째이다.\n1. 가이다.\n2. 나이다.\n"
        "3. 셋째이다.\n1. 가이다.\n2. 나이다.\n3. 다이다.\n4. 넷째이다.\n"
    )

    assert [s.paragraph for s in document.sentences] == [1, 2, 2, 2, 3, 3, 3, 3, 4]


# Annexes


@pytest.mark.parametrize(
    "heading",
    [
        *("붙임 1: 연합방위지침", "부록", "별첨 : 사업 목록", "[별첨 2]", "<붙임>"),
        *("부속서 A 연합방위지침", "첨부 연합방위지침", "Annex A: Guidelines"),
    ],
)
def test_an_annex_has_sentence_numbers_of_its_own(heading: str) -> None:
    """Its items are cited by the annex, even if their numbers continue the paragraphs."""
    document = read(
        f"성명\n\n{BODY}\n{heading}\n1. 유지한다.\n2. 확충한다.\n3. 제공한다.\n"
    )

    assert cited(document) == [
        ("1.1", "양 장관은 회의를 개최하였다."),
        ("2.1", "양 장관은 북핵을 논의하였다."),
        ("annex1.1", heading),
        ("annex1.2", "1. 유지한다."),
        ("annex1.3", "2. 확충한다."),
        ("annex1.4", "3. 제공한다."),
    ]
    assert {s.paragraph for s in document.sentences if "annex" in s.id} == {None}
    assert [s.part for s in document.sentences] == ["1", "2", *["annex1"] * 4]


def test_annexes_are_numbered_and_an_end_mark_before_them_is_removed() -> None:
    document = read(f"성명\n\n{BODY}//끝//\n\n부록:\n갑이다.\n\n별첨:\n을이다.\n")

    assert [id_ for id_, _ in cited(document)] == [
        *("1.1", "2.1", "annex1.1", "annex1.2", "annex2.1", "annex2.2"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "별첨과 같이 이행한다.",
        "부록에 명시된 바와 같이 협력한다.",
        "첨부 문서에 따라 이행하기로 합의하였다.",
        "Annexation was discussed",
    ],
)
def test_a_line_that_mentions_an_annex_is_not_a_heading(line: str) -> None:
    document = read(f"성명\n\n{BODY}\n{line}\n3. 셋째이다.\n")

    assert {s.paragraph for s in document.sentences} == {1, 2, 3}


def test_text_below_an_annex_heading_without_a_body_keeps_its_paragraphs() -> None:
    """Without numbered paragraphs before it, the heading is that of the text itself."""
    document = read(f"보도자료\n\n붙임: 공동성명\n\n{BODY}")

    assert [s.paragraph for s in document.sentences][-2:] == [1, 2]


# All together


def test_a_statement_with_every_part_is_parsed() -> None:
    text = (
        "제50차 한미안보협의회의 공동성명\n2018. 10. 31., 워싱턴 D.C.\n\n"
        "양측은 다음과 같이 합의하였다.\n\n"
        "1. 양 장관은 연합방위태세1)를 재확인하였다. 양측은 전환*을 논의하였다.\n\n"
        "2. 서 장관은 군사합의[1]와 확장억제†를 평가하였다. 주한미군¹이 있다.\n\n"
        "1) 공동의 태세를 말한다.\n* 조건에 기초한다.\n[1] 2018년에 체결되었다.\n\n"
        "붙임: 지침\n\n1. 유지한다.\n가. 훈련한다.\n3. 제공한다.\n\n"
        "대한민국 국방부장관        미합중국 국방장관\n"
    )

    document = read(text)
    sentences = cited(document)

    indexed = "".join(text for _, text in sentences)
    lost = text
    for piece in (document.title or "", document.dateline or "", "1. ", "2. "):
        lost = lost.replace(piece, "", 1)
    assert "".join(indexed.split()) == "".join(lost.split())
    assert [id_ for id_, _ in sentences] == [
        *("0.1", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5"),
        *("annex1.1", "annex1.2", "annex1.3", "annex1.4", "annex1.5"),
    ]
    assert ("annex1.3", "가. 훈련한다.") in sentences


# Extracted texts, whose paragraphs end at blank lines


def extracted(text: str) -> Document:
    source = Source(Path("글.docx"), text, "docx", "", extracted=Extracted(text))
    return parse_document(source, spaces_between)


def test_a_line_break_inside_a_paragraph_ends_no_sentence() -> None:
    document = extracted(
        "양 장관은\n전작권 전환에\n합의하였다. 양측은\n만났다.\n\n가. 하나\n나. 둘\n"
    )

    assert cited(document) == [
        ("1", "양 장관은 전작권 전환에 합의하였다."),
        ("2", "양측은 만났다."),
        ("3", "가. 하나"),
        ("4", "나. 둘"),
    ]


def test_a_heading_in_a_numbered_paragraph_is_apart() -> None:
    document = extracted("1. 정의\n\n가. 위협이란\n무엇이다.\n\n2. 셋째\n항이다.\n")

    assert cited(document) == [
        ("1.1", "정의"),
        ("1.2", "가. 위협이란 무엇이다."),
        ("2.1", "셋째 항이다."),
    ]


@pytest.mark.parametrize(
    "title", ["제52차 회의\n공동성명", "중단 보고대상 기기 및\n\n보고 방법"]
)
def test_a_title_on_two_lines_is_whole(title: str) -> None:
    document = extracted(f"{title}\n\n{BODY}")

    assert document.title == " ".join(title.split())
    assert [s.id for s in document.sentences] == ["글:1.1", "글:2.1"]


def test_the_items_of_articles_are_no_paragraphs() -> None:
    document = read(
        "제1조(목적) 이 법\n1. 하나\n2. 둘\n제2조(정의) 용어\n1. 셋\n2. 넷\n"
    )

    assert [sentence.paragraph for sentence in document.sentences] == [None] * 6
