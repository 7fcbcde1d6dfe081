"""The sentences of an index that a quotation may come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from indexer.ingest.sentence import Sentence
from search.index import Index

CANDIDATES = 20
"""Sentences that are looked at for one text."""
_NEAREST = 8
_MOST_FRAGMENTS = 6
_CACHED = 1 << 12
"""Sentences that are read once: the quotations of a draft often have the same source."""


class Source:
    """Looks sentences up by their letters, their terms and their position."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.sentence = lru_cache(_CACHED)(self._read)
        self.document = lru_cache(_CACHED)(self._document)

    def containing(self, text: str, limit: int) -> list[int]:
        """Return the numbers of the first *limit* sentences with the letters of *text*."""
        return self._index.numbers_with_letters(text, limit)

    def nearest(self, text: str, limit: int) -> list[int]:
        """Return the numbers of the sentences that score best for the terms of *text*."""
        return self._index.nearest_numbers(text, limit)

    def named(self, reference: str) -> list[int]:
        """Return the numbers of the sentences of a reference such as `scm-52-2020:11`."""
        return list(self._index.numbers_of(reference))

    def window(self, first: int, last: int) -> list[Sentence]:
        """Return the sentences from one number to another, of one document alone.

        The document is that of the first number that exists.
        """
        numbers = self.document(self.sentence(min(max(first, 0), last)).document)
        within = range(max(first, numbers.start), min(last + 1, numbers.stop))
        return [self.sentence(number) for number in within]

    def paragraph(self, number: int) -> list[Sentence]:
        """Return all sentences of the paragraph of a sentence."""
        sentence = self.sentence(number)
        if sentence.part is None:
            return [sentence]
        numbers = self._index.numbers_of(f"{sentence.document}:{sentence.part}")
        return [self.sentence(each) for each in numbers]

    def near(
        self, fragments: Sequence[Sequence[str]], cited: Sequence[int]
    ) -> Iterator[tuple[int, int]]:
        """Yield sentences with the terms of a fragment of a quotation, and its index."""
        for number in cited[:CANDIDATES]:
            yield number, 0
        for index, fragment in enumerate(fragments[:_MOST_FRAGMENTS]):
            for number in self.nearest(" ".join(fragment), _NEAREST):
                yield number, index

    def _read(self, number: int) -> Sentence:
        return self._index.sentence_at(number)

    def _document(self, name: str) -> range:
        return self._index.numbers_of(f"{name}:")
