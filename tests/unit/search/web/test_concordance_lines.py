"""The results as a concordance: the lines of the command, in the search of the page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from helpers import command_on

pytest.importorskip("fastapi", reason="needs the extra `web`")
pytest.importorskip("httpx2", reason="needs the extra `browser`")

from starlette.testclient import TestClient

from search.web import concordance_lines
from search.web.app import application
from search.web.service import Service


@pytest.fixture(scope="module")
def client(statements_folder: Path) -> Iterator[TestClient]:
    service = Service(statements_folder, say=lambda _: None)
    with TestClient(application(service), headers={"Accept-Language": "ko"}) as client:
        yield client


def lines_on(html: str) -> list[tuple[str, str, str]]:
    lines = re.findall(
        r'<span class="left" lang="ko"><span>(.*?)</span></span>'
        r'<span class="right" lang="ko"><mark>(.*?)</mark>(.*?)</span>',
        html,
    )
    return [
        (unescape(left), unescape(word), unescape(right)) for left, word, right in lines
    ]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("q=장관", ("장관",)),
        ("q=장관&sort=left", ("장관", "--sort", "left")),
        ("q=장관&sort=right&year=2020", ("장관", "--sort", "right", "--year", "2020")),
        ("q=유앤사&exact=1", ("유앤사", "--exact")),
        (
            "q=장관+평가&all=1&document=old&from=2019",
            ("장관", "평가", "--all", "--document", "old"),
        ),
    ],
)
def test_the_lines_are_those_of_the_command(
    client: TestClient, statements_folder: Path, query: str, words: tuple[str, ...]
) -> None:
    printed = command_on(statements_folder)("concordance", *words, "--json").stdout
    lines = [(x["left"], x["word"], x["right"]) for x in json.loads(printed)["lines"]]

    for path in ("/", "/results"):
        html = client.get(f"{path}?view=concordance&{query}").text
        assert lines_on(html) == lines


def test_a_link_changes_the_view_and_keeps_the_search(client: TestClient) -> None:
    hits = client.get("/?q=장관&act=평가&sort=date").text
    (url,) = re.findall(r'id="view-concordance" href="(.*?)"', hits)
    html = client.get(unescape(url)).text
    (back,) = re.findall(r'id="view-hits" href="(.*?)"', html)

    assert 'class="chip"' in html
    assert '<input type="hidden" name="view" value="concordance">' in html
    assert re.search(r'<select id="sort" name="sort" disabled>', html)
    assert unescape(back) == "/?q=%EC%9E%A5%EA%B4%80&act=%ED%8F%89%EA%B0%80"
    assert lines_on(html)
    (place, *_) = re.findall(r'id="line-1" title="(.*?)" href="(.*?)"', html)
    assert "문장" in place[0]
    assert client.get(unescape(place[1])).status_code == 200


def test_lines_come_in_pages_and_long_contexts_are_cut(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concordance_lines, "_CONTEXT", 4)
    every = lines_on(client.get("/?q=장관&view=concordance&limit=49").text)
    second = client.get("/?q=장관&view=concordance&limit=1&offset=1").text

    assert lines_on(second) == every[1:2]
    assert '<li value="2">' in second
    assert f"문장에 {len(every)}곳" in second
    assert all(len(left.strip("…")) <= 4 for left, _, _ in every)
    assert any(right.endswith("…") for _, _, right in every)


def test_a_search_without_words_has_no_lines(client: TestClient) -> None:
    html = client.get("/?view=concordance&act=평가").text

    assert "찾을 말에 문맥을 보일 낱말이 없습니다." in html
    assert lines_on(html) == []


def test_more_sentences_than_the_limit_are_noted(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concordance_lines, "MOST_LINED", 1)
    html = client.get("/results?view=concordance&q=사이버").text

    assert len(lines_on(html)) == 1
    assert "문장 2개 가운데 앞의 1개만 보입니다." in html


@pytest.mark.parametrize("form", ["csv", "markdown"])
def test_the_saved_table_is_that_of_the_command(
    client: TestClient, statements_folder: Path, form: str
) -> None:
    bom = ["--bom"] if form == "csv" else []
    words = ["concordance", "장관", "--sort", "left", "--format", form, *bom]
    printed = command_on(statements_folder)(*words)
    answer = client.get(
        f"/export?format={form}&q=장관&view=concordance&sort=left&offset=50"
    )

    assert answer.content == printed.stdout_bytes
