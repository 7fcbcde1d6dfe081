"""Two documents side by side: the rows of the command, filtered, with a strip of all."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from helpers import write_texts

from indexer.build.rebuild import rebuild

pytest.importorskip("fastapi", reason="needs the extra `web`")
pytest.importorskip("httpx2", reason="needs the extra `browser`")

from starlette.testclient import TestClient

from search.index import open_index
from search.present import old_new_table
from search.reading.compare import compare_documents
from search.web.app import application
from search.web.reading_pages import DOCX_TYPE
from search.web.service import Service

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def client(statements_folder: Path) -> Iterator[TestClient]:
    service = Service(statements_folder, say=lambda _: None)
    with TestClient(application(service), headers={"Accept-Language": "ko"}) as client:
        yield client


def kinds(html: str) -> list[str]:
    return re.findall('<span class="status ([a-z]+)">', html)


def test_the_rows_are_those_of_the_command(
    client: TestClient, statements_folder: Path
) -> None:
    with open_index(statements_folder) as index:
        expected = compare_documents(index, "old", "new").sentences
    html = client.get("/compare?before=old&after=new").text

    assert kinds(html) == [each.status for each in expected]
    assert len(re.findall('<a class="cell [a-z ]+" href="#c-', html)) == len(expected)
    assert "<ins>전력</ins>" in html
    # The newest two are the default.
    assert kinds(client.get("/compare").text) == kinds(html)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=new", {"new"}),
        ("kind=dropped&kind=new", {"new", "dropped"}),
        ("kind=new&speaker=양측", set()),
    ],
)
def test_rows_are_filtered_and_the_strip_stays(
    client: TestClient, query: str, expected: set[str]
) -> None:
    whole = client.get("/compare").text
    html = client.get(f"/compare?{query}").text

    assert {*kinds(html)} == expected
    assert html.count('class="cell') == whole.count('class="cell')


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("before=old&after=old", 422),
        ("before=none&after=old", 404),
        ("kind=other", 422),
        ("speaker=" + "가" * 301, 422),
    ],
)
def test_a_fault_has_a_page(client: TestClient, query: str, status: int) -> None:
    answer = client.get(f"/compare?{query}", headers={"Accept": "text/html"})

    assert answer.status_code == status
    assert 'role="alert"' in answer.text


def test_markup_is_text_and_one_document_is_no_pair(tmp_path: Path) -> None:
    for name, year in (("a", 2019), ("b", 2020)):
        text = f"{year}년 1월 2일, 서울\n\n1. 양측은 {HOSTILE} {year} 훈련을 하였다.\n"
        write_texts(tmp_path / "c", {name: text})
        rebuild(tmp_path / "index", [tmp_path / "c"])
        service = Service(tmp_path / "index", say=lambda _: None)
        with TestClient(application(service)) as client:
            html = client.get("/compare").text
            alone = client.get("/compare.docx").status_code == 404
        assert "<script>alert" not in html
        assert ("no other document" in html) is alone is (name == "a")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_rows_in_view_are_saved_as_a_table(
    client: TestClient, language: str
) -> None:
    docx = pytest.importorskip("docx", reason="needs the extra `documents`")
    html = client.get(f"/compare?kind=new&kind=moved&lang={language}").text
    (url,) = re.findall('id="save-docx" href="(.*?)"', html)
    answer = client.get(unescape(url))
    table = docx.Document(io.BytesIO(answer.content)).tables[0]

    assert answer.headers["content-disposition"].endswith("-new.docx")
    assert answer.headers["content-type"] == DOCX_TYPE
    assert len(table.rows) == 1 + len(kinds(html)) > 1
    assert table.rows[0].cells[2].text == {"ko": "비고", "en": "Remarks"}[language]


def test_without_python_docx_there_is_no_link(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_new_table, "find_spec", lambda _: None)
    url = "/compare.docx?before=old&after=new&kind=new&kind=same"
    answer = client.get(url, headers={"Accept": "text/html"})

    assert "save-docx" not in client.get("/compare?kind=dropped&kind=same").text
    assert answer.status_code == 404
    assert "이 서버는 DOCX를 쓰지 못합니다." in answer.text


def test_a_history_is_in_the_order_of_years(tmp_path: Path) -> None:
    texts = {2017: "훈련", 2018: "훈련", 2019: "훈련", 2020: "훈련"}
    texts[2018] = "어업"
    files = {
        f"d{year}": f"{year}년 1월 2일, 서울\n\n1. 양측은 {word} 협력을 논의하였다.\n"
        "2. 다른 말을 하였다.\n"
        for year, word in texts.items()
    }
    files["d2018"] = "2018년 1월 2일, 서울\n\n1. 물고기를 잡았다.\n"
    rebuild(tmp_path / "index", [write_texts(tmp_path / "c", files)])
    service = Service(tmp_path / "index", say=lambda _: None)
    with TestClient(application(service), headers={"Accept-Language": "ko"}) as client:
        html = client.get("/results?q=훈련&compared=d2019:1.1").text
    history = html[html.index('class="history"') :]

    assert re.findall(r"<h3><span lang=\"ko\">(\d+)", history) == [
        *("2020", "2019", "2017", "2018")
    ]
    assert "이 문장이 없는 문서 1건" in history
    citations, markdown = map(unescape, re.findall('data-copy-text="([^"]*)"', history))
    assert [line[1:5] for line in citations.splitlines() if line.startswith("(")] == [
        *("2020", "2019", "2017")
    ]
    assert markdown.startswith("- 양측은 훈련 협력을 논의하였다. (2020")
    assert citations.endswith(")\n\n이 문장이 없는 문서 1건: 2018\n")
