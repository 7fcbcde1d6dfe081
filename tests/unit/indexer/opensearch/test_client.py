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


@pytest.mark.parametrize("kind", ["ConnectionTimeout", "ConnectionError"])
def test_a_rebuild_repeats_a_request_that_no_node_answers_and_a_search_does_not(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(client, "_PAUSES", (0.0,))
    monkeypatch.setattr(client, "REBUILD_PAUSES", (0.0,) * 2)
    fault = getattr(exceptions, kind)("TIMEOUT", "read timed out", None)
    answers = [fault, fault]

    def request() -> str:
        if answers:
            raise answers.pop()
        return "hits"

    with pytest.raises(ServerError):
        client.patiently(SERVER, request)
    assert len(answers) == 1
    answers.append(fault)
    assert client.persistently(SERVER, request) == "hits"
    answers += [fault] * 3
    with pytest.raises(ServerError):
        client.persistently(SERVER, request)


NO_SHARD = {"type": "no_shard_available_action_exception", "reason": "No shard [x][0]"}
INACTIVE = {"type": "unavailable_shards_exception", "reason": "[x][0] is not active"}


@pytest.mark.parametrize(
    ("status", "error"),
    [(503, LOST), (500, LOST), (500, DISCONNECTED), (503, NO_SHARD), (503, INACTIVE)],
)
def test_a_lost_shard_is_named_as_such(status: int, error: dict[str, Any]) -> None:
    fault = exceptions.TransportError(status, error["type"], {"error": error})

    with pytest.raises(ServerError) as raised, client.faults(SERVER):
        raise fault

    assert str(raised.value) == (
        "http://localhost:9200/main: a node with a part of the index cannot be reached;"
        " start it again, or delete communique-main-* on the server and rebuild the index."
    )
