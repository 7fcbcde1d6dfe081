"""The system's errors: whatever it refuses, the old index goes on answering."""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path

from campaign_crash import inject_at_each_call
from campaign_support import (
    Done,
    Row,
    Scale,
    Subject,
    Word,
    answers,
    index_fault,
    leftovers,
    run,
    run_program,
    start,
    timed,
    wait_for,
)

_NOBODY = 65534
_PAGE = 1 << 12


def faults(folder: Path, subject: Subject, scale: Scale, seed: int) -> Iterator[Row]:
    """Yield a row for each kind of error."""
    for number, name in enumerate(("EIO", "ENOSPC")):
        what = f"{name} at each call of the switch"
        place = folder / str(number)
        place.mkdir()
        yield inject_at_each_call(
            what, place, subject, scale.calls, seed, f"error={name}"
        )
    yield full_disk(folder, subject, seed, 12 if scale.kills > 100 else 3)
    yield read_only(subject, seed)
    yield lost_holder(subject, seed, max(3, scale.kills // 30))
    yield jumping_clock(subject, seed)


def full_disk(folder: Path, subject: Subject, seed: int, times: int) -> Row:
    """Rebuild on disks that are too small for two indexes, or nearly so."""
    row = Row("faults", "a disk that is full", seed)
    # A file takes whole pages there, and a folder one.
    needed = sum(p.stat().st_size // _PAGE + 1 for p in subject.index.rglob("*"))
    with timed(row):
        for number in range(times):
            size = int(_PAGE * needed * (1.1 + number / times))
            with _small_disk(folder / "disk", size) as disk:
                if disk is None:
                    row.skipped = "no file system can be mounted here"
                    return row
                index = disk / "index"
                shutil.copytree(subject.index, index)
                done = run("rebuild", "--corpus", subject.b, "--index", index)
                bad = done.fault or index_fault(replace(subject, index=index), index)
                if done.status == 2 and "No space left on device" not in done.err:
                    bad = bad or f"the error does not name the cause: {done.err}"
                bad = bad or (done.status and leftovers(index)) or None
                outcome = "refused" if done.status else "there was room"
                row.judge(outcome, bad and f"{size} bytes: {bad}")
    return row


@contextmanager
def _small_disk(folder: Path, size: int) -> Iterator[Path | None]:
    folder.mkdir(exist_ok=True)
    options = ["-t", "tmpfs", "-o", f"size={size}", "tmpfs"]
    made = shutil.which("mount") and subprocess.run(
        ["mount", *options, str(folder)], capture_output=True, check=False
    )
    if not made or made.returncode:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def read_only(subject: Subject, seed: int) -> Row:
    """Search an index that may not be written, and try to rebuild it."""
    row = Row("faults", "a folder that may only be read", seed)
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        row.skipped = "only root with setpriv can become another user"
        return row
    with timed(row):
        before = answers(subject.index)
        shown: list[Word] = ["show", "글", "--index", subject.index]
        done = _as_nobody(*shown)
        same = done.out == run(*shown).out
        row.judge("searched", None if same and not done.fault else f"show: {done}")
        done = _as_nobody("check", "--index", subject.index)
        row.judge("check", None if done.status == 0 else f"check: {done}")
        words: list[Word] = [
            "rebuild",
            "--force",
            "--corpus",
            subject.b,
            "--index",
            subject.index,
        ]
        done = _as_nobody(*words)
        clear = done.status == 2 and "Permission denied" in done.err and not done.fault
        same_answers = answers(subject.index).out == before.out
        row.judge("refused", None if clear and same_answers else f"rebuild: {done}")
    return row


def _as_nobody(*words: str | Path) -> Done:
    """Run the command as a user who may read everything, and write nothing."""
    reading = "+dac_read_search"
    user = [f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
    may = [f"--inh-caps={reading}", f"--ambient-caps={reading}"]
    python = [sys.executable, "-B", "-m", "search"]
    return run_program("setpriv", *user, *may, *python, *words)


def lost_holder(subject: Subject, seed: int, times: int) -> Row:
    """Kill who holds the lock, and see that the next need not wait."""
    row = Row("faults", "a lock whose holder was killed", seed)
    chooser = random.Random(seed)  # noqa: S311
    with timed(row):
        for number in range(times):
            into = subject.index.with_name("holder")
            words: list[Word] = [
                "rebuild",
                "--force",
                "--corpus",
                subject.a,
                "--index",
                subject.index,
            ]
            process = start(words, into=into)
            held = _until_held(subject.index / "LOCK", process)
            time.sleep(chooser.uniform(0, 0.05))
            process.kill()
            wait_for(process, into)
            done = run(*words)
            fault = done.fault or (done.status and done.err) or None
            if "waiting" in done.err:
                fault = "waited for who was dead"
            outcome = "went on" if held else "done before"
            row.judge(outcome, fault and f"{number}: {fault}")
            shutil.rmtree(into)
    return row


def _until_held(lock: Path, holder: BaseProcess) -> bool:
    """Wait until somebody holds *lock*, or *holder* has ended."""
    while holder.is_alive():
        with lock.open("r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        time.sleep(0.005)
    return False


def jumping_clock(subject: Subject, seed: int) -> Row:
    """Rebuild in the past and in the future, of files of either."""
    row = Row("faults", "a clock that jumped", seed)
    with timed(row):
        for number, moment in enumerate((0, 10**9, 2**31 + 5, 4 * 10**9)):
            corpus = (subject.a, subject.b)[number % 2]
            for path in corpus.iterdir():
                os.utime(path, (moment, moment))
            done = _at(moment, "rebuild", "--corpus", corpus, "--index", subject.index)
            if done is None:
                row.skipped = "faketime is not there"
                return row
            fault = done.fault or (done.status and done.err) or None
            same = answers(subject.index).out == subject.answers[corpus.name]
            row.judge(
                "answers", fault or (None if same else f"at {moment}: other ones")
            )
            row.judge("whole", index_fault(subject, subject.index))
            row.judge("tidy", leftovers(subject.index))
    return row


def _at(moment: int, *words: str | Path) -> Done | None:
    """Run the command as if the clock showed *moment*, seconds of Unix time."""
    if not shutil.which("faketime"):
        return None
    timestamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(moment))
    return run_program("faketime", timestamp, sys.executable, "-m", "search", *words)
