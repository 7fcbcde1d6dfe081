"""Requests to a server; the only module that imports opensearchpy.

The user and the password come from `COMMUNIQUE_OPENSEARCH_USER` and
`COMMUNIQUE_OPENSEARCH_PASSWORD`, or from the file that
`COMMUNIQUE_OPENSEARCH_CREDENTIALS` names, which has `user:password` on its first line.
"""

from __future__ import annotations

import logging
import os
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar
from urllib.parse import urlsplit

from indexer.errors import CommuniqueError, QueryTooLargeError
from indexer.opensearch.address import Server, ServerError
from indexer.versions import install_command

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

Client: TypeAlias = "OpenSearch"
"""The type of a server's client, for modules that must not import it."""

T = TypeVar("T")

USER = "COMMUNIQUE_OPENSEARCH_USER"
PASSWORD = "COMMUNIQUE_OPENSEARCH_PASSWORD"  # noqa: S105 (the name of a variable)
CREDENTIALS = "COMMUNIQUE_OPENSEARCH_CREDENTIALS"

TIMEOUT = 30.0
"""Seconds that a response may take."""

_PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between attempts while a server is overloaded or loses a node."""
REBUILD_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0)
"""Seconds between attempts of a rebuild, whose work so far is worth a longer wait."""
_MOST = 180.0
"""Seconds after which a request that fails is not repeated."""
_BUSY = (429, 502, 503, 504)
_SHARDS_LOST = (
    "no_shard_available_action_exception",
    "search_phase_execution_exception",
    "unavailable_shards_exception",
)
"""The types of errors, of status 503, that name a shard without a copy."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_CONNECTIONS = 8
"""Connections per node: more than `serve` has threads that search."""


def connect(server: Server, timeout: float = TIMEOUT) -> Client:
    """Return a client of *server*, safe for several threads; nothing is sent yet.

    Raises:
        ServerError: opensearchpy is not installed, or the credentials are unusable.
    """
    try:
        from opensearchpy import OpenSearch
    except ImportError:
        raise ServerError(
            "the engine opensearch needs its client; install it with"
            f" `{install_command('opensearch')}`."
        ) from None
    # Its errors are raised as ServerError; its log would print them a second time.
    logging.getLogger("opensearch").addHandler(logging.NullHandler())
    logging.getLogger("opensearch").propagate = False
    return OpenSearch(
        hosts=list(server.nodes),
        http_auth=_credentials(server),
        ssl_context=_trusting(server),
        pool_maxsize=_CONNECTIONS,
        timeout=timeout,
        # After a node that does not answer, the next is tried.
        max_retries=len(server.nodes),
        retry_on_timeout=len(server.nodes) > 1,
        retry_on_status=(),
    )


def _trusting(server: Server) -> ssl.SSLContext | None:
    """Return the TLS context that verifies certificates; None without https."""
    if not any(node.startswith("https:") for node in server.nodes):
        return None
    try:
        return ssl.create_default_context(cafile=server.ca_cert)
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise ServerError(
            f"{server.ca_cert}: no certificate can be read there ({reason}); give"
            " --ca-cert a file in PEM."
        ) from None


def _credentials(server: Server) -> tuple[str, str] | None:
    user, password = os.environ.get(USER), os.environ.get(PASSWORD)
    if path := os.environ.get(CREDENTIALS):
        try:
            line = Path(path).read_text(encoding="utf-8").partition("\n")[0]
        except (OSError, UnicodeDecodeError):
            raise ServerError(
                f"{path}: cannot be read; {CREDENTIALS} names a file whose first line is"
                " user:password."
            ) from None
        user, _, password = line.strip().partition(":")
    if not user and not password:
        return None
    if not user or not password:
        raise ServerError(
            f"{server}: a user goes with a password; set both {USER} and {PASSWORD}."
        )
    for node in server.nodes:
        parts = urlsplit(node)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise ServerError(
                f"{node}: a password is not sent without encryption; give --url an"
                " https address."
            )
    return user, password


def patiently(server: Server, request: Callable[[], T]) -> T:
    """Return the result of *request*, which is repeated while the server is overloaded.

    Raises:
        CommuniqueError: The server does not answer, or with an error.
    """
    return _repeated(server, request, _PAUSES, _passes)


def persistently(server: Server, request: Callable[[], T]) -> T:
    """Return the result of *request*, which is repeated even if no node answers.

    It is for requests that may be carried out twice, after the sentences are loaded.

    Raises:
        CommuniqueError: All attempts fail, or the server answers with another error.
    """
    return _repeated(server, request, REBUILD_PAUSES, is_lost)


def _repeated(
    server: Server,
    request: Callable[[], T],
    pauses: Iterable[float],
    passes: Callable[[BaseException], bool],
) -> T:
    """Return the result of *request*, repeated after *pauses* while its fault *passes*."""
    until = time.monotonic() + _MOST
    for pause in pauses:
        try:
            with faults(server):
                return request()
        except ServerError as fault:
            cause = fault.__cause__
            if cause is None or not passes(cause) or time.monotonic() > until:
                raise
        time.sleep(pause)
    with faults(server):
        return request()


def shard_wait(timeout: float = TIMEOUT) -> dict[str, Any]:
    """Return the parameters of a write that limit how long a server waits for a shard.

    By default it waits longer than the client, which then takes its node for lost. With
    them the client takes *timeout*, in seconds; it would take `timeout` for its own.
    """
    return {"timeout": "10s", "request_timeout": timeout}


def search_all(client: Client, lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Send several searches in one request, and return their responses.

    Args:
        client: The client.
        lines: A header and a body for each search.

    Raises:
        opensearchpy.exceptions.TransportError: One has failed; that of the first.
    """
    from opensearchpy.exceptions import HTTP_EXCEPTIONS, TransportError

    responses: list[dict[str, Any]] = client.msearch(body=lines)["responses"]
    for answer in responses:
        if "error" in answer:
            status = answer["status"]
            kind = HTTP_EXCEPTIONS.get(status, TransportError)
            raise kind(status, answer["error"].get("type"), answer)
    return responses


@contextmanager
def faults(server: Server) -> Iterator[None]:
    """Convert exceptions of the client in the block to errors of this program.

    Raises:
        CommuniqueError: The cause is the client's own exception.
    """
    from opensearchpy.exceptions import OpenSearchException

    try:
        yield
    except OpenSearchException as fault:
        raise _error(fault, server) from fault


def _passes(fault: Any) -> bool:
    """Return whether a server is busy, or has just lost a node that took part."""
    from opensearchpy.exceptions import TransportError

    return isinstance(fault, TransportError) and (
        _is_disconnected(fault) or fault.status_code in _BUSY
    )


def _is_disconnected(fault: Any) -> bool:
    """Return whether a node did not reach another one that took part in a request."""
    reason = _reason(fault)
    # A node that is lost between two phases of a search leaves an error without a reason.
    is_loss = "connected_exception" in reason or reason.endswith(": ")
    return bool(fault.status_code == 500 and is_loss)


def _lacks_shards(fault: Any) -> bool:
    """Return whether a request needs a shard that no node has that can be reached."""
    kind = _reason(fault).partition(":")[0]
    return _is_disconnected(fault) or (
        fault.status_code == 503 and kind in _SHARDS_LOST
    )


def is_lost(fault: BaseException) -> bool:
    """Return whether a fault is temporary: a lost node, or an overloaded server."""
    from opensearchpy.exceptions import ConnectionError as NotConnectedError
    from opensearchpy.exceptions import SSLError, TransportError

    if isinstance(fault, SSLError) or not isinstance(fault, TransportError):
        return False
    status = fault.status_code
    return isinstance(fault, NotConnectedError) or (
        isinstance(status, int) and may_be_taken_later(status)
    )


def may_be_taken_later(status: int) -> bool:
    """Return whether a request that failed with *status* may succeed later."""
    return status == 429 or status >= 500


def is_missing(fault: BaseException) -> bool:
    """Return whether a fault is that a document or an index does not exist."""
    return getattr(fault, "status_code", None) == 404


def is_taken(fault: BaseException) -> bool:
    """Return whether a fault is that it exists already, or was changed meanwhile."""
    status = getattr(fault, "status_code", None)
    return status == 409 or "resource_already_exists" in str(
        getattr(fault, "error", "")
    )


def _error(fault: Any, server: Server) -> CommuniqueError:
    """Return the error of this program for an exception of the client."""
    if any(word in _reason(fault) for word in ("too_many", "maxClauseCount")):
        return QueryTooLargeError(
            f"{server}: the query has more terms than the server takes; make it shorter,"
            " or raise indices.query.bool.max_clause_count there."
        )
    from opensearchpy.exceptions import TransportError

    if isinstance(fault, TransportError) and _lacks_shards(fault):
        return ServerError(
            f"{server}: a node with a part of the index cannot be reached; start it"
            f" again, or delete {server.alias}-* on the server and rebuild the index."
        )
    return ServerError(f"{server}: {_message(fault, server)}")


def _message(fault: Any, server: Server) -> str:
    """Return what is wrong, and the remedy."""
    from opensearchpy import exceptions

    # The first that fits: some of these are kinds of later ones.
    messages = {
        exceptions.SSLError: (
            f"the server's certificate cannot be trusted ({_verdict(fault)}); give"
            " --ca-cert the certificate of its authority, and --url the name it is for."
        ),
        exceptions.ConnectionTimeout: (
            "the server did not answer in time; try again, or look at its load."
        ),
        exceptions.ConnectionError: (
            "no node can be reached; check --url, and whether the server runs."
        ),
        exceptions.AuthenticationException: (
            f"the server requires a user; set {USER} and {PASSWORD}, or {CREDENTIALS}."
        ),
        exceptions.AuthorizationException: (
            f"this user may not do that ({_reason(fault)}); use the name of another."
        ),
        exceptions.NotFoundError: (
            "the index that was opened is no longer there; if the command does not help"
            f" when given again, `communique rebuild {server.option}` makes it."
        ),
        exceptions.TransportError: (
            f"the server answers {getattr(fault, 'status_code', 'no status')}"
            f" ({_reason(fault)}); look at its log."
        ),
        exceptions.OpenSearchException: (
            f"the client fails ({type(fault).__name__}); look at the server's log."
        ),
    }
    return next(text for kind, text in messages.items() if isinstance(fault, kind))


def _verdict(fault: BaseException) -> str:
    """Return the reason for refusing a certificate, nested in the client's exception."""
    while not isinstance(fault, ssl.SSLCertVerificationError):
        causes = (each for each in fault.args if isinstance(each, BaseException))
        cause = next(causes, None)
        if cause is None:
            return "the handshake fails"
        fault = cause
    return fault.verify_message


def _reason(fault: Any) -> str:
    """Return the innermost reason that the server gives."""
    info = getattr(fault, "info", None)
    reason = str(getattr(fault, "error", fault))
    if isinstance(info, dict) and isinstance(error := info.get("error"), dict):
        causes = error.get("root_cause") or [error]
        reason = f"{causes[0].get('type')}: {causes[0].get('reason')}"
        for shard in error.get("failed_shards", ())[:1]:
            inner = shard.get("reason", {})
            reason = f"{inner.get('type')}: {inner.get('reason')}"
    return reason
