"""Real OpenSearch nodes on loopback, for the tests and for measuring.

    python tests/tools/opensearch_nodes.py --fetch     fetch the server's jars by Maven
    python tests/tools/opensearch_nodes.py [NUMBER]    start nodes, and keep them until ended

Each is a process of its own, so that one can be killed. They end with who started them.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from opensearch_security import Security

HERE = Path(__file__).resolve().parent
_FETCH = "`python tests/tools/opensearch_nodes.py --fetch` fetches them"
_STARTING = 120.0
"""Seconds that a cluster may take to start."""


class UnavailableError(Exception):
    """Why no server can be started on this machine."""


class NotStartedError(Exception):
    """A server that could be started did not come to answer."""


class Nodes:
    """The nodes of one cluster."""

    def __init__(
        self,
        urls: Sequence[str],
        processes: Sequence[subprocess.Popen[bytes]],
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.urls = list(urls)
        self.processes = list(processes)
        self._context = context

    @property
    def url(self) -> str:
        """All nodes, as --url takes them."""
        return ",".join(self.urls)

    def kill(self, number: int) -> None:
        """Kill a node as a power cut would."""
        self.processes[number].kill()
        self.processes[number].wait()

    def wait_for(self, status: str, count: int) -> None:
        """Wait until a cluster of *count* nodes has at least the health *status*.

        Raises:
            NotStartedError: It takes too long, or all nodes have ended.
        """
        path = f"/_cluster/health?wait_for_status={status}&wait_for_nodes={count}"
        until = time.monotonic() + _STARTING
        while time.monotonic() < until:
            for url, process in zip(self.urls, self.processes, strict=True):
                if process.poll() is None and self._answers(f"{url}{path}&timeout=5s"):
                    return
            if all(process.poll() is not None for process in self.processes):
                break
            time.sleep(0.3)
        raise NotStartedError(f"no cluster of {count} nodes came to be {status}")

    def put(self, path: str, record: dict[str, Any]) -> None:
        """Have the cluster keep a record, as soon as it can.

        Raises:
            NotStartedError: It does not take it.
        """
        request = urllib.request.Request(  # noqa: S310
            self.urls[0] + path,
            json.dumps(record).encode(),
            {"Content-Type": "application/json"},
            method="PUT",
        )
        until = time.monotonic() + _STARTING
        while not self._answers(request):
            if time.monotonic() > until:
                raise NotStartedError(f"{path} was refused")
            time.sleep(0.3)

    def _answers(self, request: str | urllib.request.Request) -> bool:
        try:
            with urllib.request.urlopen(  # noqa: S310
                request, timeout=10, context=self._context
            ) as answer:
                return bool(answer.status < 300)
        except OSError:
            return False


class Jars(NamedTuple):
    """The files that Maven fetches: the server's class path and its security plugin."""

    server: str
    security: Path


def jars(*, fetch: bool = False) -> Jars:
    """Return where the server's jars are.

    Raises:
        UnavailableError: They are not on this machine, and are not to be fetched.
    """
    for tool in ("java", "mvn"):
        if not shutil.which(tool):
            raise UnavailableError(f"{tool} is not on this machine")
    with tempfile.TemporaryDirectory() as folder:
        classpath = Path(folder) / "classpath"
        command = ["mvn", "-q", "-B", "-f", str(HERE / "opensearch-pom.xml")]
        command += ["dependency:build-classpath", f"-Dmdep.outputFile={classpath}"]
        done = subprocess.run(
            command if fetch else [*command, "-o"],
            stdout=sys.stderr if fetch else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode or not classpath.exists():
            raise UnavailableError(
                f"the server's jars are not on this machine; {_FETCH}"
            )
        paths = classpath.read_text(encoding="utf-8").strip().split(os.pathsep)
    (plugin,) = (path for path in paths if path.endswith(".zip"))
    paths.remove(plugin)
    return Jars(os.pathsep.join(paths), Path(plugin))


@contextmanager
def nodes(
    count: int = 1, heap: str = "1g", security: Security | None = None
) -> Iterator[Nodes]:
    """Start a cluster, and end it with the block; with *security* it requires passwords.

    Raises:
        UnavailableError: It cannot be started here.
        NotStartedError: It could be, and does not start.
    """
    java = ["java", f"-Xms{heap}", f"-Xmx{heap}", "-cp"]
    path, scheme, settings, context = jars().server, "http://127.0.0.1", [], None
    if security:
        java[1:1] = security.java
        path = os.pathsep.join((path, security.jars))
        scheme = f"https://{security.host}"
        settings, context = security.settings, security.context
    java += [path, str(HERE / "OpenSearchNode.java")]
    ports = _free_ports(2 * count)
    names = [f"node{number}" for number in range(count)]
    seeds = ",".join(f"127.0.0.1:{port}" for port in ports[count:])
    with tempfile.TemporaryDirectory(prefix="opensearch-") as folder:
        folders = [Path(folder) / name for name in names]
        with ExitStack() as ending:
            processes = []
            for number, data in enumerate(folders):
                arguments = [data.name, str(ports[number]), str(ports[count + number])]
                shared = [str(data), ",".join(names), seeds, *settings]
                started = _started([*java, *arguments, *shared], data)
                processes.append(ending.enter_context(started))
            urls = [f"{scheme}:{port}" for port in ports[:count]]
            cluster = Nodes(urls, processes, context)
            try:
                cluster.wait_for("green", count)
            except NotStartedError as fault:
                raise NotStartedError(f"{fault}: {_last_lines(folders)}") from None
            yield cluster


@contextmanager
def _started(command: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a node in a new folder, and kill it at the end of the block."""
    folder.mkdir()
    with (folder / "out.log").open("wb") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=folder
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdin:
            process.stdin.close()


def _last_lines(folders: Sequence[Path]) -> str:
    logs = ((folder / "out.log").read_text(errors="replace") for folder in folders)
    return "\n".join(log[-2000:] for log in logs)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()


def main() -> None:
    """Fetch, or start and wait."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("number", nargs="?", type=int, default=1)
    parser.add_argument("--fetch", action="store_true", help="fetch the jars and end")
    parser.add_argument("--heap", default="1g", help="memory of each node")
    options = parser.parse_args()
    try:
        if options.fetch:
            jars(fetch=True)
            return
        with nodes(options.number, options.heap) as started:
            print(started.url, flush=True)
            sys.stdin.read()
    except UnavailableError as fault:
        raise SystemExit(str(fault)) from None


if __name__ == "__main__":
    main()
