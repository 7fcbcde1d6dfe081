"""The HTTP protocol of uvicorn, with limits on the size and the time of a request."""

from __future__ import annotations

from asyncio import TimerHandle, Transport
from collections.abc import Sequence
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import (
    HttpToolsProtocol,
    RequestResponseCycle,
)

from search.web.fault_page import refusal
from search.web.middleware import SECURITY_HEADERS

LARGEST_REQUEST = 1 << 16
"""Bytes of a request; the longest query takes a sixth of them."""

REQUEST_SECONDS = 30
"""How long a connection may be idle, and how long a request may take to arrive or an
answer to be read."""
LAST_SECONDS = 4
"""How long a connection may stay open when the server stops."""


class HttpProtocol(HttpToolsProtocol):
    """One connection; uvicorn alone waits for the end of a request without limit.

    Idle or half-sent connections are closed; otherwise they would exhaust the file
    descriptors of the process, and no other client would get an answer.
    """

    _timer: TimerHandle | None = None
    _write_timer: TimerHandle | None = None
    _cycles: Sequence[RequestResponseCycle] = ()
    """The requests without a whole answer; a client may send several at once."""
    _size = 0
    """Bytes received since the last whole request."""
    _parsed = 0
    """Bytes of the present request in its address, its header fields and its body."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Start the timer for the first request."""
        super().connection_made(transport)
        # Writing is paused until all that was written is sent.
        transport.set_write_buffer_limits(high=0)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timers."""
        self._stop_timer()
        self._stop_write_timer()
        super().connection_lost(exc)
        # Uvicorn marks only the last request that it has parsed.
        for cycle in self._cycles:
            cycle.disconnected = True
            cycle.message_event.set()

    def pause_writing(self) -> None:
        """Start the timer for the client to read the answer; closing would wait for it."""
        super().pause_writing()
        self._write_timer = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Stop the timer: the client has read."""
        self._stop_write_timer()
        super().resume_writing()

    def shutdown(self) -> None:
        """Let the answer that is being made end, for a time."""
        super().shutdown()
        self.loop.call_later(LAST_SECONDS, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        """Parse a part of a request; refuse a request that is too large."""
        self._start_timer()
        self._size += len(data)
        super().data_received(data)
        too_large = self._timer and self._size > LARGEST_REQUEST
        if too_large and not self.transport.is_closing():
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """Start the timer for the rest of the request."""
        self._start_timer()
        self._parsed = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Count a part of the address."""
        self._parsed += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header field."""
        self._parsed += len(name) + len(value) + len(b": \r\n")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Start to answer, unless the request is too large, also if it came at once."""
        if self._parsed > LARGEST_REQUEST and not self.transport.is_closing():
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        if not self.transport.is_closing():
            super().on_headers_complete()
            unanswered = [c for c in self._cycles if not c.response_complete]
            self._cycles = [*unanswered, self.cycle]

    def on_body(self, body: bytes) -> None:
        """Count a part of the body, which no route reads."""
        self._parsed += len(body)
        if self._parsed > LARGEST_REQUEST and not self.transport.is_closing():
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Stop the timer: the request is complete."""
        self._stop_timer()
        if not self.transport.is_closing():
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 (uvicorn's text)
        """Refuse data that is not HTTP."""
        self._refuse(HTTPStatus.BAD_REQUEST)

    def _start_timer(self) -> None:
        if not self._timer:
            self._timer = self.loop.call_later(REQUEST_SECONDS, self.transport.close)

    def _stop_timer(self) -> None:
        self._size = 0
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _stop_write_timer(self) -> None:
        if self._write_timer:
            self._write_timer.cancel()
            self._write_timer = None

    def _refuse(self, status: HTTPStatus) -> None:
        """Close the connection; send the reason unless an answer is being sent."""
        if self.cycle is None or self.cycle.response_complete:
            url = getattr(self, "url", b"")
            body, media_type = refusal(status, url, getattr(self, "headers", []))
            headers = {
                **SECURITY_HEADERS,
                "Content-Type": media_type,
                "Content-Length": str(len(body)),
                "Connection": "close",
            }
            lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
            lines += [f"{name}: {value}" for name, value in headers.items()]
            self.transport.write("\r\n".join([*lines, "", ""]).encode() + body)
        self.transport.close()
