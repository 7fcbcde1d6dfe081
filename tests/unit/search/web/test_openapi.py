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


def test_every_route_is_described(statements_folder: Path) -> None:
    service = Service(statements_folder, say=lambda _: None)
    with TestClient(application(service)) as client:
        described = client.get("/openapi.json").json()

    assert sorted(described["paths"]) == [
        "/about",
        "/api/compare",
        "/api/compare/documents",
        "/api/concordance",
        "/api/documents",
        "/api/search",
        "/api/sentences/{reference}",
        "/api/suggest",
        "/compare",
        "/documents/{reference}",
        "/export",
        "/healthz",
        "/help",
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
