"""Abusive clients of a server: those that never read are disconnected, others answered."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

from campaign_support import ROOT, Row, Scale, Subject, timed

_READ_SECONDS = 2
"""How long a client has for reading, instead of `http_protocol.REQUEST_SECONDS`."""
_HONEST_SECONDS = 5.0
"""How long the answer to an honest client may take on a busy machine."""
_SLACK = 20.0
_REQUESTS = 400
"""Requests on a connection whose answers are not read; no buffer holds so much."""


def server(_: Path, subject: Subject, scale: Scale, seed: int) -> Iterator[Row]:
    """Yield the row."""
    yield never_read(subject, seed, 200 if scale.kills > 100 else 30)


def never_read(subject: Subject, seed: int, clients: int, fault: str = "") -> Row:
    """Send requests on *clients* connections and read no answer; search beside them.

    The server begins with the statements *fault*.
    """
    row = Row("server", f"{clients} clients that never read", seed)
    if not find_spec("uvicorn"):
        row.skipped = "the extra web is not installed"
        return row
    with timed(row), served(subject.index, fault) as (process, port):
        row.judge("answered before", _search(port))
        before = _sockets(process.pid)
        with ExitStack() as stack:
            for _ in range(clients):
                stack.enter_context(sent_but_not_read(port))
            row.judge("answered beside", _search(port))
            until = time.monotonic() + _READ_SECONDS + _SLACK
            while (left := _sockets(process.pid) - before) > 0:
                if time.monotonic() > until:
                    break
                row.judge("answered beside", _search(port))
                time.sleep(0.2)
            for number in range(clients):
                row.judge("disconnected", "still connected" if number < left else None)
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=60)
        row.judge("stopped", log or None)
        row.judge("status 0", f"{process.returncode}" if process.returncode else None)
    return row


@contextmanager
def served(index: Path, begin: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Serve an index, after the statements *begin*; give the process and its port."""
    limit = f"http_protocol.REQUEST_SECONDS = {_READ_SECONDS}"
    program = f"from search.web import http_protocol\n{limit}\n{begin}\n"
    program += "from search.cli.main import main\nmain()"
    words = ("serve", "--port", "0", "--index", str(index))
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", program, *words],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            first = process.stderr.readline() if process.stderr else ""
            match = re.match(r"http://127\.0\.0\.1:(\d+)/", first)
            if not match:
                raise ValueError(f"the server does not start: {first}")
            yield process, int(match[1])
        finally:
            process.kill()


def _search(port: int) -> str | None:
    """Search once as an honest client; return a fault."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_HONEST_SECONDS)
    try:
        connection.request("GET", "/api/search?q=SCM")
        answer = connection.getresponse()
        answer.read()
    except OSError as fault:
        return f"an honest client: {fault}"
    finally:
        connection.close()
    return None if answer.status == 200 else f"an honest client: {answer.status}"


@contextmanager
def sent_but_not_read(port: int) -> Iterator[None]:
    """Hold a connection with many requests whose answers are not read."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", port))
        connection.settimeout(0.2)
        request = b"GET /static/page.js HTTP/1.1\r\nHost: localhost\r\n\r\n"
        with suppress(OSError):
            connection.sendall(request * _REQUESTS)
        yield


def _sockets(process: int) -> int:
    """Return how many sockets a process has open."""
    count = 0
    for path in Path(f"/proc/{process}/fd").iterdir():
        with suppress(OSError):  # It was closed meanwhile.
            count += str(path.readlink()).startswith("socket:")
    return count
