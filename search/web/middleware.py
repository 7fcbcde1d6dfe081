"""What stands before every route: security headers, who is asked, and the access log."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from time import perf_counter
from urllib.parse import unquote_plus

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.web.problems import problem

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        " connect-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""Nothing is loaded from elsewhere, nothing inline runs, and nobody frames the page."""

_CACHED = {"/static/": "public, max-age=31536000, immutable"}
_LOG = logging.getLogger("communique.access")

_HOST = re.compile(r"(?P<name>[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?", re.ASCII)
"""A Host header: a name or an address, and perhaps a port."""


@dataclass(frozen=True)
class Log:
    """What is logged of requests: nothing, what was asked for, or also the query."""

    requests: bool = False
    queries: bool = False


class Guard:
    """Answers the hosts it is to answer, and adds the headers to every response.

    Args:
        app: What answers.
        hosts: The names it may be asked by; none for any. A page elsewhere, whose name
            somebody points here, so learns nothing.
        log: What to log.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], log: Log) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = perf_counter()
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(MutableHeaders(scope=message), scope["path"])
            await send(message)

        try:
            await self._admitted(scope)(scope, receive, sending)
        finally:
            if self._log.requests:
                _LOG.info("%s", self._line(scope, status, perf_counter() - begun))

    def _admitted(self, scope: Scope) -> ASGIApp:
        host = Headers(scope=scope).get("host", "")
        match = _HOST.fullmatch(host)
        if match and (not self._hosts or match["name"].lower() in self._hosts):
            return self._app
        fault = HTTPException(HTTPStatus.MISDIRECTED_REQUEST)
        return problem(Request(scope), fault)

    def _line(self, scope: Scope, status: int, seconds: float) -> str:
        asked = scope["path"]
        if self._log.queries and scope["query_string"]:
            asked += "?" + unquote_plus(scope["query_string"].decode("latin-1"))
        shown = asked if asked.isprintable() else ascii(asked)
        return f"{scope['method']} {shown} {status} {seconds * 1000:.1f} ms"


def _add_headers(headers: MutableHeaders, path: str) -> None:
    for name, value in HEADERS.items():
        headers[name] = value
    kept = next((v for start, v in _CACHED.items() if path.startswith(start)), None)
    headers["Cache-Control"] = kept or "no-store"
