"""The sentences of an index, stored by their numbers in the file sentences.bin.

BlockFile of 16 sentences each: their texts, coded (see `indexer.storage.text_codec`), then a
JSON array of the other attributes, one column per attribute. The last block holds the
letters of the texts.

Numbers count from 0 in the order of the corpus, as in the Whoosh index.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, chain, islice
from operator import add, sub
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.ingest.sentence import Sentence
from indexer.storage import block_file, citations
from indexer.storage.block_file import BlockFile
from indexer.storage.citations import REFERENCES, name_after
from indexer.storage.text_codec import END, TextCodec

if TYPE_CHECKING:
    from indexer.storage.sentence_spool import Sentences

SENTENCES = "sentences.bin"

_BLOCK = 16
"""How many sentences a block has: a sentence of a block of 128 takes three times as long."""
_CACHED_BLOCKS = 8192
"""How many decoded blocks stay in memory, of some 4 KB each."""


def write(folder: Path, sentences: Sentences) -> None:
    """Write the sentences of a generation, and the references to them, to *folder*."""
    write_sentences(folder / SENTENCES, sentences)
    citations.write(folder / REFERENCES, citations.ranges_of(sentences))


def write_sentences(path: Path, sentences: Sentences) -> None:
    """Write *sentences* to a new file."""
    alphabet = TextCodec.of(sentence.text for sentence in sentences)
    rest = iter(sentences)
    blocks = iter(lambda: list(islice(rest, _BLOCK)), [])
    encoded = (_encoded_block(block, alphabet) for block in blocks)
    block_file.write(path, chain(encoded, (alphabet.letters.encode(),)))


class StoredSentences:
    """Reads the sentences of a segment by their numbers, a block at a time."""

    def __init__(self, path: Path) -> None:
        self._blocks = BlockFile(path, cache_size=0)
        self._block = lru_cache(_CACHED_BLOCKS)(self._read_block)

    def close(self) -> None:
        """Close the file."""
        self._blocks.close()

    def __len__(self) -> int:
        last = len(self._blocks) - 2
        if last < 0:
            return 0
        return last * _BLOCK + len(self._block(last))

    def sentence(self, number: int) -> Sentence:
        """Return the sentence of that number."""
        return self._block(number // _BLOCK)[number % _BLOCK]

    def text(self, number: int) -> str:
        """Return the text of a sentence; faster than `sentence`."""
        return self._block(number // _BLOCK).text(number % _BLOCK)

    def ids_and_texts(self) -> Iterator[tuple[str, str]]:
        """Yield the id and the text of each sentence; faster than `sentence`."""
        for number in range(len(self._blocks) - 1):
            block = self._block(number)
            yield from zip(block.ids(), map(block.text, range(len(block))), strict=True)

    def _read_block(self, number: int) -> _Block:
        return _Block(self._blocks[number], self._alphabet)

    @cached_property
    def _alphabet(self) -> TextCodec:
        return TextCodec(self._blocks[len(self._blocks) - 1].decode())


def _encoded_block(sentences: Sequence[Sentence], alphabet: TextCodec) -> bytes:
    """Encode a block: the coded texts, then the other attributes as columns in JSON.

    `start` is stored as the distance from the end of the sentence before, and `end` as
    the difference between the length in the source and that of the text: both repeat
    often and compress well, offsets do not. A column with one distinct value is stored
    as that value.
    """
    columns = dict(zip(Sentence._fields, zip(*sentences, strict=True), strict=True))
    texts, starts, ends = (columns[name] for name in ("text", "start", "end"))
    columns["id"] = tuple(_without_consecutive(columns["id"]))
    columns["start"] = tuple(map(sub, starts, (0, *ends)))
    columns["end"] = tuple(map(sub, map(sub, ends, starts), map(len, texts)))
    del columns["text"]
    stored = [
        column[0] if len(set(column)) == 1 else column for column in columns.values()
    ]
    last = json.dumps(stored, ensure_ascii=False, separators=(",", ":"))
    return END.join([*map(alphabet.coded, texts), last]).encode(errors="surrogatepass")


def _without_consecutive(ids: Iterable[str]) -> Iterator[str | None]:
    """Replace each id that follows from the last one kept by None: a1, a2, b → a1, None, b."""
    base: str | None = None
    steps = 0
    for id_ in ids:
        steps += 1
        follows = base is not None and id_ == name_after(base, steps)
        yield None if follows else id_
        if not follows:
            base, steps = id_, 0


class _Block:
    """A decoded block; its sentences are built one by one, when they are read."""

    def __init__(self, data: bytes, alphabet: TextCodec) -> None:
        *self._texts, self._json = data.decode(errors="surrogatepass").split(END)
        self._alphabet = alphabet

    @cached_property
    def _columns(self) -> list[list[Any]]:
        """The attributes except the text, one list of each; most reads need none."""
        return [
            column if isinstance(column, list) else [column] * len(self)
            for column in json.loads(self._json)
        ]

    @cached_property
    def _bounds(self) -> list[int]:
        gaps, differences = self._columns[4:6]
        lengths = map(add, differences, map(len, self._texts))
        return list(accumulate(chain.from_iterable(zip(gaps, lengths, strict=True))))

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, position: int) -> Sentence:
        _, documents, paragraphs, numbers, _, _, speakers, acts, pages = self._columns
        return Sentence(
            id=self._id(position),
            document=documents[position],
            paragraph=paragraphs[position],
            number=numbers[position],
            start=self._bounds[2 * position],
            end=self._bounds[2 * position + 1],
            text=self.text(position),
            speaker=speakers[position],
            act=acts[position],
            page=pages[position],
        )

    def text(self, position: int) -> str:
        """Return the text of a sentence without its other attributes."""
        return self._alphabet.text(self._texts[position])

    def ids(self) -> Iterator[str]:
        """Yield the ids of the sentences, each in constant time."""
        base, steps = "", 0
        for id_ in self._columns[0]:
            base, steps = (base, steps + 1) if id_ is None else (id_, 0)
            yield name_after(base, steps)

    def _id(self, position: int) -> str:
        base, ids = position, self._columns[0]
        while ids[base] is None:
            base -= 1
        return name_after(ids[base], position - base)
