"""The program of the process that `sandbox` starts."""

from __future__ import annotations

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

_LARGEST_OUTPUT = 3 * LARGEST_TEXT
"""Bytes of a file that a parser may write; a control character takes six in JSON."""


def main() -> None:
    """Write the text of a file as JSON, or the reason why it has none.

    The arguments are a module, the file, the output, and the limits of bytes and seconds.
    """
    module, source, output, memory, seconds = sys.argv[1:]
    _limit(int(memory), int(seconds))
    extract: Extractor = import_module(module).extract
    answer = _answer(extract, Path(source))
    Path(output).write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")


def _answer(extract: Extractor, path: Path) -> dict[str, Any]:
    try:
        extracted: Extracted = check(extract(path))
    except ExtractionError as fault:
        return {"fault": str(fault)}
    except MemoryError:
        return {"fault": "reading it takes too much memory"}
    except Exception as fault:  # noqa: BLE001 (a parser's fault, of any class)
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
        resource.setrlimit(kind, (limit, limit))
