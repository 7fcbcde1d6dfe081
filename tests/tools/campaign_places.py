"""Places: other locales, no home, no terminal, closed pipes, interrupts; and a soak."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from campaign_support import (
    QUERIES,
    ROOT,
    Row,
    Scale,
    Subject,
    Word,
    index_fault,
    leftovers,
    run,
    run_program,
    start,
    timed,
    wait_for,
)

from search.index import Index, open_index

_COMMAND = (sys.executable, "-m", "search")
_LOCALES = ("C", "POSIX", "C.UTF-8", "ko_KR.EUC-KR", "ko_KR.UTF-8", "none at all")
_STANDARD = {0: "stdin", 1: "stdout", 2: "stderr"}
_LEAK = 8
"""How much a soak may grow in its second half: MiB of memory, and descriptors."""


def places(_: Path, subject: Subject, scale: Scale, seed: int) -> Iterator[Row]:
    """Yield the rows."""
    yield locales(subject, seed)
    yield closed_streams(subject, seed)
    yield interrupt(subject, max(6, scale.kills // 3), seed)
    yield other_pythons(subject, seed)
    yield soak(subject, scale.seconds, seed)


def locales(subject: Subject, seed: int) -> Row:
    """Search and rebuild in each locale, with a home or without: the answer is the same.

    Arguments are in the encoding of the locale, or in the machine's own where it lacks
    the locale.
    """
    row = Row("places", "locales, with a home and without", seed)
    corpus, index = subject.index.with_name("plain"), subject.index.with_name("rebuilt")
    corpus.mkdir()
    for path in subject.a.iterdir():
        shutil.copy(path, corpus / f"plain-{path.suffix[1:]}{path.suffix}")
    with timed(row):
        for locale in _LOCALES:
            encoding = _encoding(locale)
            for home in (True, False):
                there = {"PATH": os.environ["PATH"], "LC_ALL": locale}
                there |= {"HOME": os.environ.get("HOME", "/")} if home else {}
                for what, fault in _in_place(subject, corpus, index, there, encoding):
                    row.judge(what, fault and f"{there}: {fault}")
    return row


def _encoding(locale: str) -> str:
    """Return what a Python takes its arguments to be in."""
    script = "import sys; print(sys.getfilesystemencoding(), end='')"
    there = {"PATH": os.environ["PATH"], "LC_ALL": locale}
    done = subprocess.run(
        [sys.executable, "-c", script], env=there, capture_output=True, check=True
    )
    return done.stdout.decode()


def _in_place(
    subject: Subject, corpus: Path, index: Path, there: dict[str, str], encoding: str
) -> Iterator[tuple[str, str | None]]:
    """Yield what was tried in an environment, and what was wrong with it."""
    query = "전작권 전환"
    words: Sequence[Word] = ("search", "--json", "--index", subject.index)
    done = run_program(
        *_COMMAND, *words, os.fsdecode(query.encode(encoding)), environment=there
    )
    same = done.out == run(*words, query).out and not done.fault
    yield "same answer", None if same else str(done)
    for words in (
        ("rebuild", "--force", "--corpus", corpus, "--index", index),
        ("check", "--index", index),
    ):
        done = run_program(*_COMMAND, *words, environment=there)
        yield "no fault", done.fault or (done.err if done.status else None)
    # The name of a text of A is Hangul, in UTF-8.
    words = ("rebuild", "--corpus", subject.a, "--index", index)
    done = run_program(*_COMMAND, *words, environment=there)
    clear = done.status == 0 or "encoding of the locale" in done.err
    yield "a file's name", done.fault or (None if clear else done.err)


def closed_streams(subject: Subject, seed: int) -> Row:
    """Close each standard stream, and have the reader of a pipe go away."""
    row = Row("places", "closed streams and readers that go away", seed)
    commands = (
        ("search", "전작권"),
        ("search", "전작권", "--json"),
        ("batch",),
        ("show", "글"),
        ("rebuild", "--force", "--corpus", str(subject.a)),
        ("info",),
        ("check",),
    )
    with timed(row):
        for words in commands:
            line = [*_COMMAND, *words, "--index", str(subject.index)]
            modes: tuple[int | str, ...] = (*_STANDARD, "head", "/dev/full")
            for mode in modes:
                done = subprocess.run(
                    [
                        "bash",
                        "-c",
                        f'set -o pipefail; "$@" {_closing(mode)}',
                        "-",
                        *line,
                    ],
                    input="\n".join(QUERIES).encode(),
                    capture_output=True,
                    check=False,
                    cwd=ROOT,
                    timeout=60,
                )
                bad = b"Traceback" in done.stderr or b"Exception ignored" in done.stderr
                # A command that needs a closed stream says so, with status 2.
                needed = mode == 1 or (mode == 0 and words == ("batch",))
                usual = (0, 1, 2) if needed else (0, 1)
                fine = done.returncode in ((2,) if mode == "/dev/full" else usual)
                fault = None if fine and not bad else f"{words} {mode}: {done}"
                row.judge("no fault", fault)
    return row


def _closing(mode: int | str) -> str:
    if isinstance(mode, int):
        return "0<&-" if mode == 0 else f"{mode}>&-"
    return "| head -n 1" if mode == "head" else f"> {mode}"


def interrupt(subject: Subject, times: int, seed: int) -> Row:
    """Press Ctrl-C at random moments of a search, a batch and a rebuild."""
    row = Row("places", "interrupts at random moments", seed)
    chooser = random.Random(seed)  # noqa: S311
    commands: tuple[Sequence[str | Path], ...] = (
        ("rebuild", "--force", "--corpus", subject.b),
        ("batch",),
        ("search", "전작권 전환"),
    )
    with timed(row):
        for number in range(times):
            words = commands[number % len(commands)]
            into = subject.index.with_name("interrupted")
            stdin = "\n".join(QUERIES * 50).encode()
            process = start([*words, "--index", subject.index], into=into, stdin=stdin)
            _begun(into)
            time.sleep(chooser.uniform(0, 0.3 if words[0] != "search" else 0.02))
            if process.pid and process.exitcode is None:
                os.kill(process.pid, signal.SIGINT)
            done = wait_for(process, into)
            # An interrupt while Python shuts down ends the process by the signal, which a
            # shell reports as 130 too.
            stopped = done.status in (130, -signal.SIGINT)
            ended_well = stopped or done.status == 0
            fault = (
                None if ended_well and "Traceback" not in done.err else str(done)[-900:]
            )
            if words[0] == "rebuild":
                fault = fault or index_fault(subject, subject.index)
                run("rebuild", "--corpus", subject.a, "--index", subject.index)
                fault = fault or leftovers(subject.index)
            outcome = "interrupted" if stopped else "done before"
            row.judge(outcome, fault and f"{number}, {words[0]}: {fault}")
            shutil.rmtree(into)
    return row


def _begun(into: Path) -> None:
    """Wait until a process of `start` has its streams, from when on it is the command."""
    for _ in range(1_000):
        if (into / "err").exists():
            return
        time.sleep(0.002)


def other_pythons(subject: Subject, seed: int) -> Row:
    """Install with each Python and its oldest and newest dependencies, and search."""
    row = Row("places", "Python 3.10 to 3.13", seed)
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if not uv:
        row.skipped = "uv is not there"
        return row
    with timed(row):
        for version in ("3.10", "3.11", "3.12", "3.13"):
            path = _python(version)
            if path is None:
                row.outcomes[f"no Python {version} here"] = 1
                continue
            for resolution in ("lowest-direct", "highest"):
                fault = _with_python(uv, path, resolution, subject)
                row.judge(f"{version} {resolution}", fault and f"{version}: {fault}")
    return row


def _python(version: str) -> str | None:
    """Return where a Python is, in the path or among those of pyenv."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    installed = sorted((root / "versions").glob(f"{version}.*/bin/python"))
    return str(installed[-1]) if installed else shutil.which(f"python{version}")


def _with_python(uv: str, path: str, resolution: str, subject: Subject) -> str | None:
    """Install the program with a Python and its oldest or newest dependencies; search."""
    place = subject.index.with_name(f"python {len(path)} {resolution}")
    shutil.rmtree(place, ignore_errors=True)
    made = run_program(uv, "venv", "-q", "--python", path, place / "venv")
    if made.status:
        return f"no environment: {made.err[-300:]}"
    python = place / "venv/bin/python"
    install = (uv, "pip", "install", "-q", "--python", python)
    made = run_program(*install, f"--resolution={resolution}", ".", most=600)
    if made.status:
        return f"cannot be installed: {made.err[-500:]}"
    command = place / "venv/bin/communique"
    index = place / "index"
    for words in (("rebuild", "--corpus", subject.a), ("check",), ("search", "SCM")):
        done = run_program(command, *words, "--index", index)
        if done.status or done.fault:
            return f"{words[0]}: {done.fault or done.err}"
    stdin = "".join(f"{query}\n" for query in QUERIES).encode()
    arguments = ("batch", "--limit", "100", "--index", index)
    if run_program(command, *arguments, stdin=stdin).out != subject.answers["A"]:
        return "other answers"
    return None


def soak(subject: Subject, seconds: int, seed: int) -> Row:
    """Search in one process while rebuilds run: neither memory nor descriptors grow."""
    row = Row("places", f"a soak of {seconds} s", seed)
    deadline = time.monotonic() + seconds
    stopped = threading.Event()
    rebuilding = threading.Thread(target=_rebuild_on, args=(subject, stopped, row))
    with timed(row):
        rebuilding.start()
        # Caches and arenas fill in the first half; a leak goes on in the second.
        _search_until(deadline - 0.5 * seconds, subject, row)
        first = _used()
        _search_until(deadline, subject, row)
        stopped.set()
        rebuilding.join()
    last = _used()
    memory, descriptors = last[0] - first[0], last[1] - first[1]
    growth = f"grew by {memory:.1f} MiB, {descriptors} descriptors"
    row.judge(growth, growth if max(memory, descriptors) > _LEAK else None)
    return row


def _search_until(deadline: float, subject: Subject, row: Row) -> None:
    """Open and search the index, at least as often as a leak needs to show."""
    rounds = 0
    while rounds < 2 * _LEAK or time.monotonic() < deadline:
        with open_index(subject.index) as index:
            _ask_all(index)
        row.count("searches")
        rounds += 1


def _rebuild_on(subject: Subject, stopped: threading.Event, row: Row) -> None:
    number = 0
    while not stopped.is_set():
        corpus = (subject.b, subject.a)[number % 2]
        done = run("rebuild", "--force", "--corpus", corpus, "--index", subject.index)
        row.judge("rebuilds", done.fault or (done.err if done.status else None))
        number += 1


def _ask_all(index: Index) -> None:
    for query in QUERIES:
        index.search(query)


def _used() -> tuple[float, int]:
    """Return the MiB of memory and the descriptors that this process has."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    memory = pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
    return memory, len(os.listdir("/proc/self/fd"))  # noqa: PTH208
