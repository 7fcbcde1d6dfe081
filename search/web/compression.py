"""Answers compressed with gzip, for the clients that accept it."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Receive, Scope, Send

_FIELD = b"accept-encoding"


class CompressionMiddleware(GZipMiddleware):
    """The middleware of Starlette, which also compresses for `gzip;q=0` by itself."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request, of which the field Accept-Encoding is replaced by its result."""
        if scope["type"] == "http":
            accepted = Headers(scope=scope).getlist("accept-encoding")
            result = b"gzip" if accepts_gzip(accepted) else b"identity"
            others = [pair for pair in scope["headers"] if pair[0].lower() != _FIELD]
            scope = {**scope, "headers": [*others, (_FIELD, result)]}
        await super().__call__(scope, receive, send)


def accepts_gzip(fields: Iterable[str]) -> bool:
    """Return whether Accept-Encoding accepts gzip (RFC 9110, 12.5.3).

    A quality of 0 refuses a coding, and `*` stands for all that are not named.
    """
    qualities: dict[str, bool] = {}
    for part in ",".join(fields).split(","):
        coding, _, parameter = "".join(part.split()).lower().partition(";")
        try:
            quality = float(parameter.removeprefix("q=") or 1)
        except ValueError:
            quality = 0.0
        qualities[coding.removeprefix("x-")] = quality > 0
    return qualities.get("gzip", qualities.get("*", False))
