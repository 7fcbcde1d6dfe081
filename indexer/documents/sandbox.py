"""Runs the parser of a format in a process of its own, with limits on memory and time.

The process reads a copy of the file, and writes the text as JSON to a file that the
system bounds. It starts as a new interpreter: a fork would have this process's memory.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

from indexer.documents.extracted import Extracted, ExtractionError
from indexer.documents.worker import STOPPED

MEMORY = 1 << 30
"""Bytes of address space that a parser may use."""
SECONDS = 60.0
"""Seconds after which a parser is stopped, by the clock and by the processor."""

_SIGKILL, _SIGXCPU = 9, 24
"""The numbers of these signals wherever they exist."""
_FULL = (errno.ENOSPC, errno.EDQUOT)
PACKAGE = "indexer.documents."
"""The package of the formats' modules."""

_START = (
    "import sys; sys.path[:] = sys.argv.pop().split({separator!r});"
    " from indexer.documents.worker import main; main()"
)


class StoppedError(Exception):
    """The system stopped the parser of a file, which may be undamaged."""


def run(module: str, path: Path) -> Extracted:
    """Return the text of the file at *path*, by `extract` of a module of this package.

    The output goes to a file beside *path*.

    Raises:
        ExtractionError: The parser failed, crashed, or reached a limit.
        StoppedError: It was killed, or the system gave it no space.
    """
    output = path.with_name("text.json")
    start = _START.format(separator=os.pathsep)
    limits = (str(MEMORY), str(int(SECONDS)))
    arguments = (
        PACKAGE + module,
        str(path),
        str(output),
        *limits,
        str(os.getpid()),
        os.pathsep.join(sys.path),
    )
    try:
        status = subprocess.run(  # noqa: S603 (this interpreter, and a fixed program)
            [sys.executable, "-X", "utf8", "-c", start, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
            # Parsers that start threads for each core would reach the limit of memory.
            env={**os.environ, "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"},
        ).returncode
    except subprocess.TimeoutExpired:
        raise ExtractionError(_too_long()) from None
    try:
        answer = json.loads(output.read_bytes())
    except (FileNotFoundError, ValueError):
        raise _ending(status) from None
    if "fault" in answer:
        raise ExtractionError(answer["fault"])
    pages, quotes = tuple(answer["pages"]), tuple(map(tuple, answer["quotes"]))
    return Extracted(**{**answer, "pages": pages, "quotes": quotes})


def _ending(status: int) -> Exception:
    """Return the fault of a parser that wrote no answer, by its exit status."""
    if status == -_SIGKILL:
        return StoppedError("it was killed; memory may have run out")
    number = status - STOPPED
    if number in errno.errorcode:
        remedy = "; see whether TMPDIR has space" if number in _FULL else ""
        return StoppedError(os.strerror(number) + remedy)
    return ExtractionError(_too_long() if status == -_SIGXCPU else "its parser crashed")


def _too_long() -> str:
    return f"reading it takes more than {SECONDS:.0f} seconds"
