"""Which texts of a draft are its quotations."""

from __future__ import annotations

import pytest
from helpers import count_steps
from hypothesis import given
from hypothesis import strategies as st

from search.drafts.markdown import plain_text
from search.drafts.quotations import Quotation, read_quotations

LONG = "양 장관은 사이버 협력을 강화하였다"


def quotations_of(draft: str) -> tuple[Quotation, ...]:
    return read_quotations(plain_text(draft)).quotations


def texts(draft: str, *, markdown: bool = False) -> list[str]:
    return [
        quotation.text
        for quotation in read_quotations(plain_text(draft) if markdown else draft)[0]
        if not quotation.is_word
    ]


@pytest.mark.parametrize(
    "draft",
    [
        f"성명은 “{LONG}”고 하였다.",
        f'성명은 "{LONG}"고 하였다.',
        f"성명은 「{LONG}」고 하였다.",
        f"성명은 『{LONG}』고 하였다.",
        f"성명은 ‘{LONG}’고 하였다.",
        f"성명은 «{LONG}»고 하였다.",
        f'성명은 “{LONG}"고 하였다.',
        f"성명은 ”{LONG}”고 “{LONG}”고 하였다.",
        f"“{LONG}”",
        f"(“{LONG}”)",
        "“양 장관은  사이버\n협력을 강화하였다”",
    ],
)
def test_a_text_in_marks_is_a_quotation(draft: str) -> None:
    assert texts(draft) == [LONG] * draft.count("강화")


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        ("“그는 ‘협력을 강화한다’고 말했다”", ["그는 ‘협력을 강화한다’고 말했다"]),
        ("“밖의 “안의 글” 글”", ["밖의 “안의 글” 글"]),
        ('"가 나 다"와 "라 마 바"', ["가 나 다", "라 마 바"]),
        ("“’20년 이후의 협력”", ["’20년 이후의 협력"]),
        ("‘’20년 협력을 강화한다’", ["’20년 협력을 강화한다"]),
        ("’20년과 ’21년의 협력", []),
        ("it’s, they’re", []),
        ("「2015년 기본 계획」과 “한미동맹”", ["2015년 기본 계획"]),
        ("「제목에 “든 글이 있다” 하는 책」", ["제목에 “든 글이 있다” 하는 책"]),
        ("“”, “ ”, “…”", []),
        ("“한 문단의 글\n\n“다음 문단의 글”", ["한 문단의 글", "다음 문단의 글"]),
        ("“열린 글\n\n다음 “글 하나”", ["열린 글", "글 하나"]),
        ("“열린 글 “글 하나”고 “글 둘", ["열린 글", "글 하나", "글 둘"]),
        ("“열린 글 ‘하나’고", ["열린 글 ‘하나’고"]),
        ("‘열린 글\n \n다음 문단’", ["열린 글"]),
        ("「책 “하나」고 “글 둘”", ["책 “하나", "글 둘"]),
        ("글\n  > 글 속의\n  > 인용문 하나\n끝", ["글 속의 인용문 하나"]),
        ("", []),
    ],
)
def test_marks_are_paired(draft: str, expected: list[str]) -> None:
    assert texts(draft) == expected


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        ("> 양측은 협력을\n> 강화하였다.\n", ["양측은 협력을 강화하였다."]),
        ("> 첫 문단의 글\n>\n> 다음 문단의 글", ["첫 문단의 글", "다음 문단의 글"]),
        ("> “양측은 협력하였다.”\n> — 제1차 성명", ["양측은 협력하였다."]),
        ("> 양측은 협력하였다. (new:1.1)", ["양측은 협력하였다."]),
        ("> 양측은 협력하였다. (제1차 성명, 제1항)", ["양측은 협력하였다."]),
        (">> 안에 든 인용문", ["안에 든 인용문"]),
        ("> [!NOTE]\n> 알리는 글이다.", []),
        ("```\n“코드 안의 글”\n```\n“밖의 글 하나”", ["밖의 글 하나"]),
        ('`“코드 안의 글”`과 [글](http://a.kr "제목인 글")', []),
        ('---\ntitle: "앞에 든 글"\n---\n“밖의 글 하나”', ["밖의 글 하나"]),
        ("<!-- “주석 안의 글” -->", []),
        ("# “제목 안의 글”", ["제목 안의 글"]),
        ("“협력을[^1] 강화한다”", ["협력을 강화한다"]),
        ("“**협력을** 강_화한_다”", ["협력을 강_화한_다"]),
        ("“__협력을__ *강화*한다”", ["협력을 강화한다"]),
        ("“~~협력을~~ [강화](http://a.kr)한다”", ["협력을 강화한다"]),
        ("“협력을<br>강화<b>한다</b>”", ["협력을 강화한다"]),
        ("&ldquo;협력을&nbsp;강화한다&rdquo;", ["협력을 강화한다"]),
        ("&quot;협력을 &#8216;강화&#8217;한다&quot;", ["협력을 ‘강화’한다"]),
        (r"“협력을 \*강화\*한다” \“", ["협력을 *강화*한다"]),
        ("> **협력을**\n> 강화한다", ["협력을 강화한다"]),
        ("> “협력을 한다”와 “강화한다”", ["“협력을 한다”와 “강화한다”"]),
    ],
)
def test_markdown_has_block_quotes_and_code(draft: str, expected: list[str]) -> None:
    assert texts(draft, markdown=True) == expected


@pytest.mark.parametrize(
    ("draft", "is_like_title"),
    [
        ("「국방개혁에 관한 법률」", True),
        ("『2022 국방백서』", True),
        ("「2018년 조건에 기초한 전작권 전환 계획 수정 1호」", True),
        ("‘담대한 구상’", True),
        ("《먼 나라의 이웃 이야기》", True),
        ("「흔들림 없는 미국의 공약」", False),
        ("「정부는 새 계획을 세웠다」", False),
        ("“국방개혁에 관한 법률”", False),
    ],
)
def test_a_title_has_marks_and_an_end_of_its_kind(
    draft: str, is_like_title: bool
) -> None:
    (quotation,) = read_quotations(draft).quotations

    assert quotation.is_like_title == is_like_title


def test_an_unclosed_mark_is_noted_with_its_line() -> None:
    notes = read_quotations("첫 줄\n“닫히지 않은 글").notes

    assert notes == ("line 2: the quotation mark “ is not closed.",)


def test_parts_are_what_an_ellipsis_separates() -> None:
    draft = "“가 … 나 (중략) 다 ... 라 [...] 마”"

    (quotation,) = read_quotations(draft).quotations

    assert quotation.parts == [("가",), ("나",), ("다",), ("라",), ("마",)]


@pytest.mark.parametrize(
    "unit", ["“", '"', "'", "“가 나”\n\n", "> 가 나\n", "<!--", "](", "`", "“가\n\n"]
)
def test_time_grows_with_the_length(unit: str) -> None:
    def steps(repeats: int) -> int:
        draft = unit * repeats
        return count_steps(lambda: quotations_of(draft))

    assert steps(2000) < 2.5 * steps(1000)


@given(st.text(alphabet='“”"<>!-[]()^:*_`&#10;\\ \n다.a'))
def test_lines_remain_without_the_markup(draft: str) -> None:
    assert plain_text(draft).count("\n") == draft.count("\n")


@given(st.text(alphabet="“”\"'‘’「」> \n…가다.#`"))
def test_quotations_are_in_order_and_on_their_lines(draft: str) -> None:
    quotations = read_quotations(draft).quotations

    assert list(quotations) == sorted(quotations, key=lambda q: q.start)
    for quotation in quotations:
        assert quotation.line == draft.count("\n", 0, quotation.start) + 1
        assert 0 <= quotation.start < quotation.end <= len(draft) + 1
