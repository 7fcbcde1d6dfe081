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
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from indexer.ingest.reference import (
    DocumentRef,
    ParagraphRef,
    Reference,
    paragraph_of,
    reference_of,
)
from indexer.ingest.sentence import Sentence
from indexer.storage import sorted_lines
from indexer.storage.sorted_lines import SortedLines

REFERENCES = "references.bin"

_DIGITS = 2
"""How many characters hold the count of a number's digits."""
_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,17})\Z")


def write(path: Path, sentences: Sequence[Sentence]) -> None:
    """Write the references to *sentences*, which are in the order of the corpus."""
    write_ranges(path, _ranges(sentences))


def write_ranges(path: Path, ranges: Mapping[Reference, range]) -> None:
    """Write the sentence numbers of each reference to a new file."""
    sorted_lines.write(
        path, _lines({_typed(reference): ranges[reference] for reference in ranges})
    )


def _ranges(sentences: Sequence[Sentence]) -> dict[Reference, range]:
    """Return the numbers of the sentences of each document, part, sentence and record."""
    ranges: dict[Reference, range] = {}
    first = 0
    for part, group in groupby(sentences, _part_or_document):
        end = first + sum(1 for _ in group)
        document = DocumentRef(part.document)
        ranges[document] = range(ranges.get(document, range(first, 0)).start, end)
        if isinstance(part, ParagraphRef):
            ranges[part] = range(first, end)
        first = end
    for number, sentence in enumerate(sentences):
        ranges[reference_of(sentence)] = range(number, number + 1)
    return ranges


def _part_or_document(sentence: Sentence) -> ParagraphRef | DocumentRef:
    return paragraph_of(sentence) or DocumentRef(sentence.document)


def _typed(reference: Reference) -> str:
    """Return the name behind the letter of its kind: `dscm-52-2020`."""
    return reference.kind[0] + reference.name


def _lines(ranges: Mapping[str, range]) -> Iterator[bytes]:
    first_name, names, numbers = "", 0, range(0)
    for name in sorted(ranges, key=_key):
        added = ranges[name]
        one_each = len(numbers) == names and added == range(numbers.stop, added.stop)
        if one_each and len(added) == 1 and name == name_after(first_name, names):
            names, numbers = names + 1, range(numbers.start, added.stop)
            continue
        if names:
            yield _line(first_name, names, numbers)
        first_name, names, numbers = name, 1, added
    if names:
        yield _line(first_name, names, numbers)


def _line(name: str, names: int, numbers: range) -> bytes:
    return _key(name) + f"\t{numbers.start}\t{len(numbers)}\t{names}".encode()


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
        stem, number, first, count, names = line.decode().rsplit("\t", 4)
        first_name = stem + number[_DIGITS:]
        steps = int(split_number(name)[1] or 0) - int(number[_DIGITS:] or 0)
        if steps >= int(names) or name_after(first_name, steps) != name:
            return range(0)
        start = int(first) + steps
        return range(start, start + int(count) // int(names))


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
