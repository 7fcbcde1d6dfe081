"""The lexicon: the morphemes of every Hangul run of a corpus, kept with its index.

One line a run, sorted by the run's UTF-8 bytes: the run, a tab, and its morphemes as
`form/tag/start/end`, a space between them. Looking a run up reads a few lines of the
file, so that a query of known runs needs no analyser and no start-up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from indexer.kiwi import Morpheme, MorphemeSource
from indexer.lines import SortedLines


def write(path: Path, entries: Mapping[str, Sequence[Morpheme]]) -> None:
    """Write a lexicon of *entries*, run to morphemes."""
    with path.open("wb") as file:
        for key, run in sorted((run.encode(), run) for run in entries):
            parts = " ".join("/".join(map(str, part)) for part in entries[run])
            file.write(key + b"\t" + parts.encode() + b"\n")


class KnownRuns:
    """The runs analysed so far; what is not among them is given to *analyse*."""

    def __init__(self, analyse: MorphemeSource) -> None:
        self.known: dict[str, tuple[Morpheme, ...]] = {}
        self._analyse = analyse

    def morphemes(self, runs: Sequence[str]) -> list[tuple[Morpheme, ...]]:
        """Return the morphemes of each of *runs*, in order."""
        unknown = list(dict.fromkeys(run for run in runs if run not in self.known))
        if unknown:
            self.known.update(zip(unknown, self._analyse(unknown), strict=True))
        return [self.known[run] for run in runs]


class Lexicon(KnownRuns):
    """A lexicon on disk; runs it lacks are given to *analyse* and then remembered."""

    def __init__(self, path: Path, analyse: MorphemeSource) -> None:
        super().__init__(analyse)
        self._lines = SortedLines(path)

    def close(self) -> None:
        """Let go of the file."""
        self._lines.close()

    def morphemes(self, runs: Sequence[str]) -> list[tuple[Morpheme, ...]]:
        """Return the morphemes of each of *runs*, in order."""
        for run in runs:
            if run not in self.known:
                for line in self._lines.starting(f"{run}\t".encode()):
                    self.known[run] = _parse(line.partition(b"\t")[2])
        return super().morphemes(runs)


def _parse(line: bytes) -> tuple[Morpheme, ...]:
    fields = (part.split("/") for part in line.decode().split())
    return tuple(Morpheme(f[0], f[1], int(f[2]), int(f[3])) for f in fields)
