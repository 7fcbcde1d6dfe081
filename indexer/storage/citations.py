"""Citations: which sentences each reference names, in the file references.bin.

A line has five fields, separated by tabs:

    name     letter of the kind (d, p, s, r) and the name without the number at its end
    number   that number, after the count of its digits, so that 10 sorts after 9
    first    number of the first sentence
    count    how many sentences
    names    how many names the line stands for

Names that count up by one, with one sentence each in the order of the corpus, share a
line: the sentences `scm-52-2020:11.1` to `scm-52-2020:11.5` are
`sscm-52-2020:11.`, `011`, the number of the first one, 5 and 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import sub
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from indexer.ingest.sentence import Sentence
from indexer.storage import sorted_lines
from indexer.storage.sorted_lines import SortedLines

if TYPE_CHECKING:
    from indexer.ingest.reference import DocumentRef, ParagraphRef, Reference

REFERENCES = "references.bin"

_DIGITS = 2
"""How many characters hold the count of a number's digits."""
_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,17})\Z")


def write(path: Path, ranges: Iterable[tuple[Reference, range]]) -> None:
    """Write the sentence numbers of each reference to a new file.

    Args:
        path: The file.
        ranges: Each reference once, in any order; `ranges_of` makes them.
    """
    from indexer.storage import line_sort

    # Most names follow each other already in the corpus, so few lines are sorted.
    lines = map(_line, _joined(_Names(_typed(name), 1, of) for name, of in ranges))
    in_order = map(_parsed, line_sort.sort_lines(lines, path.parent))
    sorted_lines.write(path, map(_line, _joined(in_order)))


def ranges_of(sentences: Iterable[Sentence]) -> Iterator[tuple[Reference, range]]:
    """Yield each sentence, record, part and document, and the numbers of its sentences.

    *sentences* are in the order of the corpus.
    """
    from indexer.ingest.reference import (
        DocumentRef,
        ParagraphRef,
        paragraph_of,
        reference_of,
    )

    def part_or_document(sentence: Sentence) -> ParagraphRef | DocumentRef:
        return paragraph_of(sentence) or DocumentRef(sentence.document)

    ranges: dict[Reference, range] = {}
    first = end = 0
    for part, group in groupby(sentences, part_or_document):
        for end, sentence in enumerate(group, first + 1):
            yield reference_of(sentence), range(end - 1, end)
        document = DocumentRef(part.document)
        ranges[document] = range(ranges.get(document, range(first, 0)).start, end)
        if isinstance(part, ParagraphRef):
            ranges[part] = range(first, end)
        first = end
    yield from ranges.items()


def _typed(reference: Reference) -> str:
    """Return the name behind the letter of its kind: `dscm-52-2020`."""
    return reference.kind[0] + reference.name


class _Names(NamedTuple):
    """The content of a line: the first of *count* names, and their sentence numbers."""

    first: str
    count: int  # type: ignore[assignment]
    numbers: range

    @property
    def has_one_each(self) -> bool:
        return self.count == len(self.numbers)


def _joined(names: Iterable[_Names]) -> Iterator[_Names]:
    """Join neighbours whose names count up by one, with one sentence each in order."""
    last: _Names | None = None
    for each in names:
        if (
            last
            and last.has_one_each
            and each.has_one_each
            and last.numbers.stop == each.numbers.start
            and each.first == name_after(last.first, last.count)
        ):
            numbers = range(last.numbers.start, each.numbers.stop)
            last = _Names(last.first, last.count + each.count, numbers)
            continue
        if last:
            yield last
        last = each
    if last:
        yield last


def _line(names: _Names) -> bytes:
    numbers = names.numbers
    counts = f"\t{numbers.start}\t{len(numbers)}\t{names.count}"
    return _key(names.first) + counts.encode()


def _parsed(line: bytes) -> _Names:
    stem, number, first, size, count = line.decode().rsplit("\t", 4)
    start = int(first)
    numbers = range(start, start + int(size))
    return _Names(stem + number[_DIGITS:], int(count), numbers)


def _key(name: str) -> bytes:
    stem, number = split_number(name)
    return f"{stem}\t{len(number):0{_DIGITS}}{number}".encode(errors="replace")


def _key_of(line: bytes) -> bytes:
    return line.rsplit(b"\t", 3)[0]


class Citations:
    """Reads the sentence numbers of references."""

    def __init__(self, path: Path) -> None:
        self._lines = SortedLines(path, _key_of)

    def close(self) -> None:
        """Close the file."""
        self._lines.close()

    def sentence_numbers(self, reference: Reference) -> range:
        """Return the numbers of the sentences of *reference*, an empty range if unknown."""
        name = _typed(reference)
        line = self._lines.last(_key(name))
        if line is None or "\t" in name:
            return range(0)
        names = _parsed(line)
        numbers = (split_number(each)[1] for each in (name, names.first))
        steps = sub(*(int(number or 0) for number in numbers))
        if steps >= names.count or name_after(names.first, steps) != name:
            return range(0)
        start = names.numbers.start + steps
        return range(start, start + len(names.numbers) // names.count)


def split_number(name: str) -> tuple[str, str]:
    """Split *name* before the decimal number at its end: `a:1.9` gives `a:1.` and `9`.

    The number is empty if there is none; it has no leading zero, so `007` gives `00` and
    `7`. Both parts joined are the name.
    """
    match = _NUMBER.search(name)
    return (name[: match.start()], match[0]) if match else (name, "")


def name_after(name: str, steps: int) -> str:
    """Add *steps* to the number at the end of *name*: `a:1.9` and 1 give `a:1.10`.

    A name without a number is returned unchanged.
    """
    stem, number = split_number(name)
    return f"{stem}{int(number) + steps}" if number else name
