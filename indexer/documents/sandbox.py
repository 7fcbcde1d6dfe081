"""Runs the parser of a format in a process of its own, with limits on memory and time.

The process reads a copy of the file, and writes the text as JSON to a file that the
system bounds. It starts as a new interpreter: a fork would have this process's memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from indexer.documents.extracted import Extracted, ExtractionError

MEMORY = 1 << 30
"""Bytes of address space that a parser may use."""
SECONDS = 60.0
"""Seconds after which a parser is stopped, by the clock and by the processor."""

PACKAGE = "indexer.documents."
"""The package of the formats' modules."""

_START = (
    "import sys; sys.path[:] = sys.argv.pop().split({separator!r});"
    " from indexer.documents.worker import main; main()"
)


def run(module: str, path: Path) -> Extracted:
    """Return the text of the file at *path*, by `extract` of a module of this package.

    The output goes to a file beside *path*.

    Raises:
        ExtractionError: The parser failed, crashed, or reached a limit.
    """
    output = path.with_name("text.json")
    start = _START.format(separator=os.pathsep)
    limits = (str(MEMORY), str(int(SECONDS)))
    arguments = (
        PACKAGE + module,
        str(path),
        str(output),
        *limits,
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
    except (OSError, ValueError):
        # SIGXCPU is 24 wherever there is such a limit.
        reason = _too_long() if status == -24 else "its parser crashed"
        raise ExtractionError(reason) from None
    if "fault" in answer:
        raise ExtractionError(answer["fault"])
    pages, quotes = tuple(answer["pages"]), tuple(map(tuple, answer["quotes"]))
    return Extracted(**{**answer, "pages": pages, "quotes": quotes})


def _too_long() -> str:
    return f"reading it takes more than {SECONDS:.0f} seconds"
