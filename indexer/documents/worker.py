"""The program of the process that `sandbox` starts."""

from __future__ import annotations

import errno
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from indexer.documents.extracted import (
    LARGEST_TEXT,
    Extracted,
    ExtractionError,
    Extractor,
    check,
)
from indexer.parent_death import die_with

STOPPED = 100
"""The exit status of a worker that the system stops, less the number of the error."""
_OF_SYSTEM = (errno.EMFILE, errno.ENFILE, errno.ENOSPC, errno.EDQUOT, errno.EIO)
_LARGEST_OUTPUT = 3 * LARGEST_TEXT
"""Bytes of a file that a parser may write; a control character takes six in JSON."""


def main() -> None:
    """Write the text of a file as JSON, or the reason why it has none.

    The arguments are a module, the file, the output, the limits of bytes and seconds, and
    the number of the process that waits for it.
    """
    module, source, output, memory, seconds, parent = sys.argv[1:]
    if sys.platform == "linux":
        die_with(int(parent))
    _limit(int(memory), int(seconds))
    extract: Extractor = import_module(module).extract
    try:
        answer = json.dumps(_answer(extract, Path(source)), ensure_ascii=False)
        Path(output).write_text(answer, encoding="utf-8")
    except OSError as fault:
        sys.exit(STOPPED + (fault.errno or errno.EIO))


def _answer(extract: Extractor, path: Path) -> dict[str, Any]:
    try:
        extracted: Extracted = check(extract(path))
    except ExtractionError as fault:
        return {"fault": str(fault)}
    except Exception as fault:  # A parser may raise any class.
        number = fault.errno if isinstance(fault, OSError) else None
        if number in _OF_SYSTEM:
            raise
        # The limit of memory also makes the system refuse a map of a file.
        if isinstance(fault, MemoryError) or number == errno.ENOMEM:
            return {"fault": "reading it takes too much memory"}
        return {"fault": f"it is damaged ({type(fault).__name__})"}
    return extracted._asdict()


def _limit(memory: int, seconds: int) -> None:
    """Limit memory, processor time and the size of written files, where that exists."""
    if sys.platform == "win32":
        return
    import resource

    for kind, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, _LARGEST_OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        # At its hard limit of time a process is killed as if memory had run out.
        spare = kind == resource.RLIMIT_CPU and limit != hard
        resource.setrlimit(kind, (limit, limit + spare))
