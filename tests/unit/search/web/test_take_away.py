"""All hits of a search are saved as a file, whatever the page shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import command_on

pytest.importorskip("fastapi", reason="needs the extra `web`")
pytest.importorskip("httpx2", reason="needs the extra `browser`")

from starlette.testclient import TestClient

from search.web import take_away
from search.web.app import application
from search.web.service import Service

KOREAN = {"Accept-Language": "ko", "Accept": "text/html"}


@pytest.fixture(scope="module")
def client(statements_folder: Path) -> Iterator[TestClient]:
    service = Service(statements_folder, say=lambda _: None)
    with TestClient(application(service), headers=KOREAN) as client:
        yield client


@pytest.mark.parametrize("form", ["csv", "markdown"])
def test_a_table_is_that_of_the_command(
    client: TestClient, statements_folder: Path, form: str
) -> None:
    words = ["search", "장관", "--limit", "all", "--document", "new", "--format", form]
    bom = ["--bom"] if form == "csv" else []
    printed = command_on(statements_folder)(*words, *bom)
    answer = client.get(f"/export?format={form}&q=장관&document=new&offset=20")

    assert answer.content == printed.stdout_bytes
    assert answer.headers["content-disposition"].startswith("attachment;")


def test_citations_follow_their_sentences(client: TestClient) -> None:
    text = client.get("/export?format=citations&q=평화유지군").text

    assert text == (
        "파견된 평화유지군에 사의를 표하였다.\n"
        "(제1차 회의 공동성명, 2019-11-15, 2문단 2문장)\n\n"
    )
    assert 'id="save-citations" href="/export?q=' in client.get("/?q=장관").text


def test_too_many_hits_and_odd_forms_are_refused(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take_away, "MOST_HITS", 1)
    refused = client.get("/export?q=장관")

    assert refused.status_code == 422
    assert "1개까지만" in refused.text
    assert client.get("/export?q=장관&format=pdf").status_code == 422
