"""Processes that are timed, and the indexes and corpora of the benchmark."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain, count, islice
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
NORI, LUCENE = "nori", "lucene10"
PASSES = 3

Line = tuple[str, str]
"""The id and the text of a line."""


class Done(NamedTuple):
    """The output and the cost of a process that succeeded."""

    output: str
    errors: str
    seconds: float
    megabytes: float


class CommandError(Exception):
    """A command failed."""


def run(*command: str | Path, tree: bool = False, passes: int = PASSES) -> Done:
    """Run a command to its end; with *tree*, add up the memory of its processes.

    nori reads *passes*, how often it runs its batch, from the environment.
    """
    words, env = list(map(str, command)), {**os.environ, "NORI_PASSES": str(passes)}
    # As an installed program does, it keeps the compiled modules.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    peak = 0.0
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        start = time.perf_counter()
        with subprocess.Popen(
            words, stdout=out, stderr=err, cwd=ROOT, env=env
        ) as child:
            while not (end := os.wait4(child.pid, os.WNOHANG if tree else 0))[0]:
                peak = max(peak, _memory(child.pid))
                time.sleep(0.05)
            seconds = time.perf_counter() - start
            child.returncode = os.waitstatus_to_exitcode(end[1])
        out.seek(0)
        err.seek(0)
        peak = max(peak, end[2].ru_maxrss * 1024 / 1e6)
        done = Done(out.read(), err.read(), seconds, peak)
    if child.returncode:
        last = done.errors.strip().rpartition("\n")[2]
        raise CommandError(f"{' '.join(words)} ended with {child.returncode}: {last}")
    return done


def _memory(pid: int) -> float:
    """Return what a process and those below it hold in memory, shared pages once."""
    folder = Path(f"/proc/{pid}")
    try:
        held = re.findall(r"(?m)^Pss: +(\d+)", (folder / "smaps_rollup").read_text())
        below = " ".join(path.read_text() for path in folder.glob("task/*/children"))
    except OSError:
        return 0.0  # It has ended.
    return int(held[0]) * 1024 / 1e6 + sum(_memory(int(each)) for each in below.split())


def python(*words: str | Path) -> Done:
    return run(sys.executable, *words)


def communique(*words: str | Path, tree: bool = False) -> Done:
    return run(sys.executable, "-m", "search", *words, tree=tree)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Bench:
    """Indexes and files in *folder*, each prepared at its first use, and the peers."""

    def __init__(self, shared: Path, folder: Path, number: int) -> None:
        self.folder = folder
        self.number = number
        self.packed = shared / "data" / "law100k.jsonl.gz"
        self.queries = shared / "data" / "law100k_queries.tsv"
        self.missing: dict[str, str] = {}
        self.peers = shared / "peers"

    @cached_property
    def communique(self) -> Path:
        return self._rebuilt("communique")

    @cached_property
    def communique_nori(self) -> Path:
        index = ("--index", self.communique)
        shown = communique("show", "scm-52-2020", "--json", *index).output
        lines = [(s["id"], s["text"]) for s in json.loads(shown)["sentences"]]
        return self._indexed(write(self.folder / "communique.jsonl", lines))

    @cached_property
    def law(self) -> Path:
        return write(self.folder / "law.jsonl", law_lines(self.packed, self.number))

    @cached_property
    def law_index(self) -> Path:
        return self._rebuilt("law", "--corpus", self.law)

    @cached_property
    def tenfold(self) -> Path:
        lines = law_lines(self.packed, 10 * self.number)
        return write(self.folder / "tenfold.jsonl", lines)

    @cached_property
    def tenfold_index(self) -> Path:
        return self._rebuilt("tenfold", "--corpus", self.tenfold)

    @cached_property
    def tenfold_lucene(self) -> Path:
        say("preparing: Lucene 10's index of ten times the lines")
        index = self.tenfold.with_suffix(".lucene10")
        self.lucene("index", index, self.tenfold.with_suffix(".tsv"))
        return index

    @cached_property
    def law_nori(self) -> Path:
        return self._indexed(self.law)

    @cached_property
    def law_lucene(self) -> Path:
        say("preparing: Lucene 10's index of law")
        index = self.law.with_suffix(".lucene10")
        self.lucene("index", index, self.law.with_suffix(".tsv"))
        return index

    def lucene(self, *words: str | Path, passes: int = PASSES) -> Done | None:
        return self.peer(LUCENE, self.peers / "lucene10", *words, passes=passes)

    def nori(self, *words: str | Path, passes: int = PASSES) -> Done | None:
        return self.peer(NORI, self.peers / "nori", *words, passes=passes)

    def peer(self, name: str, *command: str | Path, passes: int = 1) -> Done | None:
        """Run a peer; return nothing where it does not run, now or before."""
        if name not in self.missing:
            try:
                return run(*command, passes=passes)
            except (CommandError, OSError) as fault:
                self.missing[name] = str(fault)
        return None

    def _rebuilt(self, name: str, *corpus: str | Path) -> Path:
        say(f"preparing: our index of {name}")
        communique("rebuild", "--index", self.folder / name, *corpus)
        return self.folder / name

    def _indexed(self, corpus: Path) -> Path:
        say(f"preparing: nori's index of {corpus.stem}")
        self.nori("index", corpus.with_suffix(".nori"), corpus.with_suffix(".tsv"))
        return corpus.with_suffix(".nori")


def write(path: Path, lines: Iterable[Line]) -> Path:
    """Write *lines* to *path* for us and beside it, as .tsv, for the peers."""
    with path.open("w") as ours, path.with_suffix(".tsv").open("w") as theirs:
        for id_, text in lines:
            record = {"id": id_, "text": text}
            ours.write(json.dumps(record, ensure_ascii=False) + "\n")
            theirs.write(f"{id_}\t{' '.join(text.split())}\n")
    return path


def law_lines(packed: Path, number: int) -> Iterator[Line]:
    """Return the first *number* lines; used up, they come again under new ids."""
    return islice(chain.from_iterable(_copy(packed, n) for n in count()), number)


def _copy(packed: Path, number: int) -> Iterator[Line]:
    with gzip.open(packed, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            yield record["id"] + (f"-{number}" if number else ""), record["text"]


def changed(lines: Iterable[Line], variant: int) -> Iterator[Line]:
    """Yield *lines*, each 100th as the words before it, turned round, and a new one."""
    before = ""
    for number, (id_, text) in enumerate(lines, 1):
        if number % 100 == 0:
            codes = (number * 37 + variant * 101 + 4001 * place for place in range(3))
            word = "".join(chr(ord("가") + code % 11_172) for code in codes)
            text = " ".join([*reversed(before.split()), word])
        yield id_, text
        before = text


def edited(lines: Iterable[Line], edits: int) -> Iterator[Line]:
    """Yield *lines*, in each hundred the first *edits* of them as words turned round."""
    for number, (id_, text) in enumerate(lines):
        turned = " ".join([*reversed(text.split()), f"고침{number}"])
        yield id_, turned if number % 100 < edits else text
