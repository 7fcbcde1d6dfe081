"""The routes answer every request that OpenAPI allows as it describes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="needs the extra `web`")
pytest.importorskip("schemathesis", reason="needs the extra `browser`")

import schemathesis
from helpers import examples
from hypothesis import HealthCheck, given, settings
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from search.web.app import application
from search.web.service import Service

EXAMPLES = examples(1)


@pytest.fixture(scope="module")
def described(statements_folder: Path) -> Iterator[Any]:
    """Return the routes as the OpenAPI description of the application has them."""
    service = Service(statements_folder, say=lambda _: None)
    app = application(service)

    async def app_without_lifespan(scope: Scope, receive: Receive, send: Send) -> None:
        # Each request of the test would start and stop the application.
        if scope["type"] == "lifespan":
            for step in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{step}.complete"})
        else:
            await app(scope, receive, send)

    yield schemathesis.openapi.from_asgi("/openapi.json", app_without_lifespan)
    service.stop()


def test_every_answer_is_as_described(described: Any) -> None:
    requests = 0
    for result in described.get_all_operations():
        operation = result.ok()

        @settings(suppress_health_check=[*HealthCheck])
        @given(case=operation.as_strategy())
        def check(case: Any) -> None:
            nonlocal requests
            requests += 1
            case.call_and_validate()

        check()
    assert requests > 3 * EXAMPLES


VALID = {
    "q": "장관",
    "prefix": "사",
    "reference": "new:1.1",
    "before": "old",
    "after": "new",
}
"""A value of each required parameter."""

ODD = (
    *("", " ", "\x00", "\u202e가", "가" * 2_000, "-1", "1e9", "9" * 30, "１２", "null"),
    *(
        "'\"><b>",
        "%ff",
        "../..",
        "(" * 40 + "가",
        "NOT",
        "year:9-1",
        "2020-2019",
        "{0}",
    ),
)


def test_no_odd_value_of_a_parameter_is_a_fault_of_the_server(described: Any) -> None:
    for result in described.get_all_operations():
        operation = result.ok()
        path = {each.name: VALID["reference"] for each in operation.path_parameters}
        required = {
            each.name: VALID[each.name] for each in operation.query if each.is_required
        }
        cases = [
            {"path_parameters": path, "query": {**required, each.name: value}}
            for each in operation.query
            for odd in ODD
            for value in (odd, [odd, odd])
        ]
        cases += [
            {"path_parameters": {name: odd}, "query": required}
            for name in path
            for odd in ODD
            if odd.strip(" ./")
        ]
        for case in cases:
            answer = operation.Case(**case).call_and_validate()
            assert answer.status_code < 500, case


def test_every_route_is_described(statements_folder: Path) -> None:
    service = Service(statements_folder, say=lambda _: None)
    with TestClient(application(service)) as client:
        described = client.get("/openapi.json").json()

    assert sorted(described["paths"]) == [
        "/",
        "/about",
        "/api/compare",
        "/api/compare/documents",
        "/api/concordance",
        "/api/documents",
        "/api/search",
        "/api/sentences/{reference}",
        "/api/suggest",
        "/compare",
        "/compare.docx",
        "/documents/{reference}",
        "/export",
        "/healthz",
        "/help",
        "/results",
        "/sources/{reference}",
        "/trace",
        "/trace.svg",
    ]
    for path in described["paths"].values():
        assert [*path] == ["get"]
        answers = path["get"]["responses"]
        assert {"200", "503", "504"} <= answers.keys()
        problem = answers["503"]["content"]["application/problem+json"]["schema"]
        assert problem["required"] == ["type", "title", "status"]
