"""Crashes: rebuilds killed at any moment leave the old index or the new one, whole."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from campaign_states import Trial, kill_at_random, other_corpora, queries_of
from campaign_support import (
    ROOT,
    Row,
    Scale,
    Subject,
    Word,
    answers,
    index_fault,
    leftovers,
    run,
    start,
    timed,
    wait_for,
)

from indexer.build.index_directory import IndexDirectory

SWITCH = (
    "rename,renameat,renameat2,fsync,openat,unlink,unlinkat,rmdir,mkdir,flock,write"
)
"""The calls by which an index is switched, as strace names them."""
_CORPORA = 4


def crash(folder: Path, subject: Subject, scale: Scale, seed: int) -> Iterator[Row]:
    """Yield the rows of the kills."""
    yield kill_rebuilds("rebuild killed at random moments", subject, scale.kills, seed)
    yield kill_large_rebuilds(folder / "large", scale.large_kills, seed, scale.lines)
    yield inject_at_each_call(
        "rebuild killed at each call of the switch",
        folder,
        subject,
        scale.calls,
        seed,
        "signal=KILL",
    )


def kill_rebuilds(what: str, subject: Subject, times: int, seed: int) -> Row:
    """Kill rebuilds that go from one corpus to the other and back."""
    row = Row("crash", what, seed)
    chooser = random.Random(seed)  # noqa: S311
    corpora = (subject.a, subject.b)
    with timed(row):
        long = _seconds_of_a_rebuild(subject)
        for number in range(times):
            moment = chooser.uniform(0, 1.1 * long)
            target = corpora[number % 2]
            into = subject.index.with_name("killed")
            words: list[Word] = [
                "rebuild",
                "--force",
                "--corpus",
                target,
                "--index",
                subject.index,
            ]
            process = start(words, into=into)
            time.sleep(moment)
            process.kill()
            done = wait_for(process, into)
            fault = index_fault(subject, subject.index) or _mended(
                subject, corpora[number // 2 % 2]
            )
            outcome = "killed" if done.status < 0 else "done before"
            row.judge(outcome, fault and f"{number}, after {moment:.3f} s: {fault}")
            shutil.rmtree(into)
    return row


def kill_large_rebuilds(folder: Path, times: int, seed: int, count: int) -> Row:
    """Kill rebuilds of *count* sentences to another corpus, and rebuild to a third one.

    Each corpus has words of its own, so that Kiwi runs in each rebuild, beside the
    processes that write.
    """
    what = f"rebuilds of {count:,} sentences killed, then another"
    row = Row("crash", what, seed)
    chooser = random.Random(seed)  # noqa: S311
    states = other_corpora(folder, _CORPORA, chooser, count)
    queries = queries_of(states, 200, chooser)
    trial = Trial(folder, states, queries, chooser, words=["--force"])
    return kill_at_random(row, trial, times, seed)


def _seconds_of_a_rebuild(subject: Subject) -> float:
    began = time.monotonic()
    run("rebuild", "--force", "--corpus", subject.a, "--index", subject.index)
    return time.monotonic() - began


def _mended(subject: Subject, corpus: Path) -> str | None:
    """Return a fault of the next rebuild, which must succeed and remove leftovers."""
    done = run("rebuild", "--force", "--corpus", corpus, "--index", subject.index)
    if done.status or done.fault:
        return f"the next rebuild: {done.fault or done.err}"
    if answers(subject.index).out != subject.answers[corpus.name]:
        return "the next rebuild is not what answers"
    return leftovers(subject.index)


def inject_at_each_call(  # noqa: PLR0913, PLR0917 (what, where, how often, and the fault)
    what: str, folder: Path, subject: Subject, most: int, seed: int, fault: str
) -> Row:
    """Have strace do *fault* to the first call of the switch, to the second, and so on.

    The calls are those that touch the folder of the index itself, CURRENT and the
    generations; those that write the files in a generation are many, and alike.
    """
    row = Row("crash" if "signal" in fault else "faults", what, seed)
    if not shutil.which("strace"):
        row.skipped = "strace is not there"
        return row
    start_of = folder / "before"
    shutil.copytree(subject.index, start_of)
    with timed(row):
        numbers = list(range(1, most + 1))
        for number in numbers:
            copy = folder / "struck"
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(start_of, copy)
            done = _struck(copy, subject.b, f"{SWITCH}:{fault}:when={number}")
            if done.returncode == 0:
                if answers(copy).out != subject.answers["B"]:
                    row.fail(f"call {number}: ended well, and B does not answer")
                if b"(INJECTED)" not in done.stderr and done.returncode == 0:
                    break
            log = done.stderr.decode("utf-8", "replace")
            bad = index_fault(replace(subject, index=copy), copy)
            bad = bad or _mended(replace(subject, index=copy), subject.a)
            if "Traceback" in log:
                bad = bad or f"a traceback: {log[-800:]}"
            elif done.returncode == 2 and "Error: " not in log:
                bad = bad or f"ended with 2 and no message: {log[-300:]}"
            outcome = {0: "went on", 2: "refused"}.get(done.returncode, "killed")
            row.judge(outcome, bad and f"call {number}: {bad}")
    return row


def _struck(
    index: Path, corpus: Path, injected: str
) -> subprocess.CompletedProcess[bytes]:
    current = IndexDirectory(index).current()
    following = index / f"g{int(current.name[1:]) + 1}"
    # The name of the folder that is built in is random, and -P takes whole paths.
    fixed = index.with_name("fixed names")
    fixed.mkdir(exist_ok=True)
    (fixed / "sitecustomize.py").write_text("import os\nos.urandom = bytes\n")
    building = index / "building-00000000"
    paths = [index, index / "CURRENT", index / "CURRENT.00000000", index / "LOCK"]
    paths += [building, building / "manifest.json", building / "whoosh"]
    paths += [following, following / "manifest.json"]
    chosen = [word for path in paths for word in ("-P", str(path))]
    return subprocess.run(
        [
            *("strace", "-f", "-qq", "-e", f"trace={SWITCH}"),
            *(*chosen, "-e", f"inject={injected}"),
            *(sys.executable, "-m", "search", "rebuild", "--force"),
            *("--corpus", str(corpus), "--index", str(index)),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(fixed)},
        capture_output=True,
        check=False,
        timeout=120,
    )
