"""Numbers, dates and model numbers: what is one matches as one, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import index_records

from search.index import Index, open_index

TEXTS = {
    "날1": "2014.10.23 서명하였다.",
    "날2": "2014-10-23에 서명하였다.",
    "날3": "2014년 10월 23일 서명하였다.",
    "날4": "’14.10.23. 서명하였다.",
    "날5": "2014. 10. 23. 서명하였다.",
    "날아님": "2014.10.2 서명하였다.",
    "명1": "병력 3,000명을 보냈다.",
    "명2": "병력 3천 명을 보냈다.",
    "명3": "병력 3천명을 보냈다.",
    "명4": "병력 삼천 명을 보냈다.",
    "명아님1": "병력 13,000명을 보냈다.",
    "명아님2": "병력 1만3천명을 보냈다.",
    "명아님3": "병력 1,003,000명을 보냈다.",
    "원1": "예산은 5백억 원이다.",
    "원2": "예산은 500억원이다.",
    "원3": "예산은 50,000,000,000원이다.",
    "차1": "제 46 차 회의",
    "차2": "제46차 회의",
    "차3": "46차 회의",
    "차아님": "제146차 회의",
    "기종1": "KF-16 전투기가 떴다.",
    "기종2": "SM-6 미사일을 샀다.",
    "기종3": "F-35A 전투기를 샀다.",
    "포1": "K-9 자주포",
    "포2": "K9 자주포",
    "포3": "K 9 자주포",
    "병": "COVID-19 방역",
    "합의": "9·19 군사합의",
    "말1": "C 언어",
    "말2": "C++ 언어",
    "말3": "C#을 썼다.",
    "도1": "기온은 30℃였다.",
    "도2": "기온은 30°C였다.",
    "운동": "5.18 민주화운동",
    "부대": "518 부대",
}
DATES = {"날1", "날2", "날3", "날4", "날5"}
TROOPS = {"명1", "명2", "명3", "명4"}
OTHERS = {"명아님1", "명아님2", "명아님3"}
MONEY = {"원1", "원2", "원3"}
MEETINGS = {"차1", "차2", "차3"}
GUNS = {"포1", "포2", "포3"}
ALL = len(TEXTS)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Return an index of TEXTS."""
    folder: Path = tmp_path_factory.mktemp("numbers")
    with open_index(index_records(folder, TEXTS)) as opened:
        yield opened


def ids(index: Index, query: str, *, exact: bool = False) -> list[str]:
    hits = index.search(query, limit=ALL, exact=exact).hits
    return [hit.sentence.id for hit in hits]


def marked(index: Index, query: str, id_: str) -> list[str]:
    hits = index.search(query, limit=ALL).hits
    [hit] = [hit for hit in hits if hit.sentence.id == id_]
    return [hit.sentence.text[start:end] for start, end in hit.spans]


@pytest.mark.parametrize(
    ("query", "expected", "first"),
    [
        ("2014.10.23", DATES, "날1"),
        ("2014-10-23", DATES, "날2"),
        ("2014년 10월 23일", DATES, "날3"),
        ("’14.10.23", DATES, "날4"),
        ("2014. 10. 23.", DATES, None),
        ("2014.10.2", {"날아님"}, "날아님"),
        ("10월 23일", DATES, None),
        ("3,000명", TROOPS, "명1"),
        ("3천 명", TROOPS, None),
        ("3천명", TROOPS, None),
        ("삼천 명", TROOPS, "명4"),
        ("3천", TROOPS, None),
        ("300만 3천명", set(), None),
        ("3,000 명", TROOPS, None),
        ("500억 원", MONEY, "원2"),
        ("5백억원", MONEY, "원1"),
        ("제 46 차", MEETINGS, None),
        ("46차", MEETINGS, None),
        ("제46차", MEETINGS, None),
        ("F-35A", {"기종3"}, "기종3"),
        ("F35A", {"기종3"}, "기종3"),
        ("K-9", GUNS, None),
        ("K9", GUNS, None),
        ("9.19", {"합의"}, "합의"),
        ("C", {"말1"}, "말1"),
        ("C++", {"말2"}, "말2"),
        ("C#", {"말3"}, "말3"),
        ("℃", {"도1", "도2"}, None),
        ("5.18", {"운동"}, "운동"),
        ("518", {"부대"}, "부대"),
    ],
)
def test_every_spelling_of_one_thing_and_nothing_else_matches(
    index: Index, query: str, expected: set[str], first: str | None
) -> None:
    for exact in (False, True):
        hits = ids(index, query, exact=exact)
        assert set(hits) == expected
        assert first in (None, *hits[:1])
    assert index.search(query, limit=ALL).notes == ()


@pytest.mark.parametrize(
    ("query", "expected", "note"),
    [
        (
            "KF-21",
            ["기종1"],
            "No sentence has “KF-21”, so its parts were searched: “kf”",
        ),
        ("SM-3", ["기종2"], "No sentence has “SM-3”, so its parts were searched: “sm”"),
        ("COVID-18", ["병"], None),
        ("10.23", sorted(DATES - {"날3"}), "4 have “10.23” only inside a longer word"),
        ("14.10.23", sorted(DATES - {"날3"}), None),
        ("KF", ["기종1"], "1 have “KF” only inside a longer word"),
        ("F-35", ["기종3"], "1 have “F-35” only inside a longer word"),
        ("16", ["기종1"], "1 have “16” only inside a longer word"),
        ("919", ["합의"], "“919” was matched in other spacing (spacing)"),
        ("삼천", sorted(TROOPS), "“삼천” → “3000” (number)"),
    ],
)
def test_a_part_of_a_model_number_is_noted_and_not_exact(
    index: Index, query: str, expected: list[str], note: str | None
) -> None:
    result = index.search(query, limit=ALL)

    assert sorted(hit.sentence.id for hit in result.hits) == expected
    assert note is None or note in result.notes
    assert len(result.notes) == 1
    assert ids(index, query, exact=True) == (["명4"] if query == "삼천" else [])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"병력 3,000명을 보내"', TROOPS),
        ("병력 AND 3천명", TROOPS),
        ("병력 NOT 삼천 명", OTHERS),
        ("병력 -3천 명", OTHERS),
        ("전투기 AND F-35A", {"기종3"}),
        ("언어 NOT C", {"말2"}),
        ("서명 NOT 2014년 10월 23일", {"날아님"}),
        ("회의 AND (46차 OR 제 146 차)", {*MEETINGS, "차아님"}),
    ],
)
def test_operators_and_phrases_take_numbers_as_one(
    index: Index, query: str, expected: set[str]
) -> None:
    assert set(ids(index, query)) == expected


@pytest.mark.parametrize(
    ("query", "id_", "expected"),
    [
        ("2014-10-23", "날1", ["2014.10.23"]),
        ("2014.10.23", "날3", ["2014년", "10월", "23일"]),
        ("2014.10.23", "날4", ["14.10.23"]),
        ("3천명", "명1", ["3,000명"]),
        ("3,000명", "명2", ["3천", "명"]),
        ("3,000명", "명4", ["삼천", "명"]),
        ("50,000,000,000원", "원2", ["500억원"]),
        ("46차", "차1", ["46", "차"]),
        ("K9", "포1", ["K-9"]),
        ("16", "기종1", ["16"]),
        ("9.19", "합의", ["9·19"]),
        ("C++", "말2", ["C++"]),
        ("°C", "도1", ["℃"]),
    ],
)
def test_the_whole_number_is_marked(
    index: Index, query: str, id_: str, expected: list[str]
) -> None:
    assert marked(index, query, id_) == expected
