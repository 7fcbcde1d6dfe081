"""Measure both engines on the statute lines, repeated under new ids.

    python tests/tools/opensearch_benchmark.py --shared DIR [--times 1 10] [--engines opensearch]

For each engine it prints the time of a rebuild and the memory of its largest process,
the times of searches (ten hits, facets and total) at the first and at the second try and
of rankings as for TREC, one after the other, and the searches a second of two processes.
The lines are `data/law100k.jsonl.gz` of the folder, the queries
`data/law100k_queries.tsv`. The output is written to `tests/records/`, below the machine and the
command.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from benchmark import circumstances

from indexer.location import Location
from indexer.opensearch.address import server_of
from search.index import open_index

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RAW = HERE.parent / "records" / "opensearch_benchmark.jsonl"
PROCESSES = 2


def options_of(location: Location) -> list[str]:
    """Return the options that lead a command to *location*."""
    if isinstance(location, Path):
        return ["--index", str(location)]
    return ["--engine", "opensearch", "--url", str(location)]


def corpus(shared: Path, folder: Path, times: int) -> Path:
    """Write the lines *times* over, each time under new ids."""
    path = folder / "law.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for repeat in range(times):
            with gzip.open(
                shared / "data" / "law100k.jsonl.gz", "rt", encoding="utf-8"
            ) as lines:
                for line in lines:
                    record = json.loads(line)
                    record["id"] = f"{record['id']}.{repeat}"
                    out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return path


def rebuilt(location: Location, path: Path) -> dict[str, float]:
    """Rebuild by the command; return seconds, and the memory of its largest process."""
    command = [sys.executable, "-m", "search", "rebuild", "--corpus", str(path)]
    start = time.perf_counter()
    running = subprocess.Popen([*command, *options_of(location)], cwd=ROOT)
    _, status, usage = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise SystemExit(f"{command} ended with {running.returncode}")
    seconds = round(time.perf_counter() - start, 1)
    return {"seconds": seconds, "megabytes": usage.ru_maxrss // 1024}


def timed(location: Location, queries: list[str]) -> dict[str, float]:
    """Return the 50th and 95th percentile of answers, in milliseconds.

    Each query is sent twice: first when only the operating system has its data cached,
    then again.
    """
    figures: dict[str, float] = {}
    with open_index(location) as index:
        index.search("제1항")
        for name, answer in (
            ("first_search", index.search),
            ("search", index.search),
            ("rank", index.rank),
        ):
            taken = sorted(_seconds(answer, query) for query in queries)
            for share in (50, 95):
                value = taken[len(taken) * share // 100]
                figures[f"{name}_p{share}_ms"] = round(value * 1000, 2)
    return figures


def _seconds(answer: Callable[..., Any], query: str) -> float:
    start = time.perf_counter()
    answer(query, limit=10)
    return time.perf_counter() - start


def _ask_all(location: Location, queries: list[str], ready: Barrier) -> None:
    with open_index(location) as index:
        for query in queries:
            index.search(query, limit=10)
        ready.wait()
        for query in queries:
            index.search(query, limit=10)
        ready.wait()


def queries_a_second(location: Location, queries: list[str]) -> float:
    """Return how many warm searches a second several processes get."""
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(PROCESSES + 1)
    running = [
        context.Process(target=_ask_all, args=(location, queries[n::PROCESSES], ready))
        for n in range(PROCESSES)
    ]
    for process in running:
        process.start()
    ready.wait()
    start = time.perf_counter()
    ready.wait()
    seconds = time.perf_counter() - start
    for process in running:
        process.join()
    return round(len(queries) / seconds, 1)


@contextmanager
def location_for(engine: str, folder: Path, heap: str) -> Iterator[Location]:
    """Give an empty location for an index of an engine."""
    if engine == "whoosh":
        yield folder / "index"
        return
    with import_module("opensearch_nodes").nodes(1, heap) as started:
        yield server_of(f"{started.url}/measured")


def measured(
    engine: str, shared: Path, times: int, queries: list[str], heap: str
) -> dict[str, Any]:
    """Measure an engine on the lines *times* over."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        path = corpus(shared, folder, times)
        with location_for(engine, folder, heap) as location:
            record: dict[str, Any] = {"engine": engine, "times": times}
            record["rebuild"] = rebuilt(location, path)
            record |= timed(location, queries)
            record["queries_a_second"] = queries_a_second(location, queries)
            return record


def main() -> None:
    """Measure, print a JSON object for each engine and size, and keep them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 10])
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--heap", default="1g", help="memory of the server's node")
    parser.add_argument("--engines", nargs="+", default=["opensearch", "whoosh"])
    parser.add_argument("--output", type=Path, default=RAW)
    options = parser.parse_args()
    lines = (options.shared / "data" / "law100k_queries.tsv").read_text(
        encoding="utf-8"
    )
    queries = [line.split("\t")[1] for line in lines.splitlines()][: options.queries]
    sizes = " ".join(map(str, options.times))
    command = (
        f"tests/tools/opensearch_benchmark.py --times {sizes} --heap {options.heap}"
    )
    with options.output.open("w", encoding="utf-8") as raw:
        raw.write(json.dumps(circumstances(command)) + "\n")
        for times in options.times:
            for engine in options.engines:
                record = measured(engine, options.shared, times, queries, options.heap)
                print(json.dumps(record), flush=True)
                raw.write(json.dumps(record) + "\n")
                raw.flush()


if __name__ == "__main__":
    main()
