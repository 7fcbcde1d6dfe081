"""Measure the HTTP server under load, while rebuilds switch the index under it.

python tests/tools/load.py --shared DIR --index DIR [--seconds 60] [--connections 32]

Indexes the 100,000 lines of DIR/data/law100k.jsonl.gz, serves
it, and sends every query of DIR/data/law100k_queries.tsv once, to a cold cache. Then
wrk repeats them over all connections, while rebuilds run one after another.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "search"]

# The summary of wrk itself has no 95th percentile.
SCRIPT = """
local paths = {}
for path in io.lines("%s") do paths[#paths + 1] = path end
local sent = 0
request = function()
  sent = sent + 1
  return wrk.format("GET", paths[sent %% #paths + 1])
end
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '{"requests": %%d, "p50": %%.2f, "p95": %%.2f, "p99": %%.2f, "max": %%.2f, "errors": %%d}\\n',
    summary.requests, latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    latency:percentile(99) / 1000, latency.max / 1000,
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


def get(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse()
    response = answer.status, answer.read()
    connection.close()
    return response


def generation(port: int) -> str:
    return str(json.loads(get(port, "/healthz")[1])["generation"])


def made(folder: Path, shared: Path, temporary: Path) -> None:
    """Make the index; it is left as it is if nothing has changed."""
    corpus = temporary / "law.jsonl"
    with (
        gzip.open(shared / "data" / "law100k.jsonl.gz") as packed,
        corpus.open("wb") as file,
    ):
        shutil.copyfileobj(packed, file)
    words = ["rebuild", "--corpus", str(corpus), "--index", str(folder)]
    subprocess.run([*COMMAND, *words], cwd=ROOT, check=True)


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """Serve the index; give the port."""
    words = ["serve", "--port", "0", "--index", str(folder)]
    with subprocess.Popen(
        [*COMMAND, *words], cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        match = re.search(r":(\d+)/", process.stderr.readline())
        assert match
        port = int(match[1])
        while not json.loads(get(port, "/healthz")[1])["prepared"]:
            time.sleep(0.1)
        try:
            yield port
        finally:
            process.terminate()


def first_answers(port: int, paths: list[str]) -> str:
    taken = []
    for path in paths:
        begun = time.perf_counter()
        status, _ = get(port, path)
        taken.append(time.perf_counter() - begun)
        assert status == 200
    taken.sort()
    p50, p95 = (taken[len(taken) * share // 100] * 1000 for share in (50, 95))
    return f"first requests, one by one: p50 {p50:.1f} ms, p95 {p95:.1f} ms"


def under_load(
    port: int, paths: list[str], options: argparse.Namespace, temporary: Path
) -> str:
    """Return what wrk measured, and how often the generation was switched meanwhile."""
    (temporary / "paths").write_text("\n".join(paths), encoding="ascii")
    script = temporary / "asking.lua"
    script.write_text(SCRIPT % (temporary / "paths"), encoding="ascii")
    ended = threading.Event()

    def rebuilding() -> None:
        while not ended.is_set():
            words = ["rebuild", "--force", "--index", str(options.index)]
            subprocess.run(
                [*COMMAND, *words], cwd=ROOT, check=True, capture_output=True
            )

    before = generation(port)
    rebuilder = threading.Thread(target=rebuilding)
    rebuilder.start()
    measured = subprocess.run(
        [
            *("wrk", "-t1", f"-c{options.connections}", f"-d{options.seconds}s"),
            # By default a response after 2 s counts as an error.
            *("--timeout", "180s"),
            *("-s", str(script), f"http://127.0.0.1:{port}"),
        ],
        capture_output=True,
        check=True,
        text=True,
    )
    after = generation(port)
    ended.set()
    rebuilder.join()
    return f"under load: {measured.stdout.splitlines()[-1]} from {before} to {after}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--connections", type=int, default=32)
    options = parser.parse_args()
    queries = options.shared / "data" / "law100k_queries.tsv"
    lines = queries.read_text(encoding="utf-8").splitlines()
    paths = [f"/api/search?q={quote(line.split(chr(9))[1])}" for line in lines]
    with tempfile.TemporaryDirectory() as name:
        temporary = Path(name)
        made(options.index, options.shared, temporary)
        with serving(options.index) as port:
            print(first_answers(port, paths), flush=True)
            print(under_load(port, paths, options, temporary), flush=True)


if __name__ == "__main__":
    main()
