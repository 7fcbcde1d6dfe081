"""A connection: its requests come whole, small and soon, or it is closed."""

from __future__ import annotations

from asyncio import TimerHandle, Transport
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from search.web.middleware import HEADERS
from search.web.problems import MEDIA_TYPE, body_of

LARGEST = 1 << 16
"""Bytes of a request; the longest query takes a sixth of them."""

PATIENCE = 30
"""Seconds that a connection may be without a request, and a request may take to come."""


class Connection(HttpToolsProtocol):
    """HTTP as uvicorn speaks it, which by itself waits for ever for a request's end.

    Who opens connections and says nothing, or never comes to an end, would else have
    all that the system lets a process open, and nobody else would be answered.
    """

    _late: TimerHandle | None = None
    _size = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self._await()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._arrived()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take a part of a request; one that grows too large is refused."""
        self._await()
        self._size += len(data)
        super().data_received(data)
        if self._late and self._size > LARGEST and not self.transport.is_closing():
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """Wait for the rest of a request."""
        self._await()
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """Wait no longer: it is here."""
        self._arrived()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 (uvicorn's own words)
        """Answer what is no HTTP."""
        self._refuse(HTTPStatus.BAD_REQUEST)

    def _await(self) -> None:
        if not self._late:
            self._late = self.loop.call_later(PATIENCE, self.transport.close)

    def _arrived(self) -> None:
        self._size = 0
        if self._late:
            self._late.cancel()
            self._late = None

    def _refuse(self, status: HTTPStatus) -> None:
        """Close the connection and, unless an answer is on its way, tell why."""
        if self.cycle is None or self.cycle.response_complete:
            body = body_of(status).encode()
            headers = {
                **HEADERS,
                "Content-Type": MEDIA_TYPE,
                "Content-Length": str(len(body)),
                "Connection": "close",
            }
            lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
            lines += [f"{name}: {value}" for name, value in headers.items()]
            self.transport.write("\r\n".join([*lines, "", ""]).encode() + body)
        self.transport.close()
