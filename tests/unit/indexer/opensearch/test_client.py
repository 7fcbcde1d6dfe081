"""Requests to a server that loses a node or is overloaded."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.opensearch import client
from indexer.opensearch.address import Server, ServerError

exceptions = pytest.importorskip(
    "opensearchpy.exceptions", reason="needs the extra `opensearch`"
)

SERVER = Server(("http://localhost:9200",), "main")
LOST = {"type": "search_phase_execution_exception", "reason": ""}
DISCONNECTED = {"type": "node_not_connected_exception", "reason": "[node] gone"}
FAULTY = {"type": "script_exception", "reason": "runtime error"}


@pytest.mark.parametrize(
    ("status", "error", "is_repeated"),
    [
        (500, LOST, True),
        (500, DISCONNECTED, True),
        (503, FAULTY, True),
        (500, FAULTY, False),
        (400, LOST, False),
    ],
)
def test_a_request_is_repeated_after_a_loss_and_not_after_a_fault_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    error: dict[str, Any],
    *,
    is_repeated: bool,
) -> None:
    monkeypatch.setattr(client, "_PAUSES", (0.0,))
    answers = [exceptions.TransportError(status, error["type"], {"error": error})]

    def request() -> str:
        if answers:
            raise answers.pop()
        return "hits"

    if is_repeated:
        assert client.patiently(SERVER, request) == "hits"
    else:
        with pytest.raises(ServerError):
            client.patiently(SERVER, request)
