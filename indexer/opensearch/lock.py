"""The lock of a rebuild on a server: one at a time, and none that died holds it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import uuid4

from indexer.opensearch.address import Server, ServerError
from indexer.opensearch.client import Client, faults, is_missing, is_taken

_BEAT = 5.0
"""Seconds between two signs of life of a rebuild."""
_DEAD_AFTER = 30.0
"""Seconds without one, after which another rebuild takes over."""


class TakenOverError(ServerError):
    """Another rebuild has begun, which took this one for dead."""

    def __init__(self, server: Server) -> None:
        super().__init__(
            f"{server}: another rebuild took this one for dead; rebuild again."
        )


class Lock:
    """A document that tells who rebuilds, and by its changes that it still does."""

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
        """Hold the lock while the block runs."""
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
        """Raise ServerError if another rebuild took over."""
        if self._lost:
            raise TakenOverError(self._server)

    def _acquire(self, say: Callable[[str], None]) -> None:
        self._create()
        told = False
        seen: dict[str, int] | None = None
        since = time.monotonic()
        while not self._write(seen if self._is_dead(since) else None):
            there = self._read()
            found = _mark(there) if there else None
            if found != seen:
                seen, since = found, time.monotonic()
            if not told:
                say(f"{self._server}: another rebuild is running; waiting for its end")
                told = True
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
        """Write the document if there is none, or is still as *seen*; tell whether.

        Where the answer was lost with a node, the document is there, and ours.
        """
        only: dict[str, Any] = {"op_type": "create"}
        body = {"owner": self._owner}
        try:
            with faults(self._server):
                found = self._client.index(
                    index=self._index, id="rebuild", body=body, params=seen or only
                )
        except ServerError as fault:
            if fault.__cause__ is None or not is_taken(fault.__cause__):
                raise
            there = self._read()
            if there is None or there["_source"] != body:
                return False
            found = there
        self._mark = _mark(found)
        return True

    def _read(self) -> dict[str, Any] | None:
        try:
            with faults(self._server):
                found: dict[str, Any] = self._client.get(
                    index=self._index, id="rebuild"
                )
        except ServerError as fault:
            if fault.__cause__ is not None and is_missing(fault.__cause__):
                return None
            raise
        return found

    def _beat(self, ended: threading.Event) -> None:
        while not ended.wait(_BEAT):
            try:
                self._lost = not self._write(self._mark)
            except ServerError:
                continue  # A server that is not there is the builder's to complain of.
            if self._lost:
                return

    def _release(self) -> None:
        # It is another's by now, or ends by itself.
        with suppress(ServerError), faults(self._server):
            self._client.delete(index=self._index, id="rebuild", params=self._mark)


def _mark(found: dict[str, Any]) -> dict[str, int]:
    return {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}
