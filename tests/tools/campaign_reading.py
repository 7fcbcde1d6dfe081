"""A corpus on a failing disk: no call that reads it may fail without an error.

A file that cannot be read must not pass as an empty one, nor a folder as one without
files: the index would silently lack their sentences.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from campaign_support import (
    ROOT,
    Row,
    Scale,
    Subject,
    Word,
    answers,
    index_fault,
    timed,
)

CALLS = ("openat", "read", "getdents64", "newfstatat", "statx", "fstat")
"""The calls that read a corpus; the C library decides which of the last three it uses."""
_CAUSE = "input/output error"


def reading(folder: Path, subject: Subject, scale: Scale, seed: int) -> Iterator[Row]:
    """Yield the row."""
    yield fail_each_read(folder, subject, scale.calls, seed)


def fail_each_read(
    folder: Path, subject: Subject, most: int, seed: int, fault: str = ""
) -> Row:
    """Have each call that reads corpus B fail, at most *most* of a kind.

    The process begins with the statements *fault*.
    """
    row = Row("reading", "EIO at each call that reads the corpus", seed)
    if not shutil.which("strace"):
        row.skipped = "strace is not there"
        return row
    index = folder / "struck"
    with timed(row):
        for call in CALLS:
            for number in range(1, most + 1):
                shutil.rmtree(index, ignore_errors=True)
                shutil.copytree(subject.index, index)
                done = _failing(
                    index, subject.b, f"{call}:error=EIO:when={number}", fault
                )
                log = done.stderr.decode("utf-8", "replace")
                if "(INJECTED)" not in log:
                    break
                bad = _judged(replace(subject, index=index), done.returncode, log)
                outcome = "went on" if done.returncode == 0 else "refused"
                row.judge(outcome, bad and f"{call} {number}: {bad}")
    return row


def _failing(
    index: Path, corpus: Path, injected: str, begin: str
) -> subprocess.CompletedProcess[bytes]:
    program = f"{begin}\nfrom search.cli.main import main\nmain()"
    paths = [word for path in (corpus, *corpus.iterdir()) for word in ("-P", str(path))]
    words: Sequence[Word] = ("rebuild", "--corpus", corpus, "--index", index)
    return subprocess.run(
        [
            *("strace", "-f", "-qq", "-e", f"trace={','.join(CALLS)}", *paths),
            *("-e", f"inject={injected}", sys.executable, "-c", program),
            *map(str, words),
        ],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=120,
    )


def _judged(subject: Subject, status: int, log: str) -> str | None:
    """Return a fault: only a whole index, or an error that names the cause, is none."""
    errors = [line for line in log.splitlines() if line.startswith("Error: ")]
    if "Traceback" in log:
        return f"a traceback: {log[-800:]}"
    if status == 0:
        same = answers(subject.index).out == subject.answers["B"]
        return None if same else "ended well, and B does not answer"
    if status != 2 or len(errors) != 1:
        return f"ended with {status}: {log[-300:]}"
    if _CAUSE not in errors[0] or str(subject.b) not in errors[0]:
        return f"the error does not name the cause: {errors[0]}"
    return index_fault(subject, subject.index)
