"""The server process, which runs until SIGTERM or SIGINT."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import closing
from ipaddress import ip_address

import uvicorn

from indexer.errors import CommuniqueError
from indexer.location import Location
from search.web.app import application
from search.web.http_protocol import LAST_SECONDS, REQUEST_SECONDS, HttpProtocol
from search.web.middleware import AccessLog
from search.web.service import Service

_GRACE = LAST_SECONDS + 1
"""Seconds that running requests may take after the signal to stop."""


class AddressError(CommuniqueError):
    """The operating system refuses the address."""

    def __init__(self, host: str, port: int, fault: OSError) -> None:
        super().__init__(
            f"{host}:{port}: cannot listen there ({_reason(fault)}); give"
            " --port another number, or --host another address."
        )


def _reason(fault: OSError) -> str:
    """Return the message of the system, without the part that asyncio adds."""
    return (fault.strerror or str(fault)).partition(" (while attempting")[0]


def is_local(host: str) -> bool:
    """Return whether *host* is reachable from this machine only."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def run(
    location: Location,
    host: str,
    port: int,
    *,
    log: AccessLog,
    say: Callable[[str], None],
) -> None:
    """Serve the index at *location* on *host* and *port*, until SIGTERM or SIGINT.

    Raises:
        CommuniqueError: There is no index, or the address cannot be used.
    """
    service = Service(location, say)
    hosts = {host, "localhost", "127.0.0.1", "[::1]"} if is_local(host) else ()
    config = uvicorn.Config(
        application(service, hosts=hosts, log=log),
        http=HttpProtocol,
        ws="none",
        # A warning for each malformed request, without its sender, would fill the log.
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
        timeout_keep_alive=REQUEST_SECONDS,
    )
    logging.basicConfig(stream=sys.stderr, format="%(message)s", level=logging.INFO)
    with closing(_listen(host, port)) as listening:
        url_host = f"[{host}]" if ":" in host else host
        server = uvicorn.Server(config)

        def stop(*_: object) -> None:
            server.should_exit = True

        # A client that reads the address may stop the server at once. Uvicorn raises the
        # signal that stopped it again, which must not look like a fault.
        signal.signal(signal.SIGTERM, stop)
        say(f"http://{url_host}:{listening.getsockname()[1]}/ answers from {location}")
        server.run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as fault:
        raise AddressError(host, port, fault) from fault
