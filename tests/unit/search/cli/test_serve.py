"""`communique serve`: a real server, on a port of its own."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers import ROOT, needs_web

from indexer.build.rebuild import rebuild
from indexer.opensearch.address import server_of
from indexer.opensearch.rebuild import rebuild as rebuild_on_server
from search.cli.main import communique as command

posix = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")


class Server:
    """A running server, and its output."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stderr
        first = process.stderr.readline()
        match = re.match(r"http://127\.0\.0\.1:(\d+)/ answers from ", first)
        assert match, first
        self.port = int(match[1])

    def get(self, path: str) -> tuple[int, bytes]:
        """Return the status and the body of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Stop it; return its exit status and its further output."""
        self.process.send_signal(number)
        _, log = self.process.communicate(timeout=60)
        return self.process.returncode, log


@contextmanager
def serving(place: Path | str, *options: str, begin: str = "") -> Iterator[Server]:
    """Serve the index in a folder or at a URL, with a time limit for a busy machine.

    The process begins with the statements *begin*.
    """
    limit = "from search.web import service\nservice.SEARCH_SECONDS = 60"
    where = ["--engine", "opensearch", "--url", place]
    if isinstance(place, Path):
        where = ["--index", str(place)]
    words = ["serve", "--port", "0", *where, *options]
    program = f"{limit}\n{begin}\nfrom search.cli.main import main\nmain()"
    with subprocess.Popen(
        [sys.executable, "-c", program, *words],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            yield Server(process)
        finally:
            process.kill()


def test_a_missing_extra_names_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("search.cli.serve.find_spec", lambda _: None)
    done = CliRunner().invoke(command, ["serve"], standalone_mode=False)

    assert str(done.exception) == (
        "serving needs more packages; install them with"
        f" `pip install -e '{ROOT}[web]'`."
    )
    assert "\nweb =" in (ROOT / "setup.cfg").read_text(encoding="utf-8")


def test_a_missing_extra_has_status_2() -> None:
    """As without the extra: none of its packages can be imported."""
    script = (
        "import sys; sys.path.insert(0, '.')\n"
        "class Blocked:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'uvicorn': raise ModuleNotFoundError(name=name)\n"
        "sys.meta_path.insert(0, Blocked()); sys.modules['uvicorn'] = None\n"
        "import importlib.util; find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda n: None if n == 'uvicorn' else find(n)\n"
        "sys.argv[1:] = ['serve']\n"
        "from search.cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )

    assert done.returncode == 2
    assert done.stderr.startswith("Error: serving needs more packages;")
    assert done.stderr.count("\n") == 1


@needs_web
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])  # noqa: S104
def test_a_public_address_needs_public(host: str) -> None:
    done = CliRunner().invoke(command, ["serve", "--host", host])

    assert done.exit_code == 2
    assert "can be reached by other machines; add --public if it may be." in done.stderr


@needs_web
def test_a_port_in_use_is_an_error(statements_folder: Path) -> None:
    with serving(statements_folder) as server:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "search", "serve"),
                *("--port", str(server.port), "--index", str(statements_folder)),
            ],
            cwd=ROOT,
            capture_output=True,
            check=False,
            text=True,
        )
    assert done.returncode == 2
    assert f"127.0.0.1:{server.port}: cannot listen there" in done.stderr
    assert "Traceback" not in done.stderr


@needs_web
@posix
def test_sigterm_ends_it_with_status_0(statements_folder: Path) -> None:
    with serving(statements_folder) as server:
        status, body = server.get("/api/search?q=SCM")
        assert (status, json.loads(body)["query"]) == (200, "SCM")
        assert server.stop() == (0, "")


LATE = """
import time, uvicorn
def run(self, sockets, plain=uvicorn.Server.run):
    time.sleep(1)
    plain(self, sockets)
uvicorn.Server.run = run
"""


@needs_web
@posix
def test_sigterm_before_the_first_request_can_be_answered_ends_it(
    statements_folder: Path,
) -> None:
    with serving(statements_folder, begin=LATE) as server:
        assert server.stop() == (0, "")


@needs_web
@posix
def test_an_interrupt_ends_it_with_status_130(statements_folder: Path) -> None:
    with serving(statements_folder) as server:
        server.get("/")
        assert server.stop(signal.SIGINT) == (130, "\nInterrupted.\n")


@needs_web
@posix
@pytest.mark.parametrize(
    ("options", "logged"),
    [
        ([], ""),
        (["--access-log"], r"GET /api/search 200 [\d.]+ ms\nGET /none 404 [\d.]+ ms\n"),
        (["--log-queries"], r"GET /api/search\?q=비밀 200 [\d.]+ ms\nGET /none.*\n"),
    ],
)
def test_queries_are_logged_only_with_the_option(
    statements_folder: Path, options: list[str], logged: str
) -> None:
    with serving(statements_folder, *options) as server:
        server.get("/api/search?q=%EB%B9%84%EB%B0%80")
        server.get("/none")
        status, log = server.stop()

    assert status == 0
    assert re.fullmatch(logged, log)


HEAD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
PEOPLE = (
    b"GET /?q=x HTTP/1.1\r\nHost: localhost\r\nAccept-Language: ko\r\n"
    b"Accept: text/html\r\n"
)
"""The beginning of a request of a browser."""


def answer_of(port: int, request: bytes) -> bytes:
    """Return the response to *request*; the server closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.sendall(request)
        response = b""
        while part := client.recv(1 << 16):
            response += part
        return response


@needs_web
@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nothing of HTTP\r\n\r\n", 400),
        (HEAD + b"X: " + b"x" * 70_000, 431),
        (HEAD + b"X: " + b"x" * 70_000 + b"\r\n\r\n", 431),
        (HEAD + b"X: x\r\n" * 20_000 + b"\r\n", 431),
        (HEAD + b"Host: other\r\nConnection: close\r\n\r\n", 400),
        (b"GET /api/search?q=" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", 431),
    ],
)
def test_a_malformed_request_gets_a_problem(
    statements_folder: Path, request_bytes: bytes, status: int
) -> None:
    with serving(statements_folder) as server:
        response = answer_of(server.port, request_bytes)
        assert server.get("/healthz")[0] == 200
    head, _, body = response.partition(b"\r\n\r\n")

    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"content-type: application/problem+json" in head.lower()
    assert b"content-security-policy: default-src" in head.lower()
    assert json.loads(body)["status"] == status


@needs_web
@pytest.mark.parametrize(
    ("request_bytes", "status", "message"),
    [
        (b"GET /?q=" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", 431, "is too long"),
        (PEOPLE + b"Cookie: " + b"x" * 70_000 + b"\r\n\r\n", 431, "요청이 너무 깁니다"),
        (PEOPLE + b"no colon\r\n\r\n", 400, "서버가 받지 않는 요청입니다"),
    ],
)
def test_a_refused_request_of_a_browser_gets_a_page(
    statements_folder: Path, request_bytes: bytes, status: int, message: str
) -> None:
    with serving(statements_folder) as server:
        response = answer_of(server.port, request_bytes)
    head, _, body = response.partition(b"\r\n\r\n")

    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"content-type: text/html; charset=utf-8" in head.lower()
    assert message in body.decode()
    assert f"content-length: {len(body)}".encode() in head.lower()


@needs_web
@posix
@pytest.mark.parametrize(
    "request_bytes",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: loc",
        HEAD + b"\r\n\r\n",
        HEAD + b"\r\n" + HEAD,
        HEAD + b"Content-Length: 9\r\n\r\n.",
    ],
)
def test_an_idle_connection_is_closed(
    statements_folder: Path, request_bytes: bytes
) -> None:
    """Also if a client holds as many connections as a process may have open."""
    begin = "from search.web import http_protocol\nhttp_protocol.REQUEST_SECONDS = 1"
    with serving(statements_folder, begin=begin) as server:
        answer_of(server.port, request_bytes)
        assert server.get("/healthz")[0] == 200


def unread(port: int, path: str) -> socket.socket:
    """Return a connection that has sent a thousand requests, and reads no answer."""
    requests = (
        f"GET {path.format(number)} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        for number in range(1_000)
    )
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", port))
    connection.settimeout(0.2)
    with suppress(OSError):
        connection.sendall("".join(requests).encode())
    return connection


@needs_web
@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_client_that_does_not_read_is_disconnected(statements_folder: Path) -> None:
    begin = "from search.web import http_protocol\nhttp_protocol.REQUEST_SECONDS = 1"
    with serving(statements_folder, begin=begin) as server:
        assert server.get("/healthz")[0] == 200
        descriptors = Path(f"/proc/{server.process.pid}/fd")
        before = len(list(descriptors.iterdir()))
        clients = [unread(server.port, "/static/page.js") for _ in range(30)]
        until = time.monotonic() + 60
        while len(list(descriptors.iterdir())) > before + 10:
            assert time.monotonic() < until
            time.sleep(0.1)
        for client in clients:
            client.close()
        assert server.stop() == (0, "")


@needs_web
@posix
def test_clients_that_leave_and_a_stop_write_no_traceback(
    statements_folder: Path,
) -> None:
    with serving(statements_folder) as server:
        assert server.get("/healthz")[0] == 200
        path = "/api/search?q=%EB%8F%99%EB%A7%B9+{}"
        clients = [unread(server.port, path) for _ in range(12)]
        for client in clients[::2]:
            client.close()
        status, log = server.stop()
        for client in clients:
            client.close()

    assert (status, "Traceback" in log) == (0, False)


@needs_web
@posix
@pytest.mark.parametrize(
    "engine",
    ["whoosh", pytest.param("opensearch", marks=pytest.mark.opensearch)],
)
def test_a_rebuild_is_followed_without_a_failed_request(
    request: pytest.FixtureRequest, tmp_path: Path, engine: str
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    place: Path | str = tmp_path / "index"
    build: Callable[[Sequence[Path]], object] = partial(rebuild, tmp_path / "index")
    if engine == "opensearch":
        place = f"{request.getfixturevalue('opensearch')}/served"
        build = partial(rebuild_on_server, server_of(place))

    def rebuilt(number: int) -> None:
        for name in range(number):
            text = f"1. 양 장관은 동맹 {number}을 재확인하였다.\n"
            (corpus / f"{name}.txt").write_text(text, encoding="utf-8")
        build([corpus])

    rebuilt(1)
    answers: list[tuple[int, bytes]] = []
    done = threading.Event()

    def ask(server: Server) -> None:
        while not done.is_set():
            answers.extend(
                server.get(path)
                for path in (
                    "/api/search?q=%EB%8F%99%EB%A7%B9",
                    "/?q=x",
                    "/api/documents",
                )
            )

    with serving(place) as server:
        threads = [threading.Thread(target=ask, args=[server]) for _ in range(3)]
        for thread in threads:
            thread.start()
        for number in (2, 3, 4):
            rebuilt(number)
            deadline = time.monotonic() + 60
            while json.loads(server.get("/healthz")[1])["documents"] != number:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        done.set()
        for thread in threads:
            thread.join()
        answer = json.loads(server.get("/api/search?q=%EB%8F%99%EB%A7%B9")[1])
        assert server.stop() == (0, "")

    assert answer["total"] == 4
    assert len(answers) > 30
    assert {status for status, _ in answers} == {200}
