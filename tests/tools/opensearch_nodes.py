"""Real OpenSearch nodes on loopback, for the tests and for measuring.

    python tests/tools/opensearch_nodes.py --fetch     fetch the servers' jars by Maven
    python tests/tools/opensearch_nodes.py [NUMBER] [--server 2.19|3.8]
                                                       start nodes, and keep them until ended

Each is a process of its own, so that one can be killed. They end with their parent.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from opensearch_security import Security

HERE = Path(__file__).resolve().parent
_FETCH = "`python tests/tools/opensearch_nodes.py --fetch` fetches them"
_PORTS = range(20_000, 32_000)
"""Ports below those that Linux gives to outgoing connections."""
_STARTING = 300.0
"""Seconds that a cluster may take to start."""

VERSIONS = {"2.19": 17, "3.8": 21}
"""The oldest Java that runs each version; the newest one is 3.8 on Maven Central, where
nothing starts a later server."""
DEFAULT = "2.19"
QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Options of Java that halve the processor time of a start; they slow a long run down."""
_MACHINES = Path("/usr/lib/jvm")
"""The folder of the Java installations of a Linux."""


class UnavailableError(Exception):
    """Why no server can be started on this machine."""


class NotStartedError(Exception):
    """A server that could be started did not come to answer."""


class Node:
    """A process with a folder for its data; it is killed and started again at will."""

    def __init__(self, url: str, command: Sequence[str], folder: Path) -> None:
        self.url = url
        self.folder = folder
        self._command = command
        folder.mkdir()
        self.process = self._started()

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self.process.poll() is None

    def kill(self) -> None:
        """Kill the process as a power cut would."""
        self.process.kill()
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()

    def restart(self) -> None:
        """Start the killed process again, with its data."""
        self.process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        with (self.folder / "out.log").open("ab") as log:
            return subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )


class Nodes:
    """The nodes of one cluster."""

    def __init__(
        self, nodes: Sequence[Node], context: ssl.SSLContext | None = None
    ) -> None:
        self._nodes = list(nodes)
        self._context = context

    @property
    def urls(self) -> list[str]:
        """The addresses of all nodes."""
        return [node.url for node in self._nodes]

    @property
    def url(self) -> str:
        """All nodes, as --url takes them."""
        return ",".join(self.urls)

    def kill(self, number: int) -> None:
        """Kill a node as a power cut would."""
        self._nodes[number].kill()

    def restart(self, number: int) -> None:
        """Start a killed node again, with its data."""
        self._nodes[number].restart()

    def wait_for(self, status: str, count: int) -> None:
        """Wait until a cluster of *count* nodes has at least the health *status*.

        Raises:
            NotStartedError: It takes too long, or all nodes have ended.
        """
        path = f"/_cluster/health?wait_for_status={status}&wait_for_nodes={count}"
        until = time.monotonic() + _STARTING
        while time.monotonic() < until:
            running = [node for node in self._nodes if node.is_alive]
            if any(self._answers(f"{node.url}{path}&timeout=5s") for node in running):
                return
            if not running:
                break
            time.sleep(0.3)
        logs = (
            (node.folder / "out.log").read_text(errors="replace")
            for node in self._nodes
        )
        ends = "\n".join(log[-2000:] for log in logs)
        raise NotStartedError(
            f"no cluster of {count} nodes came to be {status}: {ends}"
        )

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
    security: Path | None


def jars(version: str = DEFAULT, *, fetch: bool = False) -> Jars:
    """Return the paths of the jars of a version of the server.

    Raises:
        UnavailableError: They are not on this machine, and are not to be fetched.
    """
    if not shutil.which("mvn"):
        raise UnavailableError("mvn is not on this machine")
    with tempfile.TemporaryDirectory() as folder:
        classpath = Path(folder) / "classpath"
        command = ["mvn", "-q", "-B", "-f", str(HERE / "opensearch-pom.xml")]
        command += ["-P", version, "dependency:build-classpath"]
        command += [f"-Dmdep.outputFile={classpath}"]
        done = subprocess.run(
            command if fetch else [*command, "-o"],
            stdout=sys.stderr if fetch else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode or not classpath.exists():
            raise UnavailableError(
                f"the jars of OpenSearch {version} are not on this machine; {_FETCH}"
            )
        paths = classpath.read_text(encoding="utf-8").strip().split(os.pathsep)
    plugins = [path for path in paths if path.endswith(".zip")]
    server = os.pathsep.join(path for path in paths if path not in plugins)
    return Jars(server, Path(plugins[0]) if plugins else None)


def java_for(version: str) -> str:
    """Return the oldest Java on this machine that runs a version of the server.

    Raises:
        UnavailableError: There is none.
    """
    least = VERSIONS[version]
    homes = [*_MACHINES.glob("*")] if _MACHINES.is_dir() else []
    if home := os.environ.get("JAVA_HOME"):
        homes.append(Path(home))
    if java := shutil.which("java"):
        homes.append(Path(java).resolve().parents[1])
    suited = [
        (number, home) for home in homes if (number := _java_number(home)) >= least
    ]
    if not suited:
        raise UnavailableError(f"Java {least} or newer is not on this machine")
    return str(min(suited)[1] / "bin" / "java")


def _java_number(home: Path) -> int:
    """Return the version of a Java installation, such as 17; 0 if it is none."""
    release = home / "release"
    if not (home / "bin" / "java").exists() or not release.exists():
        return 0
    text = release.read_text(encoding="utf-8")
    number = re.search(r'^JAVA_VERSION="(\d+)', text, re.MULTILINE)
    return int(number[1]) if number else 0


@contextmanager
def nodes(
    count: int = 1,
    heap: str = "1g",
    security: Security | None = None,
    version: str = DEFAULT,
    options: Sequence[str] = (),
) -> Iterator[Nodes]:
    """Start a cluster, and end it with the block; with *security* it requires passwords.

    Args:
        count: The number of nodes.
        heap: The memory of each for Java's objects.
        security: Certificates and settings of the security plugin.
        version: One of `VERSIONS`.
        options: More options of Java.

    Raises:
        UnavailableError: It cannot be started here.
        NotStartedError: It could be, and does not start.
    """
    java = [java_for(version), *options, f"-Xms{heap}", f"-Xmx{heap}", "-cp"]
    path, scheme, settings, context = jars(version).server, "http://127.0.0.1", [], None
    if security:
        java[1:1] = security.java
        path = os.pathsep.join((path, security.jars))
        scheme = f"https://{security.host}"
        settings, context = security.settings, security.context
    java += [path, str(HERE / "OpenSearchNode.java")]
    ports = _free_ports(2 * count)
    names = [f"node{number}" for number in range(count)]
    seeds = ",".join(f"127.0.0.1:{port}" for port in ports[count:])
    with (
        tempfile.TemporaryDirectory(prefix="opensearch-") as parent,
        ExitStack() as stack,
    ):
        started = []
        for number, name in enumerate(names):
            folder = Path(parent) / name
            arguments = [name, str(ports[number]), str(ports[count + number])]
            shared = [str(folder), ",".join(names), seeds, *settings]
            url = f"{scheme}:{ports[number]}"
            node = Node(url, [*java, *arguments, *shared], folder)
            stack.callback(node.kill)
            started.append(node)
        cluster = Nodes(started, context)
        cluster.wait_for("green", count)
        yield cluster


def _free_ports(count: int) -> list[int]:
    """Return ports that nothing listens on, and that no connection takes by itself.

    A port that the system gives out may be taken again before a node listens on it, and
    a connection to that of a killed node may then be one to itself.
    """
    ports: list[int] = []
    for port in random.sample(_PORTS, len(_PORTS)):
        with socket.socket() as tried, suppress(OSError):
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(("127.0.0.1", port))
            ports.append(port)
        if len(ports) == count:
            return ports
    raise UnavailableError("there are not enough free ports")


def main() -> None:
    """Fetch, or start and wait."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("number", nargs="?", type=int, default=1)
    parser.add_argument("--fetch", action="store_true", help="fetch the jars and end")
    parser.add_argument("--heap", default="1g", help="memory of each node")
    parser.add_argument(
        "--server", choices=VERSIONS, default=DEFAULT, help="its version"
    )
    options = parser.parse_args()
    try:
        if options.fetch:
            for version in VERSIONS:
                jars(version, fetch=True)
            return
        with nodes(options.number, options.heap, version=options.server) as started:
            print(started.url, flush=True)
            sys.stdin.read()
    except UnavailableError as fault:
        raise SystemExit(str(fault)) from None


if __name__ == "__main__":
    main()
