"""An index on a cluster under test, its corpus, and its answers beside a folder's."""

from __future__ import annotations

import json
import math
import os
import random
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from campaign_states import Texts, outlived, processes
from campaign_support import Done, Word, run, start, wait_for, write_corpus
from opensearch_nodes import Nodes

BEGIN = """
import os
os.environ["XDG_CACHE_HOME"] = {cache!r}
from indexer.opensearch import bulk, client, lock
lock._BEAT, lock._DEAD_AFTER = 0.3, 4.0
"""
"""The statements with which each process begins: a killed rebuild soon counts as dead."""
_QUERIES = 24
_MOST = 300.0
"""Seconds that a command may take."""


class Replaced(Texts):
    """A corpus of which an edit leaves nothing but its paths."""

    def edit(self) -> None:
        """Write other sentences."""
        write_corpus(self.path, self._chooser.randrange(4, 99), self._count)


class WithDictionary(Texts):
    """A corpus that is edited at random, and so is the dictionary that goes with it."""

    def __init__(self, path: Path, chooser: random.Random, count: int) -> None:
        super().__init__(path, chooser, count)
        self._dictionary = path.with_name("dictionary.txt")

    def edit(self) -> None:
        """Edit the corpus, or write another dictionary, or none."""
        act = self._chooser.randrange(4)
        if act > 1:
            super().edit()
        elif act:
            word = self._chooser.choice(("완전운용", "전작권전환", "방위태세"))
            pair = f"연합방위태세\t=\t{self._chooser.choice(('연방태', '연태'))}"
            self._dictionary.write_text(f"{word}\tNNG\n{pair}\n", encoding="utf-8")
        else:
            self._dictionary.unlink(missing_ok=True)

    def options(self) -> list[Word]:
        """Return the options of a rebuild for the dictionary."""
        exists = self._dictionary.exists()
        return ["--dictionary", self._dictionary] if exists else ["--no-dictionary"]

    def queries(self, count: int) -> list[str]:
        """Return queries as for every corpus, and some of the dictionary's words."""
        return [*super().queries(count), "연방태", "연태", "운용", "전작권전환"]


class Trial:
    """An index of *texts* on a cluster, and its answers beside those of a folder.

    Args:
        folder: A folder for the indexes and for the copies of the server's files.
        cluster: The nodes.
        texts: The corpus.
        words: Options of each rebuild.
        begin: Statements with which each process of a command on the server begins.
    """

    def __init__(
        self,
        folder: Path,
        cluster: Nodes,
        texts: Texts,
        words: Sequence[Word] = (),
        begin: str = "",
    ) -> None:
        self.texts = texts
        self._cluster = cluster
        self._name = f"t{random.getrandbits(40):x}"
        self.server: list[Word] = ["--engine", "opensearch"]
        self.server += ["--url", f"{cluster.url}/{self._name}"]
        self._folder = folder / "folder index"
        self._words = list(words)
        self.begin = BEGIN.format(cache=str(folder / "cache")) + begin
        self._stdin = "".join(f"{q}\n" for q in texts.queries(_QUERIES)).encode()
        if fault := self.rebuild("--corpus", texts.path):
            raise ValueError(fault)
        self.old = self.expected()

    def remove(self) -> None:
        """Delete the index on the server, since a lost shard makes the cluster red."""
        self._request(f"/communique-{self._name}-*", "DELETE")

    def expected(self) -> Done:
        """Return the answers of a folder whose index is made from nothing."""
        words: list[Word] = [
            "--force",
            "--corpus",
            self.texts.path,
            *self._dictionary(),
        ]
        done = run("rebuild", *words, "--index", self._folder)
        if done.status:
            raise ValueError(done.err)
        return run(
            "batch", "--limit", "100", "--index", self._folder, stdin=self._stdin
        )

    def answers(self) -> Done:
        """Return the answers of the server."""
        words: list[Word] = ["batch", "--limit", "100", *self.server]
        before = partial(exec, self.begin, {})
        return run(*words, stdin=self._stdin, before=before, most=_MOST)

    def rebuild(self, *words: Word, begin: str = "") -> str | None:
        """Rebuild, and return a fault."""
        begin = self.begin + begin
        before = partial(exec, begin, {})
        words = ("rebuild", *self._words, *self._dictionary(), *words, *self.server)
        done = run(*words, before=before, most=_MOST)
        return done.fault or (f"a rebuild: {done.err}" if done.status else None)

    @contextmanager
    def rebuilding(self, *words: Word, begin: str = "") -> Iterator[Process]:
        """Yield a rebuild that runs while the block does."""
        words = ("rebuild", *self._words, *self._dictionary(), *words, *self.server)
        with tempfile.TemporaryDirectory(dir=self._folder.parent) as into:
            process = Process(words, Path(into), self.begin + begin)
            try:
                yield process
            finally:
                process.end()

    def fault(self, *allowed: Done) -> str | None:
        """Return a fault of the index, which must answer as *allowed*, and be whole."""
        answers = self.answers()
        if not any(same_answers(answers, each) for each in allowed):
            return (
                f"other answers than those of an index made from nothing: {answers.err}"
            )
        done = run("check", *self.server, before=partial(exec, self.begin, {}))
        return f"check: {done.fault or done.err}" if done.status else None

    def next_fault(self) -> str | None:
        """Edit the corpus and rebuild; return a fault of that index, or what is left over."""
        self.texts.edit()
        fault = self.rebuild()
        self.old = self.expected()
        return fault or self.leftovers() or self.fault(self.old)

    def leftovers(self) -> str | None:
        """Return a fault that names more generations than the last two."""
        names = self._generations()
        return f"left over: {sorted(names)}" if len(names) > 2 else None

    def wait_for_generation(self) -> None:
        """Wait until a rebuild adds a generation to those that are there now."""
        before, until = self._generations(), time.monotonic() + _MOST
        while self._generations() <= before:
            if time.monotonic() > until:
                raise TimeoutError(f"no rebuild adds to {sorted(before)}")
            time.sleep(0.02)

    def _generations(self) -> set[str]:
        alias = f"communique-{self._name}"
        lines = self._request(f"/_cat/indices/{alias}-g*?h=index", "GET").splitlines()
        return {line.strip().removesuffix("-files") for line in lines}

    def _dictionary(self) -> list[Word]:
        texts = self.texts
        return texts.options() if isinstance(texts, WithDictionary) else []

    def _request(self, path: str, method: str) -> str:
        request = urllib.request.Request(  # noqa: S310
            self._cluster.urls[0] + path, method=method
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            text: str = answer.read().decode()
            return text


class Process:
    """A command that runs in a process of its own."""

    def __init__(self, words: Sequence[Word], into: Path, begin: str) -> None:
        self._into = into
        self._process = start(words, into=into, before=partial(exec, begin, {}))
        self._done: Done | None = None

    def signal(self, number: int) -> None:
        """Send a signal to the process and to its helpers."""
        for process in processes(self._into / "err"):
            with suppress(ProcessLookupError):
                os.kill(process, number)

    def wait(self) -> Done:
        """Wait for the end."""
        if self._done is None:
            self._done = wait_for(self._process, self._into, _MOST)
        return self._done

    def kill(self) -> str | None:
        """Kill the process, and return a fault if another one outlives it."""
        self._process.kill()
        self.wait()
        return outlived(self._into)

    def end(self) -> None:
        """Kill the process if it still runs."""
        if self._done is None:
            self.kill()


def same_answers(one: Done, other: Done) -> bool:
    """Return whether two outputs of `batch` are equal; a server's scores are of 32 bits."""
    first, second = (
        list(map(json.loads, each.out.splitlines())) for each in (one, other)
    )
    return bool(first) and equal_answers(first, second)


def equal_answers(one: Any, other: Any) -> bool:
    """Return whether two JSON values are equal, apart from the precision of numbers."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-5)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            equal_answers(one[k], other[k]) for k in one
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal_answers, one, other))
    return bool(one == other)


def is_one_sentence(done: Done) -> bool:
    """Return whether a command has ended with nothing but one clear sentence."""
    lines = done.err.splitlines()
    is_error = done.status == 2 and not done.fault and not done.out
    return is_error and len(lines) == 1 and lines[0].startswith("Error: ")
