"""The server: one process that answers until it is told to stop."""

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
from search.web.http_protocol import PATIENCE, Connection
from search.web.middleware import Log
from search.web.service import Service

_GRACE = 5
"""Seconds that requests have to end in when the server is told to stop."""


class AddressError(CommuniqueError):
    """The system does not let the address be used."""

    def __init__(self, host: str, port: int, fault: OSError) -> None:
        super().__init__(
            f"{host}:{port}: cannot listen there ({_reason(fault)}); give"
            " --port another number, or --host another address."
        )


def _reason(fault: OSError) -> str:
    """Return what the system says, without what Python adds to it."""
    return (fault.strerror or str(fault)).partition(" (while attempting")[0]


def is_local(host: str) -> bool:
    """Tell whether only this machine reaches *host*."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def run(
    location: Location, host: str, port: int, *, log: Log, say: Callable[[str], None]
) -> None:
    """Answer on *host* and *port* from the index at *location*, until SIGTERM or SIGINT.

    Raises:
        CommuniqueError: There is no index, or the address cannot be used.
    """
    service = Service(location, say)
    hosts = {host, "localhost", "127.0.0.1", "[::1]"} if is_local(host) else ()
    config = uvicorn.Config(
        application(service, hosts=hosts, log=log),
        http=Connection,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
        timeout_keep_alive=PATIENCE,
    )
    logging.basicConfig(stream=sys.stderr, format="%(message)s", level=logging.INFO)
    with closing(_bound(host, port)) as bound:
        shown = f"[{host}]" if ":" in host else host
        say(f"http://{shown}:{bound.getsockname()[1]}/ answers from {location}")
        # Uvicorn raises the signal that stopped it once more; the end is no failure.
        signal.signal(signal.SIGTERM, lambda *_: None)
        uvicorn.Server(config).run(sockets=[bound])


def _bound(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as fault:
        raise AddressError(host, port, fault) from fault
