"""A sentence spool: the sentences of a corpus, which wait on disk during a rebuild.

As objects in memory they would take 1 KB each, and every process forked from this one
would copy them by using them.
"""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Container, Iterable, Iterator
from itertools import compress, islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from indexer.ingest.sentence import Sentence
from indexer.progress import Items
from indexer.spill_file import SpillFile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BLOCK = 256
"""Sentences that are read at once."""


_ID, _TEXT = Sentence._fields.index("id"), Sentence._fields.index("text")

Sentences: TypeAlias = Items[Sentence]
"""Sentences in the order of the corpus, which can be read more than once."""


class _Block(NamedTuple):
    offset: int
    size: int


class SentenceSpool:
    """Sentences in a temporary file; forked processes can read it at the same time."""

    def __init__(self, sentences: Iterable[Sentence]) -> None:
        self._file = SpillFile()
        self._blocks: list[_Block] = []
        self._count = 0
        self._id_hashes = array("q")
        self._spans = array("q")
        rest = iter(sentences)
        while block := list(islice(rest, _BLOCK)):
            self._add(block)

    def _add(self, sentences: list[Sentence]) -> None:
        data = marshal.dumps([tuple(sentence) for sentence in sentences])
        self._blocks.append(_Block(self._file.append(data), len(data)))
        self._count += len(sentences)
        self._id_hashes.extend([hash(sentence.id) for sentence in sentences])
        self._spans.extend([n for each in sentences for n in (each.start, each.end)])

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Sentence]:
        for block in self._blocks:
            yield from map(Sentence._make, self._rows(block))

    def _rows(self, block: _Block) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = marshal.loads(  # noqa: S302 (written above)
            self._file.read(*block)
        )
        return rows

    def texts(self) -> Iterator[str]:
        """Yield the text of each sentence; faster than the sentences."""
        for block in self._blocks:
            yield from (row[_TEXT] for row in self._rows(block))

    def with_ids(self, ids: Container[str]) -> Iterator[Sentence]:
        """Yield the sentences whose id is one of *ids*; only they become objects."""
        for block in self._blocks:
            rows = (row for row in self._rows(block) if row[_ID] in ids)
            yield from map(Sentence._make, rows)

    def select(self, is_selected: NDArray[np.bool_]) -> list[Sentence]:
        """Return the sentences whose flag is set, of one flag for each sentence."""
        selected: list[Sentence] = []
        for number, block in enumerate(self._blocks):
            flags = is_selected[number * _BLOCK : (number + 1) * _BLOCK]
            if flags.any():
                rows = compress(self._rows(block), flags.tolist())
                selected += map(Sentence._make, rows)
        return selected

    def spans(self) -> NDArray[np.int64]:
        """Return where each sentence starts and ends in its source: shape (sentences, 2)."""
        import numpy as np

        return np.frombuffer(self._spans, dtype=np.int64).reshape(-1, 2)

    def repeated_id(self) -> tuple[int, int] | None:
        """Return the numbers of the first two sentences that share an id.

        The second number is the lowest possible; None if all ids are distinct.
        """
        import numpy as np

        hashes = np.sort(np.frombuffer(self._id_hashes, dtype=np.int64))
        repeated = set(hashes[1:][hashes[1:] == hashes[:-1]].tolist())
        numbers: dict[str, int] = {}
        for number, sentence in enumerate(self) if repeated else ():
            if hash(sentence.id) in repeated:
                first = numbers.setdefault(sentence.id, number)
                if first != number:
                    return first, number
        return None
