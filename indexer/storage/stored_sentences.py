"""The sentences of an index, by their numbers, and what they are cited by.

    sentences.bin    blocks of sentences: their texts, coded (see `indexer.storage.text_codec`), and
                     behind them a JSON array of what else they have, an attribute by
                     itself; in a last block the letters of the texts
    references.bin   which of them an id, a paragraph, an annex or a document is (see
                     `indexer.storage.citations`)

Numbers count from 0 in the order of the corpus, as those of the Whoosh index do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, chain, groupby
from operator import add, sub
from pathlib import Path

from indexer.ingest.sentence import Sentence
from indexer.storage import block_file, citations
from indexer.storage.block_file import BlockFile
from indexer.storage.citations import References
from indexer.storage.counting import counted
from indexer.storage.text_codec import END, TextCodec

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
    alphabet = TextCodec.of(sentence.text for sentence in sentences)
    parts = (sentences[n : n + _BLOCK] for n in range(0, len(sentences), _BLOCK))
    packed = (_packed(part, alphabet) for part in parts)
    block_file.write(path, chain(packed, (alphabet.letters.encode(),)))


def write_references(path: Path, sentences: Sequence[Sentence]) -> None:
    """Write what *sentences* are cited by to a new file."""
    citations.write(path, _named(sentences))


class Sentences:
    """The sentences of a segment, read when they are asked for."""

    def __init__(self, path: Path) -> None:
        self._blocks = BlockFile(path, kept=0)
        self._block = lru_cache(_KEPT)(self._read)

    def close(self) -> None:
        """Let go of the file."""
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
        """Return the text of that sentence, sooner than `sentence` does."""
        return self._block(number // _BLOCK).text(number % _BLOCK)

    def _read(self, number: int) -> _Block:
        return _Block(self._blocks[number], self._alphabet)

    @cached_property
    def _alphabet(self) -> TextCodec:
        return TextCodec(self._blocks[len(self._blocks) - 1].decode())


class Shelf(Sentences):
    """The sentences of an index, and the numbers of those that are cited."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / SENTENCES)
        self._references = References(folder / REFERENCES)

    def close(self) -> None:
        """Let go of the files."""
        super().close()
        self._references.close()

    def cited(self, reference: str) -> range:
        """Return the numbers of the sentences of that id, paragraph, annex or document."""
        return self._references.cited(reference)


def _packed(sentences: Sequence[Sentence], alphabet: TextCodec) -> bytes:
    """Return a block of *sentences*.

    Where a sentence begins is kept as how far that is from the end of the one before,
    and where it ends as how far that is from where its text would: those are often the
    same, as offsets never are. An attribute that is the same throughout is kept once.
    """
    columns = dict(zip(Sentence._fields, zip(*sentences, strict=True), strict=True))
    texts, starts, ends = (columns[name] for name in ("text", "start", "end"))
    columns["id"] = tuple(_uncounted(columns["id"]))
    columns["start"] = tuple(map(sub, starts, (0, *ends)))
    columns["end"] = tuple(map(sub, map(sub, ends, starts), map(len, texts)))
    del columns["text"]
    kept = [
        column[0] if len(set(column)) == 1 else column for column in columns.values()
    ]
    last = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    return END.join([*map(alphabet.coded, texts), last]).encode(errors="surrogatepass")


def _uncounted(ids: Iterable[str]) -> Iterator[str | None]:
    """Yield of *ids* those that do not count on from the last of these, else None."""
    begun: str | None = None
    steps = 0
    for id_ in ids:
        steps += 1
        counts_on = begun is not None and id_ == counted(begun, steps)
        yield None if counts_on else id_
        if not counts_on:
            begun, steps = id_, 0


class _Block:
    """A block of sentences, each of which is made when it is asked for."""

    def __init__(self, data: bytes, alphabet: TextCodec) -> None:
        *self._texts, last = data.decode(errors="surrogatepass").split(END)
        self._alphabet = alphabet
        kept = [
            column if isinstance(column, list) else [column] * len(self)
            for column in json.loads(last)
        ]
        self._ids, self._documents, self._paragraphs, self._numbers = kept[:4]
        gaps, beyond, self._speakers, self._acts = kept[4:]
        lengths = map(add, beyond, map(len, self._texts))
        steps = chain.from_iterable(zip(gaps, lengths, strict=True))
        self._bounds = list(accumulate(steps))

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, place: int) -> Sentence:
        return Sentence(
            id=self._id(place),
            document=self._documents[place],
            paragraph=self._paragraphs[place],
            number=self._numbers[place],
            start=self._bounds[2 * place],
            end=self._bounds[2 * place + 1],
            text=self.text(place),
            speaker=self._speakers[place],
            act=self._acts[place],
        )

    def text(self, place: int) -> str:
        """Return the text of a sentence alone."""
        return self._alphabet.text(self._texts[place])

    def _id(self, place: int) -> str:
        begun = place
        while self._ids[begun] is None:
            begun -= 1
        return counted(self._ids[begun], place - begun)


def _named(sentences: Sequence[Sentence]) -> dict[str, range]:
    """Return the sentences of each name; an id goes before what else has its name."""
    named: dict[str, range] = {}
    places = range(len(sentences))
    for key in (_paragraph, _document):
        for name, group in groupby(places, key=lambda place: key(sentences[place])):
            numbers = list(group)
            if name is not None:
                named[name] = range(numbers[0], numbers[-1] + 1)
    named.update((sentences[place].id, range(place, place + 1)) for place in places)
    return named


def _paragraph(sentence: Sentence) -> str | None:
    return f"{sentence.document}:{sentence.part}" if sentence.part else None


def _document(sentence: Sentence) -> str:
    return sentence.document
