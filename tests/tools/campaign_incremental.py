"""Incremental rebuilds killed: the next one, of another corpus, is as one from nothing.

Any rebuild here is an incremental one with processes of its own, however small the corpus
(`INCREMENTAL`), except where the corpus is large enough by itself.
"""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

from campaign_support import (
    QUERIES,
    WORDS,
    Row,
    Scale,
    Subject,
    Word,
    answers,
    check,
    leftovers,
    run,
    start,
    timed,
    wait_for,
    write_corpus,
)

from indexer.build.index_directory import IndexDirectory
from indexer.file_names import DOCID_MAP

INCREMENTAL = (
    "from indexer.build import changes, corpus_tables\n"
    "changes.MIN_SENTENCES, changes.MAX_CHANGED_ONE_IN = 1, 0.01\n"
    "corpus_tables.PARALLEL_FROM = 1\n"
)
SLOW_HELPERS = """
import time
from pathlib import Path
def late(folder, counts, write=corpus_tables.write_words):
    Path({mark!r}).touch()
    time.sleep(2)
    write(folder, counts)
corpus_tables.write_words = late
"""
"""Has a helper make the file *mark*, and begin to write when its parent was killed."""
_DEATH_SECONDS = 1.0
"""How long a process may take to end after its parent was killed."""
_MANY = 6_000
_RENAMED = 0.1
_EDITED = 3
"""Lines that an edit changes of a small corpus; of a large one, some for each thousand."""


class Texts:
    """A corpus that is edited at random."""

    def __init__(self, path: Path, chooser: random.Random, count: int) -> None:
        self.path = write_corpus(path, 3, count)
        self._chooser = chooser
        self._count = count

    def edit(self) -> None:
        """Change, add, remove and move some records, and rename a document at times."""
        if self._chooser.random() < _RENAMED:
            [document] = self.path.glob("*.txt")
            document.rename(self.path / f"글{self._chooser.randrange(9)}.txt")
        records = self.path / "기록.jsonl"
        lines = records.read_text(encoding="utf-8").splitlines()
        for _ in range(_EDITED + self._count // 1_000):
            place = self._chooser.randrange(len(lines))
            name = f"n{self._chooser.randrange(1 << 40)}"
            text = f"{self._chooser.choice(WORDS)}. {self._chooser.choice(WORDS)}."
            line = f'{{"id": "{name}", "text": "{text}"}}'
            act = self._chooser.randrange(4)
            if act == 0:
                lines.insert(place, line)
            elif act == 1:
                lines[place] = line
            elif len(lines) > self._count // 2:
                moved = lines.pop(place)
                if act == 2:
                    lines.insert(self._chooser.randrange(len(lines)), moved)
        records.write_text("\n".join([*lines, ""]), encoding="utf-8")

    def queries(self, count: int) -> list[str]:
        """Return *count* queries: words that stand side by side, and operators."""
        spans = set[str]()
        while len(spans) < count - len(QUERIES):
            words = self._chooser.choice(WORDS).split()
            first = self._chooser.randrange(len(words))
            span = words[first : first + self._chooser.randint(1, 3)]
            if self._chooser.random() < 0.3:
                span = [*span, self._chooser.choice(("AND", "NOT")), words[0]]
            if self._chooser.random() < 0.2:
                span = [f'"{" ".join(words[first : first + 2])}"']
            elif self._chooser.random() < 0.3:
                span += self._chooser.choice(WORDS).split()[:1]
            spans.add(" ".join(span))
        return [*QUERIES, *sorted(spans)]


def incremental(folder: Path, _: Subject, scale: Scale, seed: int) -> Iterator[Row]:
    """Yield the rows."""
    what = "an incremental rebuild killed, then another"
    yield kill_incremental(what, folder / "few", scale.kills, seed)
    what = "the same, of 12,000 sentences"
    times = max(1, scale.kills // 30)
    yield kill_incremental(what, folder / "many", times, seed, count=_MANY)
    yield kill_with_slow_helpers(folder / "slow", max(1, scale.kills // 30), seed)
    yield rebuild_edits(folder / "edits", scale.kills, seed)


def rebuild_edits(folder: Path, times: int, seed: int, fault: str = "") -> Row:
    """Edit a corpus again and again, and compare each rebuild with one from nothing.

    The processes of the rebuilds begin with the statements *fault*.
    """
    row = Row("incremental", "edits, each beside an index made from nothing", seed)
    texts = Texts(folder / "corpus", random.Random(seed), 24)  # noqa: S311
    with timed(row):
        trial = Trial(folder, texts, texts.queries(60), INCREMENTAL + fault)
        for number in range(times):
            texts.edit()
            bad = trial.rebuild() or trial.fault()
            row.judge("as from nothing", bad and f"{number}: {bad}")
    return row


def kill_incremental(  # noqa: PLR0913 (what, where, how often, and of which program)
    what: str, folder: Path, times: int, seed: int, *, count: int = 24, fault: str = ""
) -> Row:
    """Edit a corpus and kill its rebuild; edit it again, rebuild, and compare.

    There are *count* records, and as many paragraphs. The killed processes begin with the
    statements *fault*.
    """
    row = Row("incremental", what, seed)
    chooser = random.Random(seed)  # noqa: S311
    texts = Texts(folder / "corpus", chooser, count)
    begin = INCREMENTAL if count < _MANY else ""
    with timed(row):
        trial = Trial(folder, texts, texts.queries(60 if count < _MANY else 200), begin)
        texts.edit()
        first = time.monotonic()
        bad = trial.rebuild()
        long = time.monotonic() - first
        if bad or not (IndexDirectory(trial.index).current() / DOCID_MAP).exists():
            raise ValueError(bad or "the rebuild is no incremental one")
        for number in range(times):
            moment = chooser.uniform(0, 1.1 * long)
            outcome, bad = trial.kill(partial(_sleep, moment), begin + fault)
            row.judge(outcome, bad and f"{number}, after {moment:.3f} s: {bad}")
    return row


def kill_with_slow_helpers(folder: Path, times: int, seed: int, fault: str = "") -> Row:
    """Kill rebuilds whose helper writes late: it must end with them.

    The killed processes begin with the statements *fault*.
    """
    row = Row("incremental", "a rebuild killed while its helper waits", seed)
    texts = Texts(folder / "corpus", random.Random(seed), 24)  # noqa: S311
    with timed(row):
        trial = Trial(folder, texts, texts.queries(30), INCREMENTAL)
        for number in range(times):
            mark = folder / f"mark {number}"
            begin = INCREMENTAL + SLOW_HELPERS.format(mark=str(mark)) + fault
            outcome, bad = trial.kill(partial(_until_made, mark), begin)
            row.judge(outcome, bad and f"{number}: {bad}")
    return row


class Trial:
    """An index of *texts*, made now, whose incremental rebuilds are killed.

    Args:
        folder: A folder for the indexes.
        texts: The corpus.
        queries: The queries whose answers are compared.
        begin: Statements with which each process of a rebuild begins.
    """

    def __init__(
        self, folder: Path, texts: Texts, queries: list[str], begin: str
    ) -> None:
        self.index = folder / "index"
        self._nothing = folder / "nothing"
        self._into = folder / "killed"
        self._texts = texts
        self._queries = queries
        self._begin = begin
        if fault := self.rebuild("--corpus", texts.path):
            raise ValueError(fault)

    def rebuild(self, *words: Word, index: Path | None = None) -> str | None:
        """Rebuild, and return a fault."""
        words = ("rebuild", *words, "--index", index or self.index)
        done = run(*words, before=partial(exec, self._begin, {}))
        return done.fault or (f"the next rebuild: {done.err}" if done.status else None)

    def kill(
        self, wait: Callable[[BaseProcess], None], begin: str
    ) -> tuple[str, str | None]:
        """Edit, and kill a rebuild when *wait* returns; return outcome and fault.

        The killed process begins with the statements *begin*. After it, the index must
        answer as before or as one of the edited texts. Then they are edited once more,
        and the next rebuild must answer as one made from nothing.
        """
        old = answers(self.index, self._queries).out
        self._texts.edit()
        words: list[Word] = ["rebuild", "--index", self.index]
        before = partial(exec, begin, {})
        process = start(words, into=self._into, before=before)
        wait(process)
        process.kill()
        done = wait_for(process, self._into)
        fault = outlived(self._into) or self._fault_of_check()
        if not fault and answers(self.index, self._queries).out != old:
            fault = self._fault_beside_nothing()
        shutil.rmtree(self._into)
        self._texts.edit()
        fault = fault or self.rebuild() or leftovers(self.index)
        fault = fault or self.fault()
        return ("killed" if done.status < 0 else "done before"), fault

    def fault(self) -> str | None:
        """Return a fault of the index, which must answer as one made from nothing."""
        return self._fault_of_check() or self._fault_beside_nothing()

    def _fault_of_check(self) -> str | None:
        done = check(self.index)
        return f"check: {done.fault or done.err}" if done.status else None

    def _fault_beside_nothing(self) -> str | None:
        """Compare the answers with those of an index of which nothing but words is old."""
        words: list[Word] = ["--force", "--corpus", self._texts.path]
        if fault := self.rebuild(*words, index=self._nothing):
            return fault
        nothing = answers(self._nothing, self._queries)
        if answers(self.index, self._queries).out != nothing.out:
            return "other answers than those of an index made from nothing"
        return None


def _sleep(seconds: float, _: BaseProcess) -> None:
    time.sleep(seconds)


def _until_made(path: Path, process: BaseProcess) -> None:
    """Wait until *path* exists, or *process* has ended."""
    while process.is_alive() and not path.exists():
        time.sleep(0.01)


def outlived(into: Path) -> str | None:
    """Return a fault that names processes of a killed command that are still running.

    They are those that have the file open to which the command prints its errors.
    """
    until = time.monotonic() + _DEATH_SECONDS
    while left := _processes(into / "err"):
        if time.monotonic() > until:
            return f"outlived the command: {left}"
        time.sleep(0.01)
    return None


def _processes(file: Path) -> list[int]:
    numbers = (
        int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()
    )
    return [number for number in numbers if _error_file(number) == str(file)]


def _error_file(process: int) -> str:
    try:
        return str(Path(f"/proc/{process}/fd/2").readlink())
    except OSError:  # It has ended.
        return ""
