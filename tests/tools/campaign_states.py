"""States of one corpus, and an index that is rebuilt from one to another and killed.

The answers of an index made from nothing are recorded once for each state, so a trial
costs the killed rebuild, the next one, and the comparison.
"""

from __future__ import annotations

import json
import random
import shutil
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

from campaign_support import (
    QUERIES,
    WORDS,
    Row,
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

State = Mapping[str, str]
"""The files of a corpus: their texts by their names."""

_SYLLABLES = (
    "가나다라마바사아자차카타파하고노도로모보소오조초코토포호기니디리미비시이지치"
)
_OLD_WORDS = ("협력", "전작권", "공약")
"""Words of `WORDS`, for which a rebuild does not load Kiwi."""
_NEW_WORDS = 4
"""One edit in this many adds a new word."""
_HITS = 10
"""Hits of each query that are compared, beside their number."""
_DEATH_SECONDS = 1.0
"""How long a process may take to end after its parent was killed."""
_LARGE = 1_000
"""Records of a corpus whose document is not renamed."""
_RENAMED = 0.1
_EDITED = 3
"""Lines that an edit changes of a small corpus; of a large one, some for each thousand."""


def new_word(chooser: random.Random) -> str:
    """Return a word that no dictionary has, so that Kiwi must analyse it."""
    return "".join(chooser.choices(_SYLLABLES, k=chooser.randint(2, 4)))


def record(chooser: random.Random, words: Sequence[str]) -> str:
    """Return a line of records with a new id; one of its words is one of *words*."""
    name = f"n{chooser.randrange(1 << 40)}"
    word = chooser.choice(words)
    text = f"{word}을 논의하였다. {chooser.choice(WORDS)}. {chooser.choice(WORDS)}."
    return json.dumps({"id": name, "text": text}, ensure_ascii=False)


def read_state(corpus: Path) -> State:
    """Return the files in the folder of a corpus."""
    return {path.name: path.read_text("utf-8") for path in corpus.iterdir()}


def other_corpora(
    folder: Path, times: int, chooser: random.Random, count: int
) -> list[State]:
    """Return *times* corpora of *count* sentences, each with words of its own."""
    states: list[State] = []
    for number in range(times):
        words = [new_word(chooser) for _ in range(max(10, count // 10))]
        lines = [record(chooser, words) for _ in range(count // 2)]
        texts = [json.loads(line)["text"] for line in lines]
        article = "\n\n".join(f"{n}. {text}" for n, text in enumerate(texts, 1))
        state = dict(read_state(write_corpus(folder / f"other {number}", number + 1)))
        state["조문.txt"] = article + "\n"
        state["목록.jsonl"] = "\n".join([*lines, ""])
        states.append(state)
    return states


def edited_corpora(
    folder: Path, times: int, chooser: random.Random, count: int
) -> list[State]:
    """Return a corpus of *count* sentences and its states after each of some edits."""
    corpus = write_corpus(folder / "edited", 3, count // 2)
    states = [read_state(corpus)]
    for number in range(1, times):
        words = [new_word(chooser)] if number % _NEW_WORDS == 0 else _OLD_WORDS
        edit(corpus, chooser, words)
        states.append(read_state(corpus))
    return states


def edit(corpus: Path, chooser: random.Random, words: Sequence[str]) -> None:
    """Change, add, remove and move some records, and rename a small document at times.

    Each record that is new has one of *words*. All sentences of a document that is renamed
    are changed, so that a large corpus would be indexed anew.
    """
    records = corpus / "기록.jsonl"
    lines = records.read_text(encoding="utf-8").splitlines()
    if len(lines) < _LARGE and chooser.random() < _RENAMED:
        [document] = corpus.glob("*.txt")
        document.rename(corpus / f"글{chooser.randrange(9)}.txt")
    for _ in range(_EDITED + len(lines) // 1_000):
        place = chooser.randrange(len(lines))
        act = chooser.randrange(4)
        if act == 0:
            lines.insert(place, record(chooser, words))
        elif act == 1:
            lines[place] = record(chooser, words)
        elif len(lines) > 12:
            moved = lines.pop(place)
            if act == 2:
                lines.insert(chooser.randrange(len(lines)), moved)
    records.write_text("\n".join([*lines, ""]), encoding="utf-8")


def queries_of(
    states: Sequence[State], count: int, chooser: random.Random
) -> list[str]:
    """Return *count* queries: words of the states that stand side by side, and operators."""
    lines = [line for s in states for text in s.values() for line in text.splitlines()]
    spans = set[str]()
    while len(spans) < count - len(QUERIES):
        words = chooser.choice(lines).split()[-12:]
        if len(words) < 3:
            continue
        first = chooser.randrange(len(words) - 1)
        span = [
            word.strip('{}[]":,') for word in words[first:][: chooser.randint(1, 3)]
        ]
        if chooser.random() < 0.3:
            span = [*span, chooser.choice(("AND", "NOT")), *chooser.choice(QUERIES)[:3]]
        elif chooser.random() < 0.3:
            span = [f'"{" ".join(span)}"']
        spans.add(" ".join(span))
    return [*QUERIES, *sorted(spans)]


class Texts:
    """A corpus in the folder *path* that is edited at random."""

    def __init__(self, path: Path, chooser: random.Random, count: int) -> None:
        self.path = write_corpus(path, 3, count)
        self._chooser = chooser
        self._count = count

    def edit(self) -> None:
        """Edit the corpus once."""
        edit(self.path, self._chooser, _OLD_WORDS)

    def queries(self, count: int) -> list[str]:
        """Return *count* queries of words of the corpus."""
        return queries_of([read_state(self.path)], count, self._chooser)


class Trial:
    """An index of one of *states*, whose rebuilds to other states are killed.

    Args:
        folder: A folder for the corpus and the indexes.
        states: The states of the corpus.
        queries: The queries whose answers are compared.
        chooser: Chooses the next states.
        begin: Statements with which each process of a rebuild begins.
        words: Further words of each rebuild, such as `--force`.

    Attributes:
        seconds: The time that the last rebuild took.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (the parts of a trial)
        self,
        folder: Path,
        states: Sequence[State],
        queries: Sequence[str],
        chooser: random.Random,
        begin: str = "",
        words: Sequence[Word] = (),
    ) -> None:
        self.index = folder / "index"
        self._corpus = folder / "corpus"
        self._nothing = folder / "nothing"
        self._into = folder / "killed"
        self._states = states
        self._queries = queries
        self._chooser = chooser
        self._begin = begin
        self._words = words
        self._outputs: dict[int, bytes] = {}
        self._state = 0
        self.seconds = 0.0
        self._put(0)
        self._outputs[0] = self._from_nothing()
        if fault := self._rebuild("--corpus", self._corpus):
            raise ValueError(fault)

    def rebuild(self) -> str | None:
        """Rebuild to another state, and return a fault of the index."""
        self._state = self._chooser.choice(self._others())
        self._output_of(self._state)
        self._put(self._state)
        first = time.monotonic()
        bad = self._rebuild(*self._words)
        self.seconds = time.monotonic() - first
        return bad or leftovers(self.index) or self.fault()

    def kill(
        self, wait: Callable[[BaseProcess], None], fault: str = ""
    ) -> tuple[str, str | None]:
        """Kill a rebuild when *wait* returns; return the outcome and a fault.

        The killed process begins with the statements *fault*. After it, the index must
        answer as before or as the state it was rebuilt to, and after the next rebuild, to
        a third state, as one made from nothing.
        """
        target = self._chooser.choice(self._others())
        known = {self._output_of(self._state), self._output_of(target)}
        self._put(target)
        words: list[Word] = ["rebuild", *self._words, "--index", self.index]
        before = partial(exec, self._begin + fault, {})
        process = start(words, into=self._into, before=before)
        wait(process)
        process.kill()
        done = wait_for(process, self._into)
        bad = outlived(self._into) or self._fault_of_check()
        bad = bad or self._fault_of_answers(known, "those of neither state")
        shutil.rmtree(self._into)
        self._state = target
        bad = bad or self.rebuild()
        return ("killed" if done.status < 0 else "done before"), bad

    def fault(self) -> str | None:
        """Return a fault of the index, which must answer as one made from nothing."""
        known = {self._output_of(self._state)}
        return self._fault_of_check() or self._fault_of_answers(
            known, "other than those of an index made from nothing"
        )

    def _others(self) -> list[int]:
        return [number for number in range(len(self._states)) if number != self._state]

    def _put(self, state: int) -> None:
        shutil.rmtree(self._corpus, ignore_errors=True)
        self._corpus.mkdir(parents=True)
        for name, text in self._states[state].items():
            (self._corpus / name).write_text(text, encoding="utf-8")

    def _output_of(self, state: int) -> bytes:
        """Return the answers of an index made from nothing of a state."""
        if state not in self._outputs:
            self._put(state)
            self._outputs[state] = self._from_nothing()
        return self._outputs[state]

    def _from_nothing(self) -> bytes:
        shutil.rmtree(self._nothing, ignore_errors=True)
        words: list[Word] = ["--corpus", self._corpus]
        if fault := self._rebuild(*words, index=self._nothing):
            raise ValueError(fault)
        done = answers(self._nothing, self._queries, _HITS)
        shutil.rmtree(self._nothing)
        return done.out

    def _rebuild(self, *words: Word, index: Path | None = None) -> str | None:
        words = ("rebuild", *words, "--index", index or self.index)
        done = run(*words, before=partial(exec, self._begin, {}))
        return done.fault or (f"the next rebuild: {done.err}" if done.status else None)

    def _fault_of_answers(self, known: Collection[bytes], what: str) -> str | None:
        """Return a fault of the search, or *what* the answers are if they are not known."""
        done = answers(self.index, self._queries, _HITS)
        # A query of a document that was renamed has an error line, which is compared.
        if done.fault or not done.out:
            return f"search: {done.fault or done.err}"
        return None if done.out in known else f"the answers are {what}"

    def _fault_of_check(self) -> str | None:
        done = check(self.index)
        return f"check: {done.fault or done.err}" if done.status else None


def kill_at_random(
    row: Row, trial: Trial, times: int, seed: int, fault: str = ""
) -> Row:
    """Kill rebuilds of *trial* at random moments, the first ones and the last alike.

    The killed processes begin with the statements *fault*.
    """
    chooser = random.Random(seed)  # noqa: S311
    with timed(row):
        if bad := trial.rebuild():
            raise ValueError(bad)
        for number in range(times):
            moment = chooser.uniform(0, trial.seconds)
            outcome, bad = trial.kill(partial(_sleep, moment), fault)
            row.judge(outcome, bad and f"{number}, after {moment:.3f} s: {bad}")
    return row


def _sleep(seconds: float, _: BaseProcess) -> None:
    time.sleep(seconds)


def outlived(into: Path) -> str | None:
    """Return a fault that names processes of a killed command that are still running.

    They are those that have the file open to which the command prints its errors.
    """
    until = time.monotonic() + _DEATH_SECONDS
    while left := processes(into / "err"):
        if time.monotonic() > until:
            return f"outlived the command: {left}"
        time.sleep(0.01)
    return None


def processes(file: Path) -> list[int]:
    """Return the numbers of the processes that print their errors to *file*."""
    numbers = (
        int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()
    )
    return [number for number in numbers if _error_file(number) == str(file)]


def _error_file(process: int) -> str:
    try:
        return str(Path(f"/proc/{process}/fd/2").readlink())
    except OSError:  # It has ended.
        return ""
