"""The index under test, processes of the command, and the rows of results.

The corpora A and B have different sentences of the same words. So an answer shows which
corpus it is from, and a rebuild from one to the other does not load Kiwi.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import forkserver
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from indexer.build.index_directory import IndexDirectory  # noqa: E402
from indexer.build.rebuild import rebuild  # noqa: E402 (found by the line above)
from indexer.signals import exit_on_interrupt  # noqa: E402

Word = str | Path
"""A word of a command line."""

TIMEOUT = 240.0
"""Seconds after which a process counts as hanging."""
_SHOWN = 5
"""How many failures of a row are kept."""

WORDS = (
    "양 장관은 주한미군의 현 수준을 유지하기로 하였다",
    "양측은 사이버 협력을 강화하기로 하였다",
    "양 장관은 유엔사의 정전협정 관리를 평가하였다",
    "전작권 전환의 진전에 주목하였다",
    "미래연합사의 완전운용능력(FOC) 검증을 논의하였다",
    "한미안보협의회의(SCM)를 서울에서 개최하기로 하였다",
    "확장억제 공약을 재확인하였다",
    "연합방위태세를 유지하기로 하였다",
)
QUERIES = (
    "전작권 전환",
    '"정전협정 관리"',
    "협력 NOT 사이버",
    "SCM",
    "FOC 검증",
    "주한미군의 수준",
    "speaker:양 공약",
    "act:재확인 확장억제",
    "미군",
    "완전 운용 능력",
    "방위태세",
    "document:글 유지",
)
"""Queries that read every file of an index, and that need no Kiwi."""


class Scale(NamedTuple):
    """How often each thing is tried."""

    changes: int
    kills: int
    calls: int
    rebuilds: int
    searchers: int
    inputs: int
    files: int
    seconds: int
    large_kills: int
    lines: int
    """Sentences of the corpora whose rebuilds are killed by `large_kills`."""
    edits: int


SMALL = Scale(16, 5, 6, 3, 2, 2_000, 300, 20, 1, 12_000, 30)
MEDIUM = Scale(24, 24, 8, 3, 2, 20_000, 2_000, 60, 3, 12_000, 300)
FULL = Scale(1_000, 300, 10_000, 50, 8, 1_000_000, 100_000, 600, 300, 20_000, 10_000)


@dataclass
class Row:
    """One line of the table: what was tried, how often, and what failed."""

    kind: str
    what: str
    seed: int
    tried: int = 0
    failed: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    skipped: str = ""
    seconds: float = 0.0

    def count(self, outcome: str) -> None:
        """Count something that was tried, and went as it should."""
        self.tried += 1
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1

    def fail(self, message: str) -> None:
        """Count something that was tried and failed."""
        self.count("failed")
        self.failed += 1
        if len(self.failures) < _SHOWN:
            self.failures.append(message[:2_000])

    def judge(self, outcome: str, fault: str | None) -> None:
        """Count a trial; it failed if *fault* is not None."""
        if fault is None:
            self.count(outcome)
        else:
            self.fail(fault)


class _OutOfTimeError(Exception):
    """A row took as long as it may."""


def limit_rows(seconds: int) -> None:
    """End each row after *seconds*: it reports the attempts that were made by then."""

    def stop(*_: object) -> None:
        raise _OutOfTimeError

    signal.signal(signal.SIGALRM, stop)
    _limits[:] = [seconds]


_limits: list[int] = []


@contextmanager
def timed(row: Row) -> Iterator[Row]:
    """Note how long the block took, and end it when a row may last no longer."""
    start = time.monotonic()
    signal.alarm(*_limits or [0])
    try:
        yield row
    except _OutOfTimeError:
        for process in multiprocessing.active_children():
            process.kill()
    finally:
        signal.alarm(0)
        row.seconds = round(time.monotonic() - start, 1)


class Done(NamedTuple):
    """The exit status and the output of a process; -1000 is a process that hung."""

    status: int
    out: bytes
    err: str

    @property
    def fault(self) -> str | None:
        """The fault in how the process ended, apart from its output."""
        if self.status not in (0, 1, 2):
            return f"ended with {self.status}: {self.err[-500:]}"
        if "Traceback" in self.err:
            return f"a traceback: {self.err[-1500:]}"
        if self.status == 2 and not self.err.strip() and b'"error"' not in self.out:
            return "ended with 2 and no message"
        return None


@cache
def fork_server() -> multiprocessing.context.ForkServerContext:
    """Return the context that forks processes from one with the modules loaded."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["campaign_preload"])
    # The server imports the preloaded module from its own path.
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(map(str, (HERE, ROOT)))
    try:
        forkserver.ensure_running()
    finally:
        del os.environ["PYTHONPATH"]
        if before is not None:
            os.environ["PYTHONPATH"] = before
    return context


def start(
    words: Sequence[str | Path],
    *,
    into: Path,
    stdin: bytes = b"",
    before: Callable[[], None] | None = None,
) -> multiprocessing.process.BaseProcess:
    """Start the command in a process of its own, which prints to files in *into*.

    The process is forked from one that has the modules loaded already: it is as much a
    process as any, and starts in a tenth of the time.
    """
    into.mkdir(parents=True, exist_ok=True)
    (into / "in").write_bytes(stdin)
    words = [str(word) for word in words]
    process = fork_server().Process(target=_command, args=(words, into, before))
    process.start()
    return process


def wait_for(
    process: multiprocessing.process.BaseProcess, into: Path, most: float = TIMEOUT
) -> Done:
    """Wait for a process of `start`; one that hangs is killed."""
    process.join(most)
    hanging = process.exitcode is None
    if hanging:
        process.kill()
        process.join()
    out = (into / "out").read_bytes() if (into / "out").exists() else b""
    err = (
        (into / "err").read_text("utf-8", "replace") if (into / "err").exists() else ""
    )
    status = process.exitcode
    process.close()
    return Done(-1000 if hanging or status is None else status, out, err)


def run(
    *words: str | Path,
    stdin: bytes = b"",
    before: Callable[[], None] | None = None,
    most: float = TIMEOUT,
) -> Done:
    """Run the command to its end."""
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        into = Path(folder)
        return wait_for(start(words, into=into, stdin=stdin, before=before), into, most)


def run_program(
    *words: str | Path,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
    most: float = TIMEOUT,
) -> Done:
    """Run any program in the folder of the project, from its start."""
    try:
        done = subprocess.run(
            [str(word) for word in words],
            input=stdin,
            capture_output=True,
            check=False,
            cwd=ROOT,
            env=environment,
            timeout=most,
        )
    except subprocess.TimeoutExpired as fault:
        return Done(-1000, fault.stdout or b"", f"took more than {most} s")
    return Done(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


@cache
def scratch() -> Path:
    """Return where files that do not matter are quickest."""
    memory = Path("/dev/shm")  # noqa: S108 (each makes a folder of its own in it)
    return memory if memory.is_dir() else Path(tempfile.gettempdir())


def _command(
    words: Sequence[str], into: Path, before: Callable[[], None] | None
) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    exit_on_interrupt()
    for name, descriptor, flags in (
        ("in", 0, os.O_RDONLY),
        ("out", 1, os.O_WRONLY | os.O_CREAT),
        ("err", 2, os.O_WRONLY | os.O_CREAT),
    ):
        os.dup2(os.open(into / name, flags, 0o666), descriptor)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
    os.chdir(ROOT)
    if before:
        before()
    from search.cli.main import communique

    try:
        communique.main(list(words), prog_name="communique")
    finally:
        # How multiprocessing ends a process is no part of the command.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def sentences(seed: int, count: int = 24) -> list[str]:
    """Return sentences of the words of `WORDS`, other ones for another seed."""
    chosen = random.Random(seed)  # noqa: S311 (nothing secret)
    return [
        f"{chosen.choice(WORDS)}. {chosen.choice(WORDS)}."
        for _ in range(count - len(WORDS))
    ] + [f"{words}." for words in WORDS]


def write_corpus(path: Path, seed: int, count: int = 24) -> Path:
    """Write a communiqué of numbered paragraphs, and records, to the folder *path*."""
    path.mkdir(parents=True, exist_ok=True)
    lines = sentences(seed, count)
    text = "\n\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
    head = f"제{seed}차 회의 공동성명\n\n{2000 + seed}년 11월 15일, 서울\n\n"
    (path / "글.txt").write_text(head + text + "\n", encoding="utf-8")
    records = ({"id": f"r{n}", "text": line} for n, line in enumerate(lines))
    (path / "기록.jsonl").write_text(
        "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records),
        encoding="utf-8",
    )
    return path


@dataclass(frozen=True)
class Subject:
    """The index under test, made of corpus B and then of corpus A."""

    a: Path
    b: Path
    index: Path
    answers: Mapping[str, bytes]
    """The output of `answers` for each corpus, by the name of the corpus."""


def make_subject(folder: Path) -> Subject:
    """Make the corpora and the index in *folder*; the index answers from A."""
    a, b = write_corpus(folder / "A", 1), write_corpus(folder / "B", 2)
    index = folder / "index"
    outputs: dict[str, bytes] = {}
    for path in (b, a):
        rebuild(index, [path])
        outputs[path.name] = answers(index).out
    if outputs["A"] == outputs["B"]:
        raise ValueError("both corpora have the same answers")
    return Subject(a, b, index, outputs)


def answers(index: Path, queries: Iterable[str] = QUERIES, limit: int = 100) -> Done:
    """Return the answers of `communique batch` to *queries*, *limit* hits of each."""
    stdin = "".join(f"{query}\n" for query in queries).encode()
    return run("batch", "--limit", str(limit), "--index", index, stdin=stdin)


def check(index: Path) -> Done:
    """Run `communique check` on an index."""
    return run("check", "--index", index)


def index_fault(subject: Subject, index: Path) -> str | None:
    """Return a fault of an index, which must answer as A or as B and pass `check`."""
    done = answers(index)
    if done.fault or done.status:
        return f"search: {done.fault or done.err}"
    if done.out not in subject.answers.values():
        return "the answers are neither those of A nor those of B"
    done = check(index)
    return None if done.status == 0 else f"check: {done.fault or done.err}"


def leftovers(index: Path) -> str | None:
    """Return a fault that names superfluous files in the folder of an index."""
    names = {path.name for path in index.iterdir()}
    generations = {path.name for path in IndexDirectory(index).generations()}
    extra = names - generations - {"CURRENT", "LOCK"}
    if extra or len(generations) > 2:
        return f"left over: {sorted(names)}"
    return None
