"""The middleware of every route: security headers, allowed hosts, and the access log."""

from __future__ import annotations

import asyncio
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

from search.web.fault_page import fault_response
from search.web.thread_pools import BusyError

SECURITY_HEADERS = {
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
"""They forbid resources of other origins, inline scripts, and frames around the page."""

_CACHED = {"/static/": "public, max-age=31536000, immutable"}
_LOG = logging.getLogger("communique.access")

_HOST = re.compile(r"(?P<name>[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?", re.ASCII)
"""A Host header: a name or an address, and perhaps a port."""


@dataclass(frozen=True)
class AccessLog:
    """The content of the access log: no requests, their paths, or also their queries."""

    requests: bool = False
    queries: bool = False


class GuardMiddleware:
    """Refuses requests for other hosts, adds headers to every response, answers HEAD.

    Args:
        app: The application behind it.
        hosts: The allowed names in the Host header; none allows any. The check prevents
            DNS rebinding: a foreign page cannot read answers by pointing its name here.
        log: The content of the access log.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], log: AccessLog) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = perf_counter()
        status = 0
        is_head = scope["method"] == "HEAD"

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(MutableHeaders(scope=message), scope["path"])
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        # The answer to HEAD has the headers of GET.
        inner = {**scope, "method": "GET"} if is_head else scope
        try:
            await self._app_for(scope)(inner, receive, send_with_headers)
        except asyncio.CancelledError:
            # The server stops, and has waited long enough.
            if not status:
                busy = fault_response(Request(scope), BusyError())
                await busy(scope, receive, send_with_headers)
        finally:
            if self._log.requests:
                _LOG.info("%s", self._line(scope, status, perf_counter() - start))

    def _app_for(self, scope: Scope) -> ASGIApp:
        names = Headers(scope=scope).getlist("host")
        if len(names) > 1:
            # A proxy and this server could each believe another one (RFC 9112, 3.2).
            fault = HTTPException(HTTPStatus.BAD_REQUEST)
            return fault_response(Request(scope), fault)
        match = _HOST.fullmatch("".join(names))
        if match and (not self._hosts or match["name"].lower() in self._hosts):
            return self._app
        fault = HTTPException(HTTPStatus.MISDIRECTED_REQUEST)
        return fault_response(Request(scope), fault)

    def _line(self, scope: Scope, status: int, seconds: float) -> str:
        target = scope["path"]
        if self._log.queries and scope["query_string"]:
            target += "?" + unquote_plus(scope["query_string"].decode("latin-1"))
        printable = target if target.isprintable() else ascii(target)
        return f"{scope['method']} {printable} {status} {seconds * 1000:.1f} ms"


def _add_headers(headers: MutableHeaders, path: str) -> None:
    for name, value in SECURITY_HEADERS.items():
        headers[name] = value
    if headers.get("Allow") == "GET":
        headers["Allow"] = "GET, HEAD"
    rules = (rule for start, rule in _CACHED.items() if path.startswith(start))
    headers["Cache-Control"] = next(rules, "no-store")
