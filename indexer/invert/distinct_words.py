"""The distinct words of a corpus, each split into runs once, however often it occurs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain, count

from indexer.analysis.script_runs import Run, Script, runs_of, spelled_runs, split_words
from indexer.invert.ragged_array import RaggedArray


class DistinctWords:
    """The words of the texts added so far, numbered as they first occur.

    `runs` are their distinct runs, numbered by their place in the list, and `word_runs`
    has for each word the numbers of its runs.
    """

    def __init__(self) -> None:
        self._words: defaultdict[str, int] = defaultdict(count().__next__)
        self._runs: dict[tuple[str, Script], int] = {}
        self.runs: list[Run] = []
        self.word_runs = RaggedArray()

    def __len__(self) -> int:
        return len(self._words)

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def add(self, text: str) -> tuple[list[int], range]:
        """Add a text; return the numbers of its words, and those of its new runs."""
        words = split_words(text)
        words_before, runs_before = len(self._words), len(self.runs)
        numbers = list(map(self._words.__getitem__, words))
        if len(self._words) > words_before:
            by_number = dict(zip(numbers, words, strict=True))
            for number in range(words_before, len(self._words)):
                word = by_number[number]
                word_runs = chain(runs_of(word), spelled_runs(word))
                self.word_runs.append([self._run_number(run) for run in word_runs])
        return numbers, range(runs_before, len(self.runs))

    def _run_number(self, run: Run) -> int:
        number = self._runs.setdefault((run.key, run.script), len(self.runs))
        if number == len(self.runs):
            self.runs.append(run)
        return number
