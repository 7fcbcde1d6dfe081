"""The sentences of an index, by their numbers, and what they are cited by.

    sentences.bin    blocks of sentences, a JSON array of its attributes a line
    references.bin   sorted lines: an id, a paragraph, an annex or a document, and the
                     numbers of its first and last sentence

Numbers count from 0 in the order of the corpus, as those of the Whoosh index do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from pathlib import Path

from indexer import blocks, lines
from indexer.blocks import Blocks
from indexer.lines import SortedLines
from indexer.sentence import Sentence

SENTENCES, REFERENCES = "sentences.bin", "references.bin"

_BLOCK = 128
"""How many sentences a block has."""


def write(folder: Path, sentences: Sequence[Sentence]) -> None:
    """Write *sentences* to *folder*."""
    blocks.write(folder / SENTENCES, _blocks(map(_encoded, sentences)))
    lines.write(folder / REFERENCES, sorted(_references(sentences)))


class Shelf:
    """The sentences of an index, read when they are asked for."""

    def __init__(self, folder: Path) -> None:
        self._sentences = Blocks(folder / SENTENCES)
        self._references = SortedLines(folder / REFERENCES)

    def close(self) -> None:
        """Let go of the files."""
        self._sentences.close()
        self._references.close()

    def __len__(self) -> int:
        full = len(self._sentences) - 1
        if full < 0:
            return 0
        return full * _BLOCK + self._sentences[full].count(b"\n") + 1

    def sentence(self, number: int) -> Sentence:
        """Return the sentence of that number."""
        return Sentence(*json.loads(_line(self._sentences, number)))

    def cited(self, reference: str) -> range:
        """Return the numbers of the sentences of that id, paragraph, annex or document."""
        if "\t" in reference:
            return range(0)
        start = f"{reference}\t".encode(errors="replace")
        for line in self._references.starting(start):
            first, last = line.removeprefix(start).split(b"\t")
            return range(int(first), int(last) + 1)
        return range(0)


def _line(stored: Blocks, number: int) -> bytes:
    return stored[number // _BLOCK].split(b"\n")[number % _BLOCK]


def _encoded(sentence: Sentence) -> str:
    return json.dumps(sentence, ensure_ascii=False, separators=(",", ":"))


def _blocks(records: Iterable[str]) -> Iterator[bytes]:
    records = iter(records)
    while block := list(islice(records, _BLOCK)):
        yield "\n".join(block).encode()


def _references(sentences: Sequence[Sentence]) -> Iterator[bytes]:
    """Yield a line for each name; an id goes before what else has its name."""
    named: dict[str, tuple[int, int]] = {}
    places = range(len(sentences))
    for key in (_paragraph, _document):
        for name, group in groupby(places, key=lambda place: key(sentences[place])):
            numbers = list(group)
            if name is not None:
                named[name] = numbers[0], numbers[-1]
    named.update((sentences[place].id, (place, place)) for place in places)
    for name, (first, last) in named.items():
        yield f"{name}\t{first}\t{last}".encode()


def _paragraph(sentence: Sentence) -> str | None:
    return f"{sentence.document}:{sentence.part}" if sentence.part else None


def _document(sentence: Sentence) -> str:
    return sentence.document
