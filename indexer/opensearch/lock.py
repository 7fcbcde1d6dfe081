"""The lock of a rebuild on a server; a rebuild that died loses it.

The lock is a document that its holder writes again every few seconds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import uuid4

from indexer.opensearch.address import Server, ServerError
from indexer.opensearch.client import Client, faults, is_missing, is_taken, shard_wait

_BEAT = 5.0
"""Seconds between two heartbeats of the holder."""
_DEAD_AFTER = 30.0
"""Seconds without a heartbeat after which another rebuild takes over."""


class TakenOverError(ServerError):
    """Another rebuild has taken over the lock."""

    def __init__(self, server: Server) -> None:
        super().__init__(
            f"{server}: another rebuild took this one for dead; rebuild again."
        )


class Lock:
    """The lock of an index, which one rebuild at a time holds."""

    def __init__(self, client: Client, server: Server, replicas: int) -> None:
        self._client = client
        self._server = server
        self._replicas = replicas
        self._index = f"{server.alias}-lock"
        self._owner = uuid4().hex
        self._mark: dict[str, int] = {}
        self._lost = False

    @contextmanager
    def held(self, say: Callable[[str], None]) -> Iterator[Lock]:
        """Hold the lock while the block runs; wait while another rebuild holds it.

        *say* receives a message for the user before the wait.
        """
        self._acquire(say)
        ended = threading.Event()
        beating = threading.Thread(target=self._beat, args=(ended,), daemon=True)
        beating.start()
        try:
            yield self
        finally:
            ended.set()
            beating.join()
            self._release()

    def check(self) -> None:
        """Raise TakenOverError if another rebuild has taken over."""
        if self._lost:
            raise TakenOverError(self._server)

    def _acquire(self, say: Callable[[str], None]) -> None:
        self._create()
        is_reported = False
        seen: dict[str, int] | None = None
        since = time.monotonic()
        while not self._write(seen if self._is_dead(since) else None):
            document = self._read()
            mark = _mark(document) if document else None
            if mark != seen:
                seen, since = mark, time.monotonic()
            if not is_reported:
                say(f"{self._server}: another rebuild is running; waiting for its end")
                is_reported = True
            time.sleep(_BEAT / 5)

    def _create(self) -> None:
        copies = {"number_of_shards": 1, "number_of_replicas": self._replicas}
        try:
            with faults(self._server):
                self._client.indices.create(
                    index=self._index, body={"settings": copies}
                )
        except ServerError as fault:
            if fault.__cause__ is None or not is_taken(fault.__cause__):
                raise

    @staticmethod
    def _is_dead(since: float) -> bool:
        return time.monotonic() - since > _DEAD_AFTER

    def _write(self, seen: dict[str, int] | None) -> bool:
        """Write the document if there is none, or its version is still *seen*.

        Returns:
            Whether the lock is held. If a node was lost before it answered, the document
            exists and has our owner.
        """
        only: dict[str, Any] = seen or {"op_type": "create"}
        body = {"owner": self._owner}
        try:
            with faults(self._server):
                written = self._client.index(
                    index=self._index,
                    id="rebuild",
                    body=body,
                    params={**only, **shard_wait()},
                )
        except ServerError as fault:
            if fault.__cause__ is None or not is_taken(fault.__cause__):
                raise
            document = self._read()
            if document is None or document["_source"] != body:
                return False
            written = document
        self._mark = _mark(written)
        return True

    def _read(self) -> dict[str, Any] | None:
        try:
            with faults(self._server):
                document: dict[str, Any] = self._client.get(
                    index=self._index, id="rebuild"
                )
        except ServerError as fault:
            if fault.__cause__ is not None and is_missing(fault.__cause__):
                return None
            raise
        return document

    def _beat(self, ended: threading.Event) -> None:
        while not ended.wait(_BEAT):
            try:
                self._lost = not self._write(self._mark)
            except ServerError:
                continue  # The rebuild itself reports a server that does not answer.
            if self._lost:
                return

    def _release(self) -> None:
        # Another rebuild may hold it by now; otherwise it expires.
        with suppress(ServerError), faults(self._server):
            self._client.delete(
                index=self._index, id="rebuild", params={**self._mark, **shard_wait()}
            )


def _mark(document: dict[str, Any]) -> dict[str, int]:
    """Return the parameters that write over this version of a document only."""
    return {
        "if_seq_no": document["_seq_no"],
        "if_primary_term": document["_primary_term"],
    }
