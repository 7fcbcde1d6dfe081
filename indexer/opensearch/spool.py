"""Sentences on their way from the corpus to a server, in a file of their own.

A corpus of any size is read once, and what is held of it meanwhile grows with its words
alone: its sentences wait on disk until they are sent, in batches that several processes
read by themselves.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from indexer.analysis.script_runs import Run, Script, runs, words
from indexer.ingest.sentence import Sentence

BATCH = 500
"""How many sentences are sent at a time."""
_LARGE = 1 << 20
"""Bytes of them that are sent at a time however few they are: what a server is sent is
ten times that, and it takes no request of more than 100 MB."""


class Batch(NamedTuple):
    """Sentences that stand in a row: the place of the first, and their bytes."""

    place: int
    start: int
    end: int


class Spool:
    """The sentences of a corpus on disk, in order; it can be looped over again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self.batches: list[Batch] = []
        self._size = 0

    def fill(self, sentences: Iterable[Sentence]) -> Iterator[Sentence]:
        """Write *sentences*, and yield each when it is written."""
        with self.path.open("wb") as file:
            place = start = 0
            for sentence in sentences:
                line = json.dumps(sentence, ensure_ascii=False).encode() + b"\n"
                self._size += file.write(line)
                self.count += 1
                if self.count - place == BATCH or self._size - start >= _LARGE:
                    self.batches.append(Batch(place, start, self._size))
                    place, start = self.count, self._size
                yield sentence
            if self._size > start:
                self.batches.append(Batch(place, start, self._size))

    def read(self, batch: Batch) -> Iterator[tuple[int, Sentence]]:
        """Yield the sentences of a batch with their places."""
        with self.path.open("rb") as file:
            file.seek(batch.start)
            lines = file.read(batch.end - batch.start).splitlines()
        for place, line in enumerate(lines, batch.place):
            yield place, Sentence(*json.loads(line))

    def __iter__(self) -> Iterator[Sentence]:
        for batch in self.batches:
            for _, sentence in self.read(batch):
                yield sentence


class DistinctRuns:
    """The distinct runs of a corpus; its words are cut into runs once.

    `words` are how often each word stands in it.
    """

    def __init__(self) -> None:
        self.words: Counter[str] = Counter()
        self._runs: dict[tuple[str, Script], Run] = {}

    def __iter__(self) -> Iterator[Run]:
        return iter(self._runs.values())

    def add(self, text: str) -> Iterator[Run]:
        """Add a text; yield its runs that none before it had."""
        for _, word in words(text):
            self.words[word] += 1
            if self.words[word] > 1:
                continue
            for run in runs(word):
                named = run.key, run.script
                if named not in self._runs:
                    self._runs[named] = run
                    yield run
