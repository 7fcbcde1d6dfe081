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

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import tee
from pathlib import Path

from indexer import lines
from indexer.kiwi import Morpheme, Morphemes, MorphemeSource
from indexer.lines import SortedLines

_ALIKE = 64
"""How many of the runs that begin alike are read."""


def write(path: Path, entries: Mapping[str, Sequence[Morpheme]]) -> None:
    """Write a lexicon of *entries*, run to morphemes."""
    lines.write(path, (_line(run, entries[run]) for run in sorted(entries)))


def _line(run: str, parts: Sequence[Morpheme]) -> bytes:
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
    """The runs analysed so far; what is not among them is given to *analyse*."""

    def __init__(self, analyse: MorphemeSource) -> None:
        self.known: dict[str, Morphemes] = {}
        self._analyse = analyse

    def morphemes(self, runs: Sequence[str]) -> list[Morphemes]:
        """Return the morphemes of each of *runs*, in order."""
        if unknown := [run for run in dict.fromkeys(runs) if run not in self.known]:
            self.learn(unknown)
        return [self.known[run] for run in runs]

    def learn(self, runs: Iterable[str]) -> None:
        """Analyse *runs*, none of which is known."""
        asked, given = tee(runs)
        self.known.update(zip(asked, self._analyse(given), strict=True))


class Lexicon(KnownRuns):
    """A lexicon on disk; runs it lacks are composed, or given to *analyse*."""

    def __init__(self, path: Path, nouns: Path, analyse: MorphemeSource) -> None:
        super().__init__(analyse)
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
                return _parsed(line)[1]
        return None

    def starting(self, prefix: str) -> Iterator[tuple[str, Morphemes]]:
        """Yield the first runs and nouns of the corpus that begin with *prefix*."""
        for stored in (self._runs, self._nouns):
            yield from map(_parsed, stored.starting(prefix.encode(), _ALIKE))

    def runs(self) -> Iterator[tuple[str, Morphemes]]:
        """Yield every run of the corpus."""
        return map(_parsed, self._runs.starting(b""))

    def morphemes(self, runs: Sequence[str]) -> list[Morphemes]:
        """Return the morphemes of each of *runs*, in order.

        What can be composed is never given to the analyser, be it loaded or not, so that
        a run is cut the same way whatever was asked before it.
        """
        for run in runs:
            if run not in self.known:
                found = self.find(run)
                if found is None:
                    from indexer.composition import compose

                    found = compose(run, self)
                if found is not None:
                    self.known[run] = found
        return super().morphemes(runs)


def _parsed(line: bytes) -> tuple[str, Morphemes]:
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
