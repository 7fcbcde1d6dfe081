"""The morpheme cache: the morphemes of every Hangul run of a corpus.

A line for each run, sorted by its UTF-8 bytes: the run, a tab, and its morphemes as
`tag/length/gap/form`, separated by spaces. `gap` is the number of letters between the
morpheme and the one before it. `form` is empty if it is the text of the run there; if
`gap` is 0 too, both are left out.

    동맹을	NNG/2 JKO/1

A search reads a few lines, and loads no analyser for a run that is in the file, nor for
one that can be composed of runs that are (see `indexer.analysis.unseen_words`). A second
file of the same format has the nouns within the runs.
"""

from __future__ import annotations

import sys
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from functools import lru_cache
from itertools import tee
from pathlib import Path

from indexer.analysis.kiwi import Morpheme, Morphemes, MorphemeSource
from indexer.storage import block_file, sorted_lines
from indexer.storage.block_file import BlockFile
from indexer.storage.checksums import FileDamagedError
from indexer.storage.sorted_lines import SortedLines

_MOST_ALIKE = 64
"""The most runs read of those that have a prefix."""


def write(path: Path, entries: Mapping[str, Sequence[Morpheme]]) -> None:
    """Write runs with their morphemes to a new file."""
    sorted_lines.write(path, (to_line(run, entries[run]) for run in sorted(entries)))


def write_lines(path: Path, lines: Mapping[str, bytes]) -> None:
    """Write the line of each run to a new file."""
    sorted_lines.write(path, (lines[run] for run in sorted(lines)))


def read_lines(path: Path) -> dict[str, bytes]:
    """Return the line of each run in a file."""
    with closing(SortedLines(path)) as stored:
        lines = stored.with_prefix(b"")
    return {str(line[: line.index(b"\t")], "utf-8"): line for line in lines}


def write_counts(path: Path, runs: Iterable[str], counts: Mapping[str, int]) -> None:
    """Write how often each of *runs*, all those of a cache, occurs in the corpus."""
    values = array("I", [counts.get(run, 0) for run in sorted(runs)])
    if sys.byteorder != "little":
        values.byteswap()
    block_file.write(path, [values.tobytes()])


def read_counts(path: Path, runs: Iterable[str]) -> dict[str, int]:
    """Return how often each of *runs*, all those of a cache, occurs in the corpus.

    Raises:
        FileDamagedError: The file has another number of counts.
    """
    with closing(BlockFile(path, cache_size=0)) as stored:
        values = array("I", stored[0])
    if sys.byteorder != "little":
        values.byteswap()
    try:
        return dict(zip(sorted(runs), values, strict=True))
    except ValueError:
        raise FileDamagedError(path) from None


def to_line(run: str, parts: Sequence[Morpheme]) -> bytes:
    """Return the line of a run."""
    encoded, offset = [], 0
    for form, tag, start, end in parts:
        fields = [tag, str(end - start)]
        different_form = "" if form == run[start:end] else form
        if different_form or start != offset:
            fields += [str(start - offset), different_form]
        encoded.append("/".join(fields))
        offset = end
    return f"{run}\t{' '.join(encoded)}".encode()


def parse_line(line: bytes) -> tuple[str, Morphemes]:
    """Return the run of a line, and its morphemes."""
    run, _, encoded = line.decode().partition("\t")
    parts, offset = [], 0
    for tag, length, gap, form in map(_fields, encoded.split()):
        start = offset + gap
        offset = start + length
        parts.append(Morpheme(form or run[start:offset], tag, start, offset))
    return run, tuple(parts)


@lru_cache(1 << 14)
def _fields(part: str) -> tuple[str, int, int, str]:
    """Return the fields of a morpheme; most runs share theirs with others."""
    tag, length, *more = part.split("/")
    gap, form = more or ("0", "")
    return tag, int(length), int(gap), form


class KnownRuns:
    """The runs analysed so far, with their morphemes in `known`.

    Args:
        analyse: Returns the morphemes of unknown runs, given their keys.
        release: Called by `close`, when no more runs will be analysed.
    """

    def __init__(
        self, analyse: MorphemeSource, release: Callable[[], None] | None = None
    ) -> None:
        self.known: dict[str, Morphemes] = {}
        self._analyse = analyse
        self._release = release

    def close(self) -> None:
        """Release the analyser."""
        if self._release:
            self._release()

    def morphemes(self, runs: Sequence[str]) -> list[Morphemes]:
        """Return the morphemes of each of *runs*, in order."""
        if unknown := [run for run in dict.fromkeys(runs) if run not in self.known]:
            self.learn(unknown)
        return [self.known[run] for run in runs]

    def learn(self, runs: Iterable[str]) -> None:
        """Analyse those of *runs*, which are distinct, that are unknown."""
        deque(self.stream(runs), maxlen=0)

    def stream(self, runs: Iterable[str]) -> Iterator[Morphemes]:
        """Read all of *runs*, which are distinct; return their morphemes, in order.

        The morphemes are computed while the runs are read, if other processes do it, or
        else when they are taken from the result.
        """
        runs, source = tee(runs)
        unknown, to_analyse = tee(self._unknown(source))
        results = self._analyse(to_analyse)
        # An analyser in this process reads nothing yet.
        deque(unknown, maxlen=0)
        return self._in_order(list(runs), iter(results))

    def _in_order(
        self, runs: Iterable[str], results: Iterator[Morphemes]
    ) -> Iterator[Morphemes]:
        for run in runs:
            if run not in self.known:
                self.known[run] = next(results)
            yield self.known[run]

    def _unknown(self, runs: Iterable[str]) -> Iterator[str]:
        """Yield those of *runs* that must be analysed."""
        return (run for run in runs if run not in self.known)


class StoredRuns(KnownRuns):
    """Known runs that are parsed from a file when they are used for the first time.

    `lines` has the lines of all its runs.
    """

    def __init__(
        self,
        path: Path,
        analyse: MorphemeSource,
        release: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(analyse, release)
        self.lines = read_lines(path)

    def _unknown(self, runs: Iterable[str]) -> Iterator[str]:
        for run in super()._unknown(runs):
            if run in self.lines:
                self.known[run] = parse_line(self.lines[run])[1]
            else:
                yield run


def _any_word(_: str) -> bool:
    return True


class MorphemeCache(KnownRuns):
    """Reads a morpheme cache; other runs are composed of its runs, or analysed.

    Args:
        path: The file of the runs.
        nouns: The file of the nouns within them.
        analyse: Returns the morphemes of runs that cannot be composed.
        has_word: Returns whether any sentence has a word; by default, a run may also be
            composed of nouns that the corpus lacks.
    """

    def __init__(
        self,
        path: Path,
        nouns: Path,
        analyse: MorphemeSource,
        has_word: Callable[[str], bool] = _any_word,
    ) -> None:
        super().__init__(analyse)
        self.has_word = has_word
        with ExitStack() as stack:
            self._runs = stack.enter_context(closing(SortedLines(path)))
            self._nouns = SortedLines(nouns)
            stack.pop_all()

    def close(self) -> None:
        """Close the files."""
        self._runs.close()
        self._nouns.close()

    def find(self, key: str) -> Morphemes | None:
        """Return the morphemes of a run or noun of the corpus, None for any other."""
        for stored in (self._runs, self._nouns):
            for line in stored.with_prefix(f"{key}\t".encode()):
                return parse_line(line)[1]
        return None

    def with_prefix(self, prefix: str) -> Iterator[tuple[str, Morphemes]]:
        """Yield the first runs, then the first nouns, of the corpus that have *prefix*."""
        for stored in (self._runs, self._nouns):
            yield from map(parse_line, stored.with_prefix(prefix.encode(), _MOST_ALIKE))

    def runs(self) -> Iterator[tuple[str, Morphemes]]:
        """Yield every run of the corpus."""
        return map(parse_line, self._runs.with_prefix(b""))

    def morphemes(self, runs: Sequence[str]) -> list[Morphemes]:
        """Return the morphemes of each of *runs*, in order.

        A run that can be composed is never analysed, even if the analyser is loaded: the
        result does not depend on earlier calls.
        """
        for run in runs:
            if run not in self.known:
                parts = self.find(run)
                if parts is None:
                    from indexer.analysis.unseen_words import analyze_unseen

                    parts = analyze_unseen(run, self)
                if parts is not None:
                    self.known[run] = parts
        return super().morphemes(runs)
