"""Pictures of numbers by year: above the hits, and of phrases on a page of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from helpers import write_texts

from indexer.build.rebuild import rebuild
from search.cli.main import communique

pytest.importorskip("fastapi", reason="needs the extra `web`")
pytest.importorskip("httpx2", reason="needs the extra `browser`")

from starlette.testclient import TestClient

from search.web.app import application
from search.web.service import Service

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
OPENING = (
    "1. 이 회의는 정경두 대한민국 국방부 장관과 마크 에스퍼 미합중국 국방장관이"
    " 주재하였다.\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an index of three years, and a document without a year."""
    folder = tmp_path_factory.mktemp("timeline")
    texts = {
        2018: "2. 양 장관은 훈련을 합의하였다. 정 장관은 훈련을 강조하였다.\n",
        2019: "2. 양 장관은 훈련을 평가하였다. 에스퍼 장관은 훈련을 강조하였다.\n"
        "3. 훈련이 실시되었다.\n",
        2020: "2. 양 장관은 사이버 협력을 논의하였다.\n",
    }
    dated = {
        f"s{year}": f"{year}년 11월 15일, 서울\n\n{OPENING}{text}"
        for year, text in texts.items()
    }
    write_texts(folder / "c", {**dated, "undated": "1. 양측은 훈련을 하였다.\n"})
    rebuild(folder / "index", [folder / "c"])
    return folder / "index"


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    service = Service(folder, say=lambda _: None)
    with TestClient(application(service), headers={"Accept-Language": "ko"}) as client:
        yield client


def table(html: str) -> list[list[str]]:
    """Return the cells of the only table of a page, row by row."""
    (rows,) = re.findall(r"<table>(.*?)</table>", html, re.DOTALL)
    return [
        [re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in re.findall(r"<tr>.*?</tr>", rows, re.DOTALL)
    ]


def test_hits_are_counted_by_year_and_by_side(client: TestClient) -> None:
    html = client.get("/results?q=훈련").text

    assert table(html) == [
        ["연도", "한측", "미측", "공동", "그 밖"],
        ["2018", "1", "0", "1", "0"],
        ["2019", "0", "1", "1", "1"],
    ]
    assert "<title>2018: 한측 1, 미측 0, 공동 1, 그 밖 0</title>" in html
    assert "연도를 모르는 문장 1개" in html


def test_a_year_is_a_filter_and_the_other_years_stay(client: TestClient) -> None:
    html = client.get("/results?q=훈련").text
    links = re.findall(r'<a href="([^"]*)" data-live="" tabindex="-1"', html)
    narrowed = client.get(unescape(links[1])).text

    assert unescape(links[1]).endswith("&year=2019")
    assert "문장 3개" in narrowed
    assert table(narrowed) == table(html)
    assert narrowed.count("year chosen") == 1
    assert "aria-current=true>2019<" in narrowed


@pytest.mark.parametrize(
    ("years", "chosen"),
    [("from=2019", 2), ("to=2019", 2), ("from=2019&year=2018-2019", 1)],
)
def test_the_years_of_the_hits_are_set_off(
    client: TestClient, years: str, chosen: int
) -> None:
    """A year narrows a range of years, as it does in the search."""
    html = client.get(f"/results?q=장관&{years}").text

    assert html.count("year chosen") == chosen


@pytest.mark.parametrize("address", ["/?year=2019", "/?from=2019&to=2019"])
def test_a_year_without_a_query_has_the_other_years(
    client: TestClient, address: str
) -> None:
    answer = client.get(address)

    assert answer.status_code == 200
    assert 'id="in-2020"' in answer.text


def test_filters_narrow_the_picture(client: TestClient) -> None:
    html = client.get("/results?q=훈련&speaker=에스퍼 장관&speaker=양 장관").text

    assert table(html)[1:] == [["2018", "0", "1"], ["2019", "1", "1"]]


def test_documents_of_one_year_have_no_picture(index_folder: Path) -> None:
    service = Service(index_folder, say=lambda _: None)
    with TestClient(application(service)) as client:
        assert "<svg" not in client.get("/results?q=훈련").text


def test_phrases_are_drawn_together(client: TestClient) -> None:
    html = client.get("/trace?phrase=훈련&phrase=사이버+협력&phrase=&lang=ko").text
    share = client.get("/trace?phrase=훈련&normalize=1").text

    assert table(html) == [
        ["연도", "훈련", "사이버 협력"],
        ["2018", "2", "0"],
        ["2019", "3", "0"],
        ["2020", "0", "1"],
    ]
    assert [row[1] for row in table(share)[1:]] == ["66.67", "75", "0"]
    assert "2018: 훈련 2, 사이버 협력 0" in html
    assert re.search("2020-11-15[^<]*, 2문단 1문장</a>: 양 장관은 사이버", html)
    leads = re.findall(r'<td><a href="([^"]*)">2</a>', html)
    assert "문장 2개" in client.get(unescape(leads[0])).text


def linked(html: str, id_: str) -> str:
    (link,) = re.findall(rf'<a id="{id_}"[^>]* href="([^"]*)"', html)
    return unescape(link)


@pytest.mark.parametrize(
    ("search", "rows"),
    [
        ("q=훈련&from=2018&to=2019", [["2018", "2"], ["2019", "3"]]),
        ("q=훈련&side=공동&to=2019", [["2018", "1"], ["2019", "1"]]),
        ("q=훈련 side:공동 to:2019", [["2018", "1"], ["2019", "1"]]),
        ("q=훈련 -side:공동 from:2019", [["2019", "2"], ["2020", "0"]]),
        ('q="훈련"&year=2019&all=1', [["2019", "3"]]),
    ],
)
def test_the_whole_search_travels_to_the_trend_and_back(
    client: TestClient, search: str, rows: list[list[str]]
) -> None:
    results = client.get(f"/?{search}").text
    trend = client.get(linked(results, "trace")).text

    assert table(trend) == [["연도", "훈련"], *rows]
    for year, number in rows:
        for link in re.findall(rf"<th[^>]*>{year}</th><td><a href=\"([^\"]*)\"", trend):
            assert f'data-count="문장 {number}개"' in client.get(unescape(link)).text
    (back,) = re.findall(r'href="([^"]*)">찾기로 돌아가기', trend)
    again = client.get(unescape(back)).text
    assert re.findall("data-count=[^>]*", again) == re.findall(
        "data-count=[^>]*", results
    )


def test_a_document_keeps_the_filters_for_the_way_back(client: TestClient) -> None:
    results = client.get("/?q=훈련&side=공동&from=2018&to=2019&sort=date").text
    document = client.get(linked(results, "read-s2018:2.1")).text
    (back,) = re.findall(r'href="([^"]*)">모든 문서에서 찾기', document)

    assert client.get(unescape(back)).text == results
    assert '<input type="hidden" name="from" value="2018">' in document


def test_the_home_page_leads_to_the_comparison_and_the_trend(
    client: TestClient,
) -> None:
    home = client.get("/").text

    assert "두 문서 나란히" in client.get(linked(home, "compare-newest")).text
    assert client.get(linked(home, "trace-phrases")).status_code == 200


def test_the_picture_is_that_of_the_command(client: TestClient, folder: Path) -> None:
    answer = client.get("/trace.svg?phrase=훈련&phrase=사이버")
    words = ["trace", "훈련", "--phrase", "사이버", "--format", "svg"]
    printed = CliRunner().invoke(communique, [*words, "--index", str(folder)]).stdout

    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["content-disposition"].startswith("attachment;")
    first_title = re.compile("<title>.*?</title>")
    assert first_title.sub("", answer.text, 1) == first_title.sub("", printed, 1)


@pytest.mark.parametrize("address", ["/trace", "/trace?phrase=&phrase=+", "/trace.svg"])
def test_no_phrase_is_no_fault(client: TestClient, address: str) -> None:
    answer = client.get(address)

    assert answer.status_code == 200
    assert "<table" not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "&".join(["phrase=가"] * 6),
        f"phrase={'가' * 301}",
        "phrase=가&normalize=2",
    ],
)
def test_a_parameter_out_of_range_is_refused(client: TestClient, query: str) -> None:
    for path in ("/trace", "/trace.svg"):
        assert client.get(f"{path}?{query}").status_code == 422


def test_markup_in_a_phrase_is_text(client: TestClient) -> None:
    for path in ("/trace", "/trace.svg", "/results"):
        name = "q" if path == "/results" else "phrase"
        html = client.get(f"{path}?{name}={quote('훈련 ' + HOSTILE)}").text
        assert "<script>" not in html
        assert "<img" not in html


@pytest.mark.parametrize("query", ["?", "를", '""', "()", "..."])
def test_a_query_without_a_word_has_no_timeline_in_a_range(
    client: TestClient, query: str
) -> None:
    parameters = {"q": query, "from": "2018", "to": "2020"}
    assert client.get("/results", params=parameters).status_code == 200
