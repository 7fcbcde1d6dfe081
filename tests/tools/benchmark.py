"""Measure `communique` beside the engines that people would pick instead.

    python tests/tools/benchmark.py --shared ../shared [--rounds 5] [--only one-shot,warm]
        [--lines 100000] [--output FILE]

SHARED holds `peers/` (nori, which is Lucene 8 with its Korean analyser, Lucene 10 with the
same, and SQLite's FTS5) and `data/` (100,000 statute lines, 1,000 queries). Where a peer
does not run, its column stays empty and the reason is printed. In each round every system
runs once, in turn.

one-shot   `communique search 전작권 전환` as a process, on the communiqué; beside nori on
           the same sentences, and a Python that only imports click
lacking    the same for words that the communiqué does not have in that form; the 95th
           percentile of the queries counts, and how many of them load Kiwi
warm       the latency of a query in one process, on the statute lines, last of 3 passes;
           beside nori, Lucene 10 and FTS5
batch      the 1,000 queries in a process that answers each of them once; beside both
           Lucenes
rebuild    from nothing, and what lies on disk then; beside nori's indexing as nori times
           it (without the start of Java), and as a whole process
changed    a rebuild after every 100th line was replaced, by other words in each round;
           beside nori's indexing of all lines. Answers to 100 of the queries and to words
           of 100 replaced lines are compared with those after a rebuild from nothing
edits      eleven rebuilds, before each of which one more line in a hundred was replaced;
           beside the rebuild from nothing before them (change 0), and the first of them;
           on the statute lines and on ten times as many
unchanged  a rebuild when nothing changed; beside the process of `one-shot`
opening    a search as a process on the statute lines and on ten times as many; beside a
           Python that only imports click, and Lucene 10 on ten times as many
million    rebuild of ten times the lines, then the latency of a query, and of one with
           totals and facets; beside Lucene 10 on two threads
growth     rebuild (seconds per 100,000 lines), a search as a process, and the latency of
           warm queries, on 10,000 to 1,000,000 lines (`growth_picture.py` draws them);
           beyond 100,000 the same lines again, under new ids

A ratio is the median of the rounds' ratios, and its spread their least and greatest; of
several queries, each has its median first. The raw samples are written as JSON Lines
beside this file, those of `--only` to a file of their own. A megabyte is 10⁶ bytes. This
process stays small, because Linux counts a parent's peak as its children's.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from itertools import chain, islice, pairwise
from operator import sub
from pathlib import Path
from statistics import fmean

from benchmark_setup import (
    LUCENE,
    NORI,
    PASSES,
    ROOT,
    Bench,
    CommandError,
    Done,
    changed,
    communique,
    edited,
    law_lines,
    python,
    run,
    say,
    write,
)
from benchmark_table import OURS, Row, Sample, percentile, table

HERE = Path(__file__).resolve()
RECORDS = HERE.parents[1] / "records"

NORI_PROCESS, FTS5 = "nori's process", "fts5"
IMPORTS, ONE_SHOT = "imports", "one-shot"
CLICK, TENFOLD = "import click", "ten times"
QUERY = "전작권 전환"
OPENING = "국방부장관의 허가"
LACKING = """
유엔사로부터는 전작권이라도 한미동맹에서조차 비핵화까지도 공동성명에서만 국방장관들마저
한반도에서부터 군사합의라도 미사일이나마 연합사에게도 정전협정으로서도 확장억제만큼은
사이버에서조차 방위비라면 연합훈련밖에 주한미군에게까지 판문점에서부터 합참의장께서는
안보협의회의에서나 우주에서만 논의했으며 평가한다면
전작권전환시기 전환여건 국방장관회담장 비핵화협상 동맹현안 미사일시설 정전협정위반
군사당국회담 한미국방협력 연합사체제 주한미군시설 억제전략위원회 공동연구결과
평화정착방안 안보환경평가 유엔사역할 국방연구기술 사이버협력체 군사위원회회담 방위비협상
""".split()  # noqa: SIM905 (a list literal would be forty lines)
LINES = 100_000
GROWTH = {
    f"{size:,}": size / LINES for size in (10_000, 30_000, 100_000, 300_000, 10**6)
}
LEAST = next(iter(GROWTH))
EDITED = {"×1": 1, "×10": 10}
"""The corpora of `edits`, and how often each has the lines."""
EDITS = 11
"""The last of them is more than a full build allows for (`indexer.build.changes`)."""


def answers(
    index: Path, queries: Path, method: str = "rank"
) -> list[tuple[float, str]]:
    """Return each query's latency in ms, and its ids and scores, from one process."""
    printed = python(HERE, "--warm-worker", index, queries, method).output.splitlines()
    parts = (line.partition("\t") for line in printed)
    return [(float(latency), hits) for latency, _, hits in parts]


def warm_worker(index: Path, queries: Path, method: Path) -> None:
    """Print each query's latency, and its ids and scores, in the last of the passes.

    *method* is `rank`, or `search`, which counts all hits and their facets.
    """
    sys.path.insert(0, str(ROOT))
    from search.index import open_index

    with queries.open(encoding="utf-8") as lines:
        texts = [line.rstrip("\n").split("\t", 1)[1] for line in lines]
    with open_index(index) as opened:
        for _ in range(PASSES):
            answers = []
            for text in texts:
                start = time.perf_counter()
                if method.name == "rank":
                    hits = opened.rank(text, limit=10)
                else:
                    result = opened.search(text, limit=10)
                latency = 1e3 * (time.perf_counter() - start)
                if method.name != "rank":
                    hits = [(hit.sentence.id, hit.score) for hit in result.hits]
                answers.append((latency, hits))
    for latency, hits in answers:
        print(latency, json.dumps(hits), sep="\t")


def process(row: str, system: str, done: Done | None) -> Iterator[Sample]:
    if done:
        yield Sample(row, system, done.seconds, "s")
        yield Sample(f"{row} memory", system, done.megabytes, "MB")


def latencies(
    row: str, system: str, index: Path, queries: Path, method: str = "rank"
) -> Iterator[Sample]:
    values = [latency for latency, _ in answers(index, queries, method)]
    for percent in (50, 95):
        yield Sample(f"{row} p{percent}", system, percentile(values, percent), "ms")


def printed(row: str, system: str, done: Done | None) -> Iterator[Sample]:
    for name, value in re.findall(
        r"(p50|p95) ([\d.]+) ms", done.output if done else ""
    ):
        yield Sample(f"{row} {name}", system, float(value), "ms")


def disk(row: str, system: str, folder: Path) -> Sample:
    total = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Sample(row, system, total / 1e6, "MB")


def search(row: str, bench: Bench, _: int, query: str) -> Iterator[Sample]:
    words = ["search", *query.split(), "--index", str(bench.communique)]
    yield from process(row, OURS, communique(*words))
    yield from process(row, NORI, bench.nori("search", bench.communique_nori, query))
    imports = python("-c", "import click, whoosh.index, whoosh.query")
    yield from process(row, IMPORTS, imports)
    yield from process(row, CLICK, python("-c", "import click"))
    if row == "lacking":
        log = python("-X", "importtime", "-m", "search", *words).errors
        loaded = 100.0 if re.search(r"(?m)\| +kiwipiepy$", log) else 0.0
        yield Sample("lacking loads Kiwi", OURS, loaded, "%")


def warm(bench: Bench, _: int, __: str) -> Iterator[Sample]:
    yield from latencies("warm", OURS, bench.law_index, bench.queries)
    batch = ("batch", bench.law_nori, bench.queries, bench.folder / "run")
    yield from printed("warm", NORI, bench.nori(*batch))
    batch = ("batch", bench.law_lucene, bench.queries, bench.folder / "run")
    yield from printed("warm", LUCENE, bench.lucene(*batch))
    fts5 = (bench.peers / "fts5.py", bench.law.with_suffix(".tsv"), bench.queries)
    yield from printed("warm", FTS5, bench.peer(FTS5, sys.executable, *fts5))


def batch(bench: Bench, _: int, __: str) -> Iterator[Sample]:
    words = ("batch", bench.queries, "--format", "trec", "--index", bench.law_index)
    yield from process("batch", OURS, communique(*words))
    batch = ("batch", bench.law_nori, bench.queries, bench.folder / "run")
    yield from process("batch", NORI, bench.nori(*batch, passes=1))
    batch = ("batch", bench.law_lucene, bench.queries, bench.folder / "run")
    yield from process("batch", LUCENE, bench.lucene(*batch, passes=1))


def rebuild(bench: Bench, _: int, __: str) -> Iterator[Sample]:
    words = ("rebuild", "--corpus", bench.law, "--index")
    with tempfile.TemporaryDirectory(dir=bench.folder) as index:
        done = communique(*words, index)
        yield disk("size on disk", OURS, Path(index))
    yield from indexed_by_nori("rebuild", bench, bench.law)
    with tempfile.TemporaryDirectory(dir=bench.folder) as index:
        # To be watched costs a process a tenth of its time.
        watched = communique(*words, index, tree=True)
    yield from process("rebuild", OURS, done._replace(megabytes=watched.megabytes))


def indexed_by_nori(row: str, bench: Bench, corpus: Path) -> Iterator[Sample]:
    with tempfile.TemporaryDirectory(dir=bench.folder) as index:
        if done := bench.nori("index", index, corpus.with_suffix(".tsv")):
            yield Sample(row, NORI, float(done.output.split()[-2]), "s")
            yield from process(row, NORI_PROCESS, done)
            yield disk("size on disk", NORI, Path(index))


def change(bench: Bench, round_: int, _: str) -> Iterator[Sample]:
    index, corpus = bench.folder / "changed", bench.folder / "changed.jsonl"
    rebuild = ("rebuild", "--corpus", corpus, "--index")
    if not index.exists():
        write(corpus, law_lines(bench.packed, bench.number))
        communique(*rebuild, index)
    write(corpus, changed(law_lines(bench.packed, bench.number), round_))
    yield Sample("changed", OURS, communique(*rebuild, index).seconds, "s")
    yield from indexed_by_nori("changed", bench, corpus)
    queries = bench.folder / "queries.tsv"
    step = max(100, bench.number // 10_000 * 100)  # only lines that were replaced
    with bench.queries.open() as lines, corpus.with_suffix(".tsv").open() as new:
        words = (line.split()[-3:] for line in islice(new, 99, None, step))
        fresh = [f"fresh\t{' '.join(three)}\n" for three in words]
        queries.write_text("".join([*islice(lines, 0, None, 10), *fresh]))
    with tempfile.TemporaryDirectory(dir=bench.folder) as anew:
        communique(*rebuild, anew)
        here, there = answers(index, queries), answers(Path(anew), queries)
    wrong = sum(ours[1] != fresh[1] for ours, fresh in zip(here, there, strict=True))
    yield Sample("changed answers that differ", OURS, wrong, f"of {len(here)}")


def edits(bench: Bench, _: int, size: str) -> Iterator[Sample]:
    """Replace one more line in a hundred, eleven times; the last writes all anew."""
    number = EDITED[size] * bench.number
    with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
        corpus, index = Path(folder, "edited.jsonl"), Path(folder, "index")
        for edit in range(EDITS + 1):
            lines = law_lines(bench.packed, number)
            write(corpus, edited(lines, edit))
            rebuild = ("rebuild", "--index", index, "--corpus", corpus)
            done = communique(*rebuild, tree=True)
            yield from process(f"edits {size}", f"change {edit}", done)
            current = index / (index / "CURRENT").read_text().split()[0]
            yield disk(f"edits {size} size", f"change {edit}", current)


def unchanged(bench: Bench, _: int, __: str) -> Iterator[Sample]:
    again = ("rebuild", "--index", bench.law_index, "--corpus", bench.law)
    yield from process("unchanged", OURS, communique(*again))
    start = communique("search", *QUERY.split(), "--index", str(bench.communique))
    yield from process("unchanged", ONE_SHOT, start)


def opening(bench: Bench, _: int, __: str) -> Iterator[Sample]:
    indexes = {OURS: bench.law_index, TENFOLD: bench.tenfold_index}
    for system, index in indexes.items():
        done = communique("search", *OPENING.split(), "--index", index)
        yield from process("opening", system, done)
    yield from process("opening", CLICK, python("-c", "import click"))
    searched = bench.lucene("search", bench.tenfold_lucene, OPENING)
    yield from process("opening", LUCENE, searched)


def million(bench: Bench, round_: int, __: str) -> Iterator[Sample]:
    if round_ == 1:
        index, lines = bench.folder / "from nothing", bench.tenfold
        rebuild = ("rebuild", "--corpus", lines, "--index", index)
        yield from process("million rebuild", OURS, communique(*rebuild, tree=True))
        peer = bench.folder / "lucene"
        done = bench.lucene("index", peer, lines.with_suffix(".tsv"))
        yield from process("million rebuild", LUCENE, done)
    yield from latencies("million", OURS, bench.tenfold_index, bench.queries)
    batch = ("batch", bench.tenfold_lucene, bench.queries, bench.folder / "run")
    yield from printed("million", LUCENE, bench.lucene(*batch))
    faceted = (bench.tenfold_index, bench.queries, "search")
    yield from latencies("million faceted", OURS, *faceted)


def growth(bench: Bench, _: int, size: str) -> Iterator[Sample]:
    number = int(GROWTH[size] * bench.number)
    corpus = write(bench.folder / "grown.jsonl", law_lines(bench.packed, number))
    with tempfile.TemporaryDirectory(dir=bench.folder) as index:
        done = communique("rebuild", "--index", index, "--corpus", corpus)
        seconds = done.seconds * LINES / number
        yield Sample("growth rebuild", size, seconds, "s")
        opened = communique("search", *OPENING.split(), "--index", index)
        yield Sample("growth opening", size, opened.seconds, "s")
        yield from latencies("growth", size, Path(index), bench.queries)


def _edit_rows(size: str) -> Iterator[Row]:
    row, nothing = f"edits {size}", "change 0"
    for edit in (1, 3, 10):
        yield Row(row, nothing, 0.15, ours=f"change {edit}")
    for edit in (3, 5, 9, 10):
        yield Row(row, "change 1", 1.2, ours=f"change {edit}")
    for edit in (0, 1, 10):
        yield Row(f"{row} memory", None, 1500, ours=f"change {edit}")
    for edit in (1, 10, EDITS):
        yield Row(f"{row} size", nothing, None, ours=f"change {edit}")


Measure = Callable[[Bench, int, str], Iterator[Sample]]
P95 = partial(percentile, percent=95)
ROWS = (
    Row("one-shot", NORI, 0.30),
    Row("one-shot", IMPORTS, 1.4),
    Row("one-shot", CLICK, 2.0),
    Row("one-shot memory", None, 45),
    Row("lacking", NORI, 0.30, over=P95),
    Row("lacking", IMPORTS, 1.4, over=P95),
    Row("lacking memory", None, 45, over=P95),
    Row("lacking loads Kiwi", None, 5, over=fmean),
    Row("warm p50", NORI, 0.7),
    Row("warm p95", NORI, 0.7),
    Row("warm p50", LUCENE, 0.9),
    Row("warm p95", LUCENE, 0.9),
    Row("warm p50", FTS5, None),
    Row("warm p95", FTS5, None),
    Row("batch", NORI, 1.0),
    Row("batch", LUCENE, None),
    Row("rebuild", NORI, 1.6),
    Row("rebuild", NORI_PROCESS, None),
    Row("rebuild memory", None, 1500),
    Row("size on disk", NORI, 2.0),
    Row("changed", NORI, 0.35),
    Row("changed answers that differ", None, 0),
    *chain.from_iterable(map(_edit_rows, EDITED)),
    Row("unchanged", ONE_SHOT, 0.5, compare=sub),
    Row("opening", CLICK, 2.5),
    Row("opening", CLICK, 4.0, ours=TENFOLD),
    Row("opening", LUCENE, None, ours=TENFOLD),
    Row("opening memory", None, 60),
    Row("opening memory", None, 80, ours=TENFOLD),
    Row("million p50", LUCENE, 1.0),
    Row("million p95", LUCENE, 1.0),
    Row("million faceted p50", None, None),
    Row("million faceted p95", None, 40),
    Row("million rebuild", LUCENE, None),
    Row("million rebuild memory", None, 1500),
    # Linear is to take at most a tenth more for a line than the next fewer lines do, and
    # below linear is below it.
    *(Row("growth rebuild", less, 1.1, ours=more) for less, more in pairwise(GROWTH)),
    *(Row("growth opening", LEAST, GROWTH[n] / GROWTH[LEAST], ours=n) for n in GROWTH),
    *(Row("growth p50", LEAST, None, ours=n) for n in GROWTH),
    *(Row("growth p95", LEAST, GROWTH[n] / GROWTH[LEAST], ours=n) for n in GROWTH),
)
TASKS: dict[str, tuple[Measure, Sequence[str]]] = {
    "one-shot": (partial(search, "one-shot"), [QUERY]),
    "lacking": (partial(search, "lacking"), LACKING),
    "warm": (warm, [""]),
    "batch": (batch, [""]),
    "rebuild": (rebuild, [""]),
    "changed": (change, [""]),
    "edits": (edits, list(EDITED)),
    "unchanged": (unchanged, [""]),
    "opening": (opening, [""]),
    "million": (million, [""]),
    "growth": (growth, list(GROWTH)),
}
"""The tasks of `--only`: a function that measures once, and its queries or sizes."""


def measure(bench: Bench, tasks: Iterable[str], rounds: int) -> Iterator[Sample]:
    """Yield the samples of *tasks* as they are taken."""
    _ = bench.communique_nori  # A missing peer is found before anything is timed.
    for task in tasks:
        run_once, queries = TASKS[task]
        for round_ in range(1, rounds + 1):
            for query in queries:
                say(f"{task} {query}: round {round_} of {rounds}")
                for sample in run_once(bench, round_, query):
                    query_part = (
                        "" if task in {"growth", "edits"} else query
                    )  # sizes are systems
                    yield sample._replace(round=round_, query=query_part)


def circumstances(command: str) -> dict[str, object]:
    """Return the first line of the raw samples; it names no path."""
    cpu = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    versions = {"python": platform.python_version()}
    for name in ("whoosh", "whoosh3", "kiwipiepy", "numpy", "click"):
        with suppress(PackageNotFoundError):
            versions[name] = version(name)
    with suppress(OSError, CommandError):
        versions["java"] = run("java", "-version").errors.partition("\n")[0]
    return {
        "cpu": next(iter(cpu), platform.machine()),
        "cores": os.cpu_count(),
        "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 10**6,
        "kernel": f"{platform.system()} {platform.release()}",
        "load": os.getloadavg()[0],
        "versions": versions,
        "command": command,
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def tasks(text: str) -> list[str]:
    if unknown := set(names := text.split(",")) - TASKS.keys():
        raise argparse.ArgumentTypeError(
            f"no {', '.join(unknown)} among {', '.join(TASKS)}"
        )
    return names


def main() -> int:
    """Measure, print the table, and leave the raw samples."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", type=tasks, metavar="TASK,…", help=", ".join(TASKS))
    parser.add_argument("--lines", type=int, default=LINES, help="fewer, to try it")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--warm-worker", nargs=3, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.warm_worker:
        warm_worker(*options.warm_worker)
        return 0
    name = "-".join(["benchmark", *(options.only or [])])
    output = options.output or RECORDS / f"{name}.jsonl"
    chosen = options.only or list(TASKS)
    command = (
        f"tests/tools/benchmark.py --rounds {options.rounds} --lines {options.lines}"
    )
    command += f" --only {','.join(chosen)}"
    samples = []
    status = 0
    with tempfile.TemporaryDirectory() as folder, output.open("w") as raw:
        bench = Bench(options.shared.resolve(), Path(folder).resolve(), options.lines)
        raw.write(json.dumps(circumstances(command)) + "\n")
        try:
            for sample in measure(bench, chosen, options.rounds):
                samples.append(sample)
                raw.write(json.dumps(sample._asdict(), ensure_ascii=False) + "\n")
                raw.flush()
        except KeyboardInterrupt:
            say("Interrupted; what was measured until now:")
            status = 130
    print(table(ROWS, samples, bench.missing))
    return status


if __name__ == "__main__":
    sys.exit(main())
