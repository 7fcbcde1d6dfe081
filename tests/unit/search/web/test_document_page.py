"""A document to read: anchors, marked hits with neighbours, keywords and its file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from helpers import write_records, write_texts

from indexer.build.rebuild import rebuild

pytest.importorskip("fastapi", reason="needs the extra `web`")
pytest.importorskip("httpx2", reason="needs the extra `browser`")

from starlette.testclient import TestClient

from search.web import document_page
from search.web.app import application
from search.web.service import Service

KOREAN = {"Accept-Language": "ko", "Accept": "text/html"}
HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of two statements, a table of records, and markup."""
    folder = tmp_path_factory.mktemp("document")
    texts = {
        "scm-1-2019": "제1차 안보회의(SCM) 공동성명\n\n2019년 1월 2일, 서울\n\n"
        "1. 양측은 한미안보협의회의(SCM)를 열었다. 훈련을 논의하였다.\n"
        "2. 양측은 훈련을 평가하였다. 동맹을 재확인하였다.\n"
        "3. SCM은 훈련을 환영하였다.\n\n별첨 1\n\n훈련 일정은 따로 정한다.\n",
        "scm-2-2020": "제2차 안보회의(SCM) 공동성명\n\n2020년 1월 2일, 서울\n\n"
        "1. 양측은 우주 협력을 논의하였다. 우주 우주 우주 협력.\n",
    }
    write_texts(folder / "corpus", texts)
    write_records(
        folder / "corpus" / "rows.jsonl",
        {f"법#{n}?조": f"{HOSTILE} 조항 {n}" for n in range(1, 8)},
    )
    rebuild(folder / "index", [folder / "corpus"])
    service = Service(folder / "index", say=lambda _: None)
    with TestClient(
        application(service), headers=KOREAN, follow_redirects=False
    ) as client:
        yield client


def ids(html: str) -> list[str]:
    return [unescape(each) for each in re.findall(r'id="(s-[^"]*)"', html)]


def test_every_sentence_has_an_anchor_and_a_link_to_it(client: TestClient) -> None:
    html = client.get("/documents/scm-1-2019").text

    assert [each for each in ids(html) if "annex" not in each] == [
        *("s-1.1", "s-1.2", "s-2.1", "s-2.2", "s-3.1")
    ]
    assert re.findall(r'class="index" href="#([^"]*)"', html) == ids(html)
    assert "<h3>2문단</h3>" in html
    assert "제1차 안보회의(SCM) 공동성명</h2>" in html


def test_hits_are_marked_and_lead_to_their_neighbours(client: TestClient) -> None:
    html = client.get("/documents/scm-1-2019?q=훈련").text
    steps = [
        re.findall(r'href="([^"]*)"', step)
        for step in re.findall(
            r'<span class="step">(.*?)</span>\s*</?[sp]', html, re.DOTALL
        )
    ]

    hits = re.findall(r'class="line match" id="([^"]*)"', html)
    assert hits[:3] == ["s-1.2", "s-2.1", "s-3.1"]
    assert html.count("<mark>훈련</mark>") == len(hits)
    assert steps[:2] == [["#s-2.1"], ["#s-1.2", "#s-3.1"]]
    assert f"문장 {len(hits)}개" in html


@pytest.mark.parametrize(
    ("reference", "place"),
    [
        ("scm-1-2019:2.2", "/documents/scm-1-2019?q=%EB%8F%99%EB%A7%B9#s-2.2"),
        ("scm-1-2019:3", "/documents/scm-1-2019?q=%EB%8F%99%EB%A7%B9#s-3.1"),
    ],
)
def test_the_id_of_a_sentence_leads_to_its_place(
    client: TestClient, reference: str, place: str
) -> None:
    answer = client.get(f"/documents/{reference}?q=동맹")

    assert (answer.status_code, answer.headers["location"]) == (302, place)


def test_a_table_of_records_comes_in_pages(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_page, "SENTENCES", 3)
    first = client.get("/documents/rows?q=조항").text
    last = client.get("/documents/rows?offset=6").text
    moved = client.get(f"/documents/{quote('법#7?조')}").headers["location"]
    fragment = urlsplit(moved).fragment

    assert len(ids(first)) == 3
    assert len(ids(last)) == 1
    assert moved.startswith("/documents/rows?offset=6#")
    # A browser decodes the fragment once before it looks for the id.
    assert [quote(ids(last)[0])] == [fragment]
    following = re.findall(r'href="(/documents/[^"]*)" aria-label="다음 결과"', first)
    assert client.get(unescape(following[0])).status_code == 302


def test_markup_in_a_document_is_text(client: TestClient) -> None:
    for address in ("/documents/rows", f"/documents/rows?q={quote(HOSTILE)}"):
        html = client.get(address).text
        scripts = re.findall("<script[^>]*>", html)
        assert len(scripts) == 1
        assert scripts[0].startswith('<script type="module" src="/static/keys.js')
        assert "<img" not in html
        assert "&lt;script" in html


def test_keywords_abbreviations_and_neighbours_are_beside_it(
    client: TestClient,
) -> None:
    older = client.get("/documents/scm-1-2019").text
    newer = client.get("/documents/scm-2-2020").text

    assert "<dt>SCM</dt><dd>한미안보협의회의</dd>" in older
    assert "SCM</dt>" not in newer
    assert re.search(r'href="/documents/scm-2-2020\?q=[^"]*"><span>우주', newer)
    assert 'href="/documents/scm-1-2019" lang="ko">2019-01-02' in newer
    assert 'href="/documents/scm-2-2020" lang="ko">2020-01-02' in older


def test_the_source_file_is_sent_as_long_as_it_is_unchanged(tmp_path: Path) -> None:
    text = "1. 양측은 훈련을 논의하였다.\n"
    file = write_texts(tmp_path / "c", {"성명": text}) / "성명.txt"
    rebuild(tmp_path / "index", [tmp_path / "c"])
    service = Service(tmp_path / "index", say=lambda _: None)
    with TestClient(application(service), headers=KOREAN) as client:
        assert "/sources/%EC%84%B1%EB%AA%85" in client.get("/documents/성명").text
        answer = client.get("/sources/성명")
        file.write_text("다른 글", encoding="utf-8")
        changed = client.get("/sources/성명?lang=en")
        none = client.get("/sources/..%2F..%2Fetc%2Fpasswd")

    assert answer.text == text
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=")
    assert changed.status_code == none.status_code == 404
    assert "no longer as it was indexed" in changed.text


@pytest.mark.parametrize(
    ("address", "status", "message"),
    [
        ("/documents/scm-1-2018", 404, "가장 가까운 것은 scm-1-2019입니다"),
        ("/documents/scm-1-2019:9.9", 404, "가장 가까운 것은 scm-1-2019:"),
        ("/documents/", 404, "색인에"),
        ("/documents/scm-1-2019?q=" + "(" * 40 + "가" + ")" * 40, 422, "30겹"),
    ],
)
def test_a_fault_has_a_page(
    client: TestClient, address: str, status: int, message: str
) -> None:
    answer = client.get(address)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert message in answer.text


def test_a_parameter_out_of_range_is_refused(client: TestClient) -> None:
    for query in ("offset=-1", "lang=fr", "all=x", "q=" + "가" * 1001):
        assert client.get(f"/documents/rows?{query}").status_code == 422
