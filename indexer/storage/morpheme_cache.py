"""The lexicon: the morphemes of every Hangul run of a corpus, kept with its index.

One line a run, sorted by the run's UTF-8 bytes: the run, a tab, and its morphemes as
`tag/length/gap/form`, a space between them. `gap` is how many letters of the run are
between the morpheme and the one before it, and `form` is empty where it is what the run
has there; if the one is 0 and the other empty, both are left out. Looking a run up
reads a few lines of the file, so that a query of known runs needs no analyser and no
start-up. Nor does one of runs that can be composed of known ones; a second file has the
nouns within them.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from itertools import tee
from pathlib import Path

from indexer.analysis.kiwi import Morpheme, Morphemes, MorphemeSource
from indexer.storage import block_file, sorted_lines
from indexer.storage.block_file import BlockFile
from indexer.storage.checksums import FileDamagedError
from indexer.storage.sorted_lines import SortedLines

_ALIKE = 64
"""How many of the runs that begin alike are read."""


def write(path: Path, entries: Mapping[str, Sequence[Morpheme]]) -> None:
    """Write a lexicon of *entries*, run to morphemes."""
    sorted_lines.write(path, (line(run, entries[run]) for run in sorted(entries)))


def write_lines(path: Path, of_runs: Mapping[str, bytes]) -> None:
    """Write a lexicon of the lines of its runs."""
    sorted_lines.write(path, (of_runs[run] for run in sorted(of_runs)))


def read_lines(path: Path) -> dict[str, bytes]:
    """Return the line of each run of a lexicon."""
    with closing(SortedLines(path)) as stored:
        found = stored.starting(b"")
    return {str(line[: line.index(b"\t")], "utf-8"): line for line in found}


def write_counts(path: Path, runs: Iterable[str], times: Mapping[str, int]) -> None:
    """Write how often each of *runs*, all of a lexicon, stands in the corpus."""
    counts = array("I", [times.get(run, 0) for run in sorted(runs)])
    if sys.byteorder != "little":
        counts.byteswap()
    block_file.write(path, [counts.tobytes()])


def read_counts(path: Path, runs: Iterable[str]) -> dict[str, int]:
    """Return how often each of *runs*, all of a lexicon, stands in the corpus.

    Raises:
        FileDamagedError: They are more or less than were written.
    """
    with closing(BlockFile(path, cache_size=0)) as stored:
        counts = array("I", stored[0])
    if sys.byteorder != "little":
        counts.byteswap()
    try:
        return dict(zip(sorted(runs), counts, strict=True))
    except ValueError:
        raise FileDamagedError(path) from None


def line(run: str, parts: Sequence[Morpheme]) -> bytes:
    """Return the line of a run."""
    written, place = [], 0
    for form, tag, start, end in parts:
        fields = [tag, str(end - start)]
        own = "" if form == run[start:end] else form
        if own or start != place:
            fields += [str(start - place), own]
        written.append("/".join(fields))
        place = end
    return f"{run}\t{' '.join(written)}".encode()


class KnownRuns:
    """The runs analysed so far; what is not among them is given to *analyse*.

    When all is known that will be asked for, *let_go* is called.
    """

    def __init__(
        self, analyse: MorphemeSource, let_go: Callable[[], None] | None = None
    ) -> None:
        self.known: dict[str, Morphemes] = {}
        self._analyse = analyse
        self._let_go = let_go

    def close(self) -> None:
        """Let go of who analyses."""
        if self._let_go:
            self._let_go()

    def morphemes(self, runs: Sequence[str]) -> list[Morphemes]:
        """Return the morphemes of each of *runs*, in order."""
        if unknown := [run for run in dict.fromkeys(runs) if run not in self.known]:
            self.learn(unknown)
        return [self.known[run] for run in runs]

    def learn(self, runs: Iterable[str]) -> None:
        """Analyse *runs*, none of which is known."""
        asked, given = tee(self._new(runs))
        self.known.update(zip(asked, self._analyse(given), strict=True))

    def learning(self, runs: Iterable[str]) -> Iterator[str]:
        """Take *runs*, none of which is known; yield each when it was analysed."""
        asked, given = tee(self._new(runs))
        found = self._analyse(given)
        return self._following(list(asked), found)

    def _following(
        self, runs: Iterable[str], found: Iterable[Morphemes]
    ) -> Iterator[str]:
        for run, parts in zip(runs, found, strict=True):
            self.known[run] = parts
            yield run

    def _new(self, runs: Iterable[str]) -> Iterator[str]:
        """Yield those of *runs* that must be analysed."""
        return iter(runs)


class StoredRuns(KnownRuns):
    """The runs of a lexicon, each read when it is asked for; others are analysed.

    `lines` are those of all its runs.
    """

    def __init__(
        self,
        path: Path,
        analyse: MorphemeSource,
        let_go: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(analyse, let_go)
        self.lines = read_lines(path)

    def _new(self, runs: Iterable[str]) -> Iterator[str]:
        """Recall those of *runs* that the lexicon has; yield the others."""
        for run in runs:
            if run in self.lines:
                self.known[run] = parsed(self.lines[run])[1]
            else:
                yield run


def _may_be(_: str) -> bool:
    return True


class MorphemeCache(KnownRuns):
    """A lexicon on disk; runs it lacks are composed, or given to *analyse*.

    Args:
        path: Its runs.
        nouns: The nouns within them.
        analyse: Gives the morphemes of what cannot be composed.
        has_word: Tells whether a sentence has a word; without it, no run is composed of
            a noun that the corpus lacks.
    """

    def __init__(
        self,
        path: Path,
        nouns: Path,
        analyse: MorphemeSource,
        has_word: Callable[[str], bool] = _may_be,
    ) -> None:
        super().__init__(analyse)
        self.has_word = has_word
        self._runs = SortedLines(path)
        self._nouns = SortedLines(nouns)

    def close(self) -> None:
        """Let go of the files."""
        self._runs.close()
        self._nouns.close()

    def find(self, key: str) -> Morphemes | None:
        """Return the morphemes of a run or noun of the corpus, or None if it is none."""
        for stored in (self._runs, self._nouns):
            for line in stored.starting(f"{key}\t".encode()):
                return parsed(line)[1]
        return None

    def starting(self, prefix: str) -> Iterator[tuple[str, Morphemes]]:
        """Yield the first runs and nouns of the corpus that begin with *prefix*."""
        for stored in (self._runs, self._nouns):
            yield from map(parsed, stored.starting(prefix.encode(), _ALIKE))

    def runs(self) -> Iterator[tuple[str, Morphemes]]:
        """Yield every run of the corpus."""
        return map(parsed, self._runs.starting(b""))

    def morphemes(self, runs: Sequence[str]) -> list[Morphemes]:
        """Return the morphemes of each of *runs*, in order.

        What can be composed is never given to the analyser, be it loaded or not, so that
        a run is cut the same way whatever was asked before it.
        """
        for run in runs:
            if run not in self.known:
                found = self.find(run)
                if found is None:
                    from indexer.analysis.unseen_words import analyze_unseen

                    found = analyze_unseen(run, self)
                if found is not None:
                    self.known[run] = found
        return super().morphemes(runs)


def parsed(line: bytes) -> tuple[str, Morphemes]:
    """Return the run of a line, and its morphemes."""
    run, _, parts = line.decode().partition("\t")
    found, place = [], 0
    for tag, length, gap, own in map(_fields, parts.split()):
        start = place + gap
        place = start + length
        found.append(Morpheme(own or run[start:place], tag, start, place))
    return run, tuple(found)


@lru_cache(1 << 14)
def _fields(part: str) -> tuple[str, int, int, str]:
    """Return the fields of a morpheme, which many have in common."""
    tag, length, *more = part.split("/")
    gap, own = more or ("0", "")
    return tag, int(length), int(gap), own
