"""Paths, writers of small corpora, and runners of the command, which several tests share."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import settings

from indexer.build.index_directory import VARIABLE
from indexer.build.rebuild import rebuild
from search.cli.main import communique

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "tests" / "data"
SHARED = ROOT.parent / "shared"
"""The collections that lie beside the project, where there are any."""

needs_web = pytest.mark.skipif(not find_spec("uvicorn"), reason="needs the extra `web`")

Run = Callable[..., Result]
TraceFunction = Callable[[FrameType, str, Any], Any]


def examples(share: float) -> int:
    """Return a share of the examples that the hypothesis profile draws, at least one.

    For `@settings(max_examples=…)` of a test whose examples take long.
    """
    return max(1, round(share * settings().max_examples))


def count_steps(function: Callable[[], object]) -> int:
    """Return how many lines of Python *function* executes, which no other load changes."""
    steps = 0

    def count(_frame: FrameType, event: str, _value: object) -> TraceFunction:
        nonlocal steps
        steps += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        function()
    finally:
        sys.settrace(before)
    return steps


HOSTILE = "<script>alert('말뭉치')</script><img src=x onerror=alert(1)>"
"""Markup that does something if it is not escaped."""


@contextmanager
def served(index_folder: Path) -> Iterator[str]:
    """Serve an index in a process of its own, and yield the URL."""
    words = ["serve", "--port", "0", "--index", str(index_folder)]
    with subprocess.Popen(
        [sys.executable, "-m", "search", *words],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr
            url = re.match(r"http://127\.0\.0\.1:\d+", process.stderr.readline())
            assert url
            yield url[0]
        finally:
            process.terminate()


def write_records(path: Path, texts: Mapping[str, str] | Iterable[str]) -> Path:
    """Write a JSON Lines file of records; texts without ids are numbered from 0."""
    if not isinstance(texts, Mapping):
        texts = {str(number): text for number, text in enumerate(texts)}
    lines = (json.dumps({"id": id_, "text": text}) for id_, text in texts.items())
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def index_records(folder: Path, texts: Mapping[str, str] | Iterable[str]) -> Path:
    """Index records, as `write_records` writes them; return the folder of the index."""
    rebuild(folder / "index", [write_records(folder / "r.jsonl", texts)])
    return folder / "index"


def write_texts(folder: Path, texts: Mapping[str, str]) -> Path:
    """Write `NAME.txt` for each name and text to *folder*, which is made if need be."""
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def command_on(index_folder: Path) -> Run:
    """Return a function that runs `communique` on an index, in this process."""

    def run(
        *words: str | Path, stdin: str | bytes = b"", index: Path = index_folder
    ) -> Result:
        runner = CliRunner(env={VARIABLE: str(index)})
        arguments = [str(word) for word in words]
        return runner.invoke(communique, arguments, input=stdin, catch_exceptions=False)

    return run


def outcome(result: Result) -> tuple[int, str, str]:
    """Return the exit status, the standard output and the standard error."""
    return result.exit_code, result.stdout, result.stderr


def failure(result: Result) -> str:
    """Return the standard error of a command that failed and printed nothing else."""
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr


def json_object(result: Result) -> dict[str, Any]:
    """Return the JSON object that is all of the output, on one line, Hangul as it is."""
    assert result.stderr == ""
    record = json.loads(result.stdout)
    assert isinstance(record, dict)
    assert result.stdout.count("\n") == 1
    assert not re.search(r"\\u[3-9a-d]", result.stdout)
    return record


def is_running(process: int) -> bool:
    """Return whether a process runs, on Linux; one that has ended does not."""
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
