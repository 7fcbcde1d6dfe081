"""Honest clients of a server beside abusive ones: all are answered, and soon."""

from __future__ import annotations

import http.client
import random
import signal
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Thread
from urllib.parse import quote

from campaign_server import sent_but_not_read, served
from campaign_support import QUERIES, Row, Scale, Subject, timed

P95_SECONDS = 0.1
"""The time that 95 of 100 answers to honest requests may take."""
_HONEST = 4
_PAUSE = 0.05
"""Seconds that a client waits before its next request."""
_TIMEOUT = 30.0
_LONG = 249
"""Words of a long query, each of three syllables: nearly 1,000 characters."""
_BROKEN = (
    b"GET /api/search?q=%ff HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /?q=SCM HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"POST /api/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nab",
    b"\0\x16\x03\x01" * 40,
    b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000,
)

Client = Callable[[int, random.Random, Event], None]


def load(_: Path, subject: Subject, scale: Scale, seed: int) -> Iterator[Row]:
    """Yield the row."""
    yield mixed_load(subject, seed, 3_600 if scale.kills > 100 else scale.seconds)


def mixed_load(subject: Subject, seed: int, seconds: float, fault: str = "") -> Row:
    """Send requests of every kind for some time. The server begins with *fault*."""
    row = Row("load", "honest clients beside abusive ones", seed)
    if not find_spec("uvicorn"):
        row.skipped = "the extra web is not installed"
        return row
    times: list[float] = []
    faults: Counter[str] = Counter()

    def honest(port: int, drawn: random.Random, is_over: Event) -> None:
        while not is_over.wait(_PAUSE):
            path = drawn.choice(("/api/search", "/"))
            begin = time.monotonic()
            if message := _fault_of(port, f"{path}?q={quote(drawn.choice(QUERIES))}"):
                faults[message] += 1
            else:
                times.append(time.monotonic() - begin)

    clients = (*(honest,) * _HONEST, _asks_long, _leaves, _breaks, _never_reads)
    with timed(row), served(subject.index, fault) as (process, port):
        with _running(clients, port, seed):
            time.sleep(seconds)
        row.judge("answered after", _fault_of(port, "/api/search?q=SCM"))
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=60)
        row.judge("stopped", log or None)
        row.judge("status 0", f"{process.returncode}" if process.returncode else None)
    row.tried += len(times)
    row.outcomes["honest requests"] = len(times)
    p95 = sorted(times)[len(times) * 95 // 100] if times else _TIMEOUT
    outcome = f"95 of 100 in {1e3 * p95:.0f} ms"
    # Before the refused requests: the row shows its first failures only.
    row.judge(outcome, outcome if p95 > P95_SECONDS else None)
    for message in faults.elements():
        row.judge("", message)
    return row


@contextmanager
def _running(clients: tuple[Client, ...], port: int, seed: int) -> Iterator[None]:
    is_over = Event()
    threads = [
        Thread(target=client, args=(port, random.Random(f"{seed} {number}"), is_over))  # noqa: S311
        for number, client in enumerate(clients)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def _fault_of(port: int, path: str) -> str | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as fault:
        return f"{path}: {fault!r}"
    finally:
        connection.close()
    return None if answer.status == 200 else f"{path}: {answer.status}"


def _asks_long(port: int, drawn: random.Random, is_over: Event) -> None:
    """Send one long query after the other."""
    while not is_over.wait(_PAUSE):
        words = (
            "".join(chr(drawn.randrange(0xAC00, 0xD7A4)) for _ in range(3))
            for _ in range(_LONG)
        )
        _fault_of(port, f"/api/search?q={quote(' '.join(words))}")


def _leaves(port: int, drawn: random.Random, is_over: Event) -> None:
    """Send queries and reset the connection before they are answered."""
    while not is_over.wait(_PAUSE):
        with socket.socket() as connection, suppress(OSError):
            connection.connect(("127.0.0.1", port))
            at_once = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
            query = quote(drawn.choice(QUERIES))
            request = f"GET /?q={query} HTTP/1.1\r\nHost: localhost\r\n\r\n"
            connection.sendall(request.encode())


def _breaks(port: int, drawn: random.Random, is_over: Event) -> None:
    """Send bytes that are no request, or a broken one."""
    while not is_over.wait(_PAUSE):
        with socket.socket() as connection, suppress(OSError):
            connection.settimeout(_PAUSE)
            connection.connect(("127.0.0.1", port))
            connection.sendall(drawn.choice(_BROKEN))
            connection.recv(1 << 16)


def _never_reads(port: int, _: random.Random, is_over: Event) -> None:
    """Send many requests on a connection, read none of the answers, and begin again."""
    while not is_over.wait(_PAUSE):
        with suppress(OSError), sent_but_not_read(port):
            is_over.wait(1)
