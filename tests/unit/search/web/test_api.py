"""The JSON over HTTP is that of the commands, within limits; faults are problems."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from helpers import write_records

from indexer.build.rebuild import rebuild
from search.cli.main import communique as command

pytest.importorskip("fastapi", reason="needs the extra `web`")
pytest.importorskip("httpx2", reason="needs the extra `browser`")

from starlette.testclient import TestClient

from search.limits import LARGEST_PAGE, LONGEST_QUERY
from search.web import schemas
from search.web.app import application
from search.web.middleware import SECURITY_HEADERS
from search.web.service import Service
from search.web.thread_pools import ThreadPool, TooSlowError

if TYPE_CHECKING:
    from pydantic import BaseModel


def printed(folder: Path, *words: str) -> Any:
    """Return what the command prints as JSON."""
    done = CliRunner().invoke(command, [*words, "--json", "--index", str(folder)])
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def client(statements_folder: Path) -> Iterator[TestClient]:
    service = Service(statements_folder, say=lambda _: None)
    with TestClient(application(service), raise_server_exceptions=False) as client:
        yield client


SAME: list[tuple[str, tuple[str, ...], type[BaseModel]]] = [
    ("search?q=사이버 협력", ("search", "사이버 협력"), schemas.SearchSchema),
    (
        "search?q=사이버 관리&all=1&limit=1&offset=0",
        ("search", "사이버 관리", "--all", "--limit", "1"),
        schemas.SearchSchema,
    ),
    (
        "search?q=현수준&exact=true",
        ("search", "현수준", "--exact"),
        schemas.SearchSchema,
    ),
    (
        "search?q=장관&speaker=양측&speaker=양 장관&act=평가&context=1",
        (
            *("search", "장관", "--speaker", "양측", "--speaker", "양 장관"),
            *("--act", "평가", "--context", "1"),
        ),
        schemas.SearchSchema,
    ),
    (
        "search?q=장관&document=old&paragraph=1-2&year=2018-2019&sort=date",
        (
            *("search", "장관", "--document", "old", "--paragraph", "1-2"),
            *("--year", "2018-2019", "--sort", "date"),
        ),
        schemas.SearchSchema,
    ),
    (
        "search?q=장관&sort=document",
        ("search", "장관", "--sort", "document"),
        schemas.SearchSchema,
    ),
    ("search?q=(유앤사 AND", ("search", "(유앤사 AND"), schemas.SearchSchema),
    ("search?q=없는말임", ("search", "없는말임"), schemas.SearchSchema),
    (
        "concordance?q=장관 -사이버&sort=left&side=공동&exact=1",
        (
            *("concordance", "장관 -사이버", "--sort", "left", "--exact"),
            *("--speaker", "양측", "--speaker", "양 장관"),
        ),
        schemas.ConcordanceSchema,
    ),
    (
        "suggest?prefix=사ㅇ&limit=3",
        ("suggest", "사ㅇ", "--limit", "3"),
        schemas.SuggestSchema,
    ),
    ("sentences/old", ("show", "old"), schemas.SentencesSchema),
    ("sentences/new:1", ("show", "new:1"), schemas.SentencesSchema),
    (
        "sentences/new:1.2?context=1",
        ("show", "new:1.2", "--context", "1"),
        schemas.SentencesSchema,
    ),
    ("compare?reference=new:1", ("compare", "new:1"), schemas.CompareSchema),
    (
        "compare?reference=new:1.2&with=old&strict=true",
        ("compare", "new:1.2", "--with", "old", "--strict"),
        schemas.CompareSchema,
    ),
    (
        "compare/documents?before=old&after=new",
        ("compare", "--documents", "old", "new"),
        schemas.CompareDocumentsSchema,
    ),
    (
        "compare/documents?before=old&after=new&kind=new&kind=moved&speaker=장관&side=공동",
        (
            *("compare", "--documents", "old", "new", "--kind", "new", "--kind"),
            *("moved", "--speaker", "장관", "--side", "공동"),
        ),
        schemas.CompareDocumentsSchema,
    ),
    (
        "search?q=장관&side=공동&sort=document&from=2019&to=2019",
        (
            *("search", "장관", "--side", "공동", "--sort", "document"),
            *("--from", "2019", "--to", "2019"),
        ),
        schemas.SearchSchema,
    ),
]


@pytest.mark.parametrize(("address", "words", "schema"), SAME)
def test_the_json_is_that_of_the_command(
    client: TestClient,
    statements_folder: Path,
    address: str,
    words: tuple[str, ...],
    schema: type[BaseModel],
) -> None:
    answer = client.get(f"/api/{address}")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    record = answer.json()
    schema.model_validate(record)
    echo = {"limit", "offset", "total"} - printed(statements_folder, *words).keys()
    echoed = {key: record.pop(key) for key in echo & record.keys()}
    assert record == printed(statements_folder, *words)
    assert all(isinstance(number, int) for number in echoed.values())


def test_limit_offset_and_total_are_echoed(client: TestClient) -> None:
    for address, total in (
        ("search?q=장관&limit=1&offset=1", None),
        ("sentences/old?limit=1&offset=1", 4),
        ("concordance?q=사이버&limit=1&offset=1", 2),
    ):
        record = client.get(f"/api/{address}").json()
        assert (record["limit"], record["offset"]) == (1, 1)
        assert total in (None, record["total"])
    assert client.get("/api/documents").json()["total"] == 2
    assert client.get("/api/compare?reference=new:1").json()["total"] == 2


def test_the_order_by_document_is_that_of_the_text(client: TestClient) -> None:
    hits = client.get("/api/search?q=장관 사이버&sort=document").json()["hits"]

    assert [hit["id"] for hit in hits][:3] == ["old:1.1", "old:1.2", "old:2.1"]
    assert hits == client.get("/api/search?q=장관 사이버&sort=date").json()["hits"]


def test_the_documents_stand_by_date(client: TestClient) -> None:
    answer = schemas.DocumentsSchema.model_validate(client.get("/api/documents").json())

    assert [(d.document, d.year, d.sentences) for d in answer.documents] == [
        ("old", 2019, 4),
        ("new", 2020, 4),
    ]


def test_a_long_document_comes_in_pages(client: TestClient) -> None:
    whole = client.get("/api/sentences/old").json()["sentences"]
    page = client.get("/api/sentences/old?limit=3&offset=2").json()["sentences"]

    assert page == whole[2:]
    assert client.get("/api/sentences/old?offset=4").json()["sentences"] == []


def test_the_health_of_a_server(client: TestClient) -> None:
    health = schemas.HealthSchema.model_validate(client.get("/healthz").json())

    assert (health.status, health.documents, health.sentences) == ("ok", 2, 8)
    assert health.generation.startswith("g1-")


PROBLEMS = [
    ("/api/search", 422, "q: Field required."),
    (f"/api/search?q={'가' * (LONGEST_QUERY + 1)}", 422, "at most 1000 characters"),
    (f"/api/search?q=가&limit={LARGEST_PAGE + 1}", 422, "less than or equal to 100"),
    ("/api/search?q=가&offset=-1", 422, "offset: "),
    ("/api/search?q=가&context=11", 422, "context: "),
    ("/api/search?q=가&sort=score", 422, "'rank', 'date' or 'document'"),
    ("/api/search?q=가&" + "&".join(["act=a"] * 21), 422, "at most 20 items"),
    ("/api/search?q=가&lmit=1", 422, "lmit: Extra inputs are not permitted."),
    ("/api/search?q=" + "(" * 40 + "가" + ")" * 40, 422, "30 levels deep"),
    ("/api/search?q=가&speaker=없음", 404, "holds no speaker '없음'"),
    ("/api/search?q=act:없음", 404, "holds no act '없음'"),
    ("/api/sentences/none:1", 404, "holds no paragraph 'none:1'"),
    ("/api/sentences/", 404, "holds no document ''"),
    ("/api/compare?reference=new:9", 404, "the nearest is new:"),
    ("/api/compare?reference=new&with=new", 422, "cannot be compared with itself"),
    ("/api/compare/documents?before=old&after=olt", 404, "the nearest is old"),
    ("/api/compare/documents?before=old&after=new&kind=x", 422, "kind.0: "),
    ("/api/compare/documents?before=old&after=new&speaker=x", 404, "no speaker 'x'"),
    ("/api/compare/documents?before=old&after=new&side=x", 404, "no side 'x'"),
    ("/api/nothing", 404, None),
    ("/static/none.js", 404, None),
]


@pytest.mark.parametrize(("address", "status", "detail"), PROBLEMS)
def test_a_bad_request_gets_a_problem(
    client: TestClient, address: str, status: int, detail: str | None
) -> None:
    answer = client.get(address)
    problem = answer.json()

    assert answer.status_code == status == problem["status"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == "about:blank"
    assert problem["title"]
    assert (detail or "") in problem.get("detail", "")
    assert ("detail" in problem) is (detail is not None)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/", "/results", "/api/search", "/healthz"])
def test_every_method_except_get_is_refused(
    client: TestClient, method: str, path: str
) -> None:
    answer = client.request(method, path)

    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "address",
    ["/", "/results?q=장관", "/api/search?q=장관", "/healthz", "/static/page.css"],
)
def test_head_has_the_headers_of_get(client: TestClient, address: str) -> None:
    answer, head = client.get(address), client.head(address)

    assert head.status_code == answer.status_code == 200
    assert head.content == b""
    assert {**head.headers} == {**answer.headers}


def test_an_answer_is_compressed_for_a_client_that_reads_gzip(
    client: TestClient,
) -> None:
    address = "/results?q=장관"
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})

    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in plain.headers["vary"]
    assert packed.content == plain.content
    size = int(packed.headers["content-length"])
    assert size * 3 < len(plain.content)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip;q=0", None),
        ("gzip; q=0.0, identity", None),
        ("*;q=0", None),
        ("br, *", "gzip"),
        ("*;q=0, gzip;q=0.1", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip;q=x", None),
        ("gzipped", None),
        ("", None),
    ],
)
def test_a_refused_coding_is_not_used(
    client: TestClient, accepted: str, coding: str | None
) -> None:
    answer = client.get("/results?q=장관", headers={"Accept-Encoding": accepted})

    assert answer.headers.get("content-encoding") == coding
    assert "Accept-Encoding" in answer.headers["vary"]


@pytest.mark.parametrize(
    ("address", "status", "message"),
    [
        ("/nothing", 404, "There is nothing at this address."),
        ("/nothing?lang=ko", 404, "이 주소에는 아무것도 없습니다."),
        ("/documents/none", 404, "The index holds no document 'none'"),
        ("/documents/old?offset=x", 422, "offset=x, which can be 0–9999999"),
    ],
)
def test_a_fault_in_a_browser_is_a_page(
    client: TestClient, address: str, status: int, message: str
) -> None:
    answer = client.get(address, headers={"Accept": "text/html,*/*;q=0.8"})

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert message in unescape(answer.text)
    assert 'href="/' in answer.text


def test_two_host_headers_are_refused(client: TestClient) -> None:
    answer = client.get("/healthz", headers=[("Host", "a"), ("Host", "b")])

    assert answer.status_code == 400
    assert answer.json()["status"] == 400


@pytest.mark.parametrize(
    "address",
    ["/", "/results?q=장관", "/api/search?q=장관", "/api/none", "/static/page.css"],
)
def test_every_answer_has_the_security_headers(
    client: TestClient, address: str
) -> None:
    headers = client.get(address).headers

    assert {name: headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert "unsafe" not in headers["content-security-policy"]
    assert ("immutable" in headers["cache-control"]) is ("static" in address)


def test_other_hosts_are_refused(statements_folder: Path) -> None:
    service = Service(statements_folder, say=lambda _: None)
    app = application(service, hosts=["127.0.0.1", "[::1]"])
    with TestClient(app) as client:
        for host, status in [
            ("127.0.0.1:8000", 200),
            ("127.0.0.1", 200),
            ("[::1]:8000", 200),
            ("[::1]", 200),
            ("evil.example", 421),
            ("127.0.0.1.evil.example:8000", 421),
        ]:
            answer = client.get("/healthz", headers={"Host": host})
            assert (host, answer.status_code) == (host, status)


def test_documents_too_large_to_compare_are_refused(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.reading.comparison_limits.MOST_PAIRS", 15)
    refused = client.get("/api/compare/documents?before=new&after=old")

    assert refused.status_code == 422
    assert "16 pairs of sentences, more than the 15" in refused.json()["detail"]
    assert client.get("/api/compare?reference=old:2.1").status_code == 422


def test_a_busy_or_slow_server_answers_503_or_504(statements_folder: Path) -> None:
    service = Service(statements_folder, say=lambda _: None)
    release = threading.Event()
    with TestClient(application(service)) as client:
        for pool, status in (
            (ThreadPool("full", threads=1, queue_size=-1, seconds=60), 503),
            (ThreadPool("slow", threads=1, queue_size=9, seconds=0.05), 504),
        ):
            service.search_pool = pool
            if status == 504:
                asyncio.run(_abandoned(pool, release))
            for address in ("/api/search?q=장관", "/?q=장관"):
                answer = client.get(address)
                assert answer.status_code == status
                assert answer.headers["retry-after"] == "1"
            # Requests that need no thread of that pool go on.
            assert client.get("/healthz").status_code == 200
            assert client.get("/api/compare?reference=new:1").status_code == 200
        release.set()


async def _abandoned(pool: ThreadPool, release: threading.Event) -> None:
    """Occupy the only thread of *pool*, beyond the time limit."""
    with pytest.raises(TooSlowError):
        await pool.run(release.wait)


def test_a_fault_of_the_index_is_not_shown_to_clients(
    statements_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(5, "I/O error", "/secret/place")

    service = Service(statements_folder, say=lambda _: None)
    monkeypatch.setattr(service.watcher.current.index, "search", fail)
    with TestClient(application(service), raise_server_exceptions=False) as client:
        for address in ("/api/search?q=장관", "/?q=장관"):
            answer = client.get(address)
            assert answer.status_code == 500
            assert "secret" not in answer.text


@pytest.mark.parametrize("hosts", [{"testserver"}, set()])
def test_a_host_header_is_a_name_and_a_port(
    statements_folder: Path, hosts: set[str]
) -> None:
    """The key of a cached answer does not depend on the header."""
    service = Service(statements_folder, say=lambda _: None)
    with TestClient(application(service, hosts=hosts)) as client:
        for host in ("testserver:1/api/search?q=one#", "testserver#", "a/b", "[::1"):
            answer = client.get("/api/search?q=장관", headers={"Host": host})
            assert answer.status_code == 421
        answer = client.get("/api/search?q=one", headers={"Host": "testserver:80"})
        assert answer.json()["query"] == "one"


def test_ids_with_delimiters_of_a_url_differ(tmp_path: Path) -> None:
    ids = ["법#1", "법#2", "법?1", "법?2"]
    corpus = write_records(tmp_path / "r.jsonl", {id_: id_ for id_ in ids})
    rebuild(tmp_path / "index", [corpus])
    service = Service(tmp_path / "index", say=lambda _: None)
    with TestClient(application(service)) as client:
        for id_ in ids:
            answer = client.get(f"/api/sentences/{quote(id_)}").json()
            assert [each["id"] for each in answer["sentences"]] == [id_]


def test_a_damaged_index_is_logged(
    statements_folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copytree(statements_folder, tmp_path / "index")
    service = Service(tmp_path / "index", say=lambda _: None)
    (lexicon,) = (tmp_path / "index").glob("g*/lexicon.bin")
    with lexicon.open("r+b") as file:
        file.write(bytes(lexicon.stat().st_size))
    with TestClient(application(service), raise_server_exceptions=False) as client:
        answer = client.get("/api/search?q=사이버")

    assert answer.status_code == 500
    assert "detail" not in answer.json()
    (message,) = {r.message for r in caplog.records if "lexicon" in r.message}
    assert "communique rebuild --force --index" in message
