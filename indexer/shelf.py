"""The sentences of an index, by their numbers, and what they are cited by.

    sentences.bin    blocks of sentences: their texts, as JSON a line each, and in a last
                     line a JSON array of what else they have, an attribute by itself
    references.bin   sorted lines: an id, a paragraph, an annex or a document, and the
                     numbers of its first and last sentence

Numbers count from 0 in the order of the corpus, as those of the Whoosh index do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain, groupby
from operator import sub
from pathlib import Path
from typing import Any

from indexer import blocks, lines
from indexer.blocks import Blocks
from indexer.lines import SortedLines
from indexer.sentence import Sentence

SENTENCES, REFERENCES = "sentences.bin", "references.bin"

_BLOCK = 128
"""How many sentences a block has."""
_KEPT = 256
"""How many blocks stay in memory."""


def write(folder: Path, sentences: Sequence[Sentence]) -> None:
    """Write *sentences* to *folder*, and what they are cited by."""
    write_sentences(folder / SENTENCES, sentences)
    write_references(folder / REFERENCES, sentences)


def write_sentences(path: Path, sentences: Sequence[Sentence]) -> None:
    """Write *sentences* to a new file."""
    parts = (sentences[n : n + _BLOCK] for n in range(0, len(sentences), _BLOCK))
    blocks.write(path, map(_packed, parts))


def write_references(path: Path, sentences: Sequence[Sentence]) -> None:
    """Write what *sentences* are cited by to a new file."""
    lines.write(path, sorted(_references(sentences)))


class Sentences:
    """The sentences of a segment, read when they are asked for."""

    def __init__(self, path: Path) -> None:
        self._blocks = Blocks(path, kept=0)
        self._block = lru_cache(_KEPT)(self._read)

    def close(self) -> None:
        """Let go of the file."""
        self._blocks.close()

    def __len__(self) -> int:
        full = len(self._blocks) - 1
        if full < 0:
            return 0
        return full * _BLOCK + len(self._block(full).texts)

    def __iter__(self) -> Iterator[Sentence]:
        for number in range(len(self._blocks)):
            yield from self._read(number)

    def sentence(self, number: int) -> Sentence:
        """Return the sentence of that number."""
        return self._block(number // _BLOCK)[number % _BLOCK]

    def _read(self, number: int) -> _Block:
        return _Block(self._blocks[number])


class Shelf(Sentences):
    """The sentences of an index, and the numbers of those that are cited."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / SENTENCES)
        self._references = SortedLines(folder / REFERENCES)

    def close(self) -> None:
        """Let go of the files."""
        super().close()
        self._references.close()

    def cited(self, reference: str) -> range:
        """Return the numbers of the sentences of that id, paragraph, annex or document."""
        if "\t" in reference:
            return range(0)
        start = f"{reference}\t".encode(errors="replace")
        for line in self._references.starting(start):
            first, last = line.removeprefix(start).split(b"\t")
            return range(int(first), int(last) + 1)
        return range(0)


def _packed(sentences: Sequence[Sentence]) -> bytes:
    """Return a block of *sentences*.

    Where a sentence begins is kept as how far that is from the end of the one before,
    and where it ends as its length: those are often the same, as offsets never are. An
    attribute that is the same throughout is kept once.
    """
    columns = dict(zip(Sentence._fields, zip(*sentences, strict=True), strict=True))
    texts, starts, ends = (columns[name] for name in ("text", "start", "end"))
    columns["start"] = tuple(map(sub, starts, (0, *ends)))
    columns["end"] = tuple(map(sub, ends, starts))
    del columns["text"]
    kept = [
        column[0] if len(set(column)) == 1 else column for column in columns.values()
    ]
    return "\n".join(map(_json, [*texts, kept])).encode()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class _Block:
    """A block of sentences, each of which is made when it is asked for."""

    def __init__(self, data: bytes) -> None:
        *self.texts, last = data.split(b"\n")
        count = len(self.texts)
        kept = [
            column if isinstance(column, list) else [column] * count
            for column in json.loads(last)
        ]
        self._ids, self._documents, self._paragraphs, self._numbers = kept[:4]
        gaps, lengths, self._speakers, self._acts = kept[4:]
        steps = chain.from_iterable(zip(gaps, lengths, strict=True))
        self._bounds = list(accumulate(steps))

    def __iter__(self) -> Iterator[Sentence]:
        columns = (self._ids, self._documents, self._paragraphs, self._numbers)
        bounds = self._bounds[::2], self._bounds[1::2]
        texts = json.loads(b"[%s]" % b",".join(self.texts))
        return map(Sentence, *columns, *bounds, texts, self._speakers, self._acts)

    def __getitem__(self, place: int) -> Sentence:
        return Sentence(
            id=self._ids[place],
            document=self._documents[place],
            paragraph=self._paragraphs[place],
            number=self._numbers[place],
            start=self._bounds[2 * place],
            end=self._bounds[2 * place + 1],
            text=json.loads(self.texts[place]),
            speaker=self._speakers[place],
            act=self._acts[place],
        )


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
