"""References: the numbers of the sentences, by what they are cited by.

That is an id, a paragraph, an annex or a document. A name is a line of the file: what it
is before the number it ends in, that number behind that of its digits, its first
sentence, how many it has, and how many names the line stands for: those that count on,
as ids do, with a sentence each, are one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from indexer.storage import sorted_lines
from indexer.storage.counting import counted, parted
from indexer.storage.sorted_lines import SortedLines

_DIGITS = 2
"""How many characters tell how many digits a number has, so that 10 is behind 9."""


def write(path: Path, named: Mapping[str, range]) -> None:
    """Write which sentences each name is that of."""
    sorted_lines.write(path, _lines(named))


def _lines(named: Mapping[str, range]) -> Iterator[bytes]:
    begun, names, numbers = "", 0, range(0)
    for name in sorted(named, key=_key):
        added = named[name]
        one_each = len(numbers) == names and added == range(numbers.stop, added.stop)
        if one_each and len(added) == 1 and name == counted(begun, names):
            names, numbers = names + 1, range(numbers.start, added.stop)
            continue
        if names:
            yield _line(begun, names, numbers)
        begun, names, numbers = name, 1, added
    if names:
        yield _line(begun, names, numbers)


def _line(name: str, names: int, numbers: range) -> bytes:
    return _key(name) + f"\t{numbers.start}\t{len(numbers)}\t{names}".encode()


def _key(name: str) -> bytes:
    stem, number = parted(name)
    return f"{stem}\t{len(number):0{_DIGITS}}{number}".encode(errors="replace")


def _key_of(line: bytes) -> bytes:
    return line.rsplit(b"\t", 3)[0]


class References:
    """The references of an index."""

    def __init__(self, path: Path) -> None:
        self._lines = SortedLines(path, _key_of)

    def close(self) -> None:
        """Let go of the file."""
        self._lines.close()

    def cited(self, name: str) -> range:
        """Return the numbers of the sentences of *name*; none if there is no such name."""
        line = self._lines.last(_key(name))
        if line is None or "\t" in name:
            return range(0)
        stem, number, first, count, names = line.decode().rsplit("\t", 4)
        begun = stem + number[_DIGITS:]
        steps = int(parted(name)[1] or 0) - int(number[_DIGITS:] or 0)
        if steps >= int(names) or counted(begun, steps) != name:
            return range(0)
        start = int(first) + steps
        return range(start, start + int(count) // int(names))
