"""The help, whose examples have hits, and the page about the corpus and the versions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from helpers import HOSTILE, index_records

pytest.importorskip("fastapi", reason="needs the extra `web`")
pytest.importorskip("httpx2", reason="needs the extra `browser`")

from starlette.testclient import TestClient

from indexer.versions import installed_tools, program_version
from search.web.app import application
from search.web.service import Service

KOREAN = {"Accept-Language": "ko"}


@pytest.fixture(scope="module")
def client(index_folder: Path) -> Iterator[TestClient]:
    service = Service(index_folder, say=lambda _: None)
    with TestClient(application(service), headers=KOREAN) as client:
        yield client


def test_each_example_runs_and_has_the_hits_that_it_counts(client: TestClient) -> None:
    rows = re.findall(
        r'<a id="example-(\w+)" href="([^"]+)".*?<td>(\d+)</td></tr>',
        client.get("/help").text,
    )

    assert {name for name, _, _ in rows} == {
        *("words", "phrase", "and", "not", "group"),
        *("speaker", "side", "act", "year", "years"),
        *("document", "paragraph", "exclude"),
        *("abbreviation", "initials", "keyboard", "spelling"),
        *("every_word", "exact", "literal"),
    }
    for _, link, number in rows:
        answer = client.get(unescape(link))
        shown = re.search(
            r'data-count="문장 (\d+)개|data-count="(\d+)개 가운데', answer.text
        )
        assert shown
        assert number in shown.groups()


def test_a_tiny_corpus_has_help_without_examples(tmp_path: Path) -> None:
    service = Service(index_records(tmp_path, [HOSTILE, "가"]), say=lambda _: None)
    with TestClient(application(service)) as client:
        text = client.get("/help").text
        assert client.get("/about").status_code == 200

    assert 'id="example-' not in text
    assert "To the next hit" in text


def test_about_has_documents_files_versions_and_abbreviations(
    client: TestClient,
) -> None:
    html = client.get("/about").text
    text = unescape(re.sub("<[^>]+>", " ", html))

    for fact in ("scm-52-2020.txt", "2020-10-14", "전시작전통제권"):
        assert fact in text
    assert f"communique {program_version()}" in text
    for tool, version in installed_tools().items():
        assert re.search(rf"{tool}\s+{re.escape(version)}", text)
    source = re.search(r'href="(/sources/[^"]+)"', html)
    assert source
    assert client.get(source[1]).text.lstrip().startswith("제52차")
    short = re.search(r'<dt><a href="([^"]+)">SCM</a>', html)
    assert short
    assert "<mark>" in client.get(unescape(short[1])).text


@pytest.mark.parametrize("path", ["/help", "/about"])
def test_both_languages_lead_to_each_other(client: TestClient, path: str) -> None:
    english = client.get(f"{path}?lang=en").text

    assert f'href="{path}?lang=ko"' in english
    assert 'href="/help?lang=en"' in english
    assert "Use these keys" in english
    assert "단축키" not in english
