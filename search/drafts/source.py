"""The sentences of an index that a quotation may come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from search.drafts.quoted_text import QuotedText
from search.drafts.window import Window
from search.index import Index

MOST_SENTENCES = 6
"""Sentences of a quotation that are looked up."""
CANDIDATES = 20
"""Sentences of the index that are looked at for one text."""
_NEAREST = 8
_CACHED = 1 << 12
"""Windows that are read once: the quotations of a draft often have the same source."""


class Source:
    """Looks sentences up by their letters, their terms and their position."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.sentence = lru_cache(_CACHED)(index.sentence_at)
        self._document = lru_cache(_CACHED)(self._numbers_of_document)
        self._window = lru_cache(_CACHED)(self._read_window)
        self._nearest = lru_cache(_CACHED)(self._nearest_numbers)

    def containing(self, text: str) -> list[int]:
        """Return the numbers of the first CANDIDATES sentences with the letters of *text*."""
        return self._index.numbers_with_letters(text, CANDIDATES)

    def named(self, reference: str) -> range:
        """Return the numbers of the sentences of a reference such as `scm-52-2020:11`."""
        return self._index.numbers_of(reference)

    def window(self, number: int, before: int, behind: int) -> Window:
        """Return a sentence with those of its document before and behind it."""
        numbers = self._document(self.sentence(number).document)
        first = max(number - before, numbers.start)
        return self._window(first, min(number + behind + 1, numbers.stop))

    def paragraph(self, number: int) -> Window:
        """Return all sentences of the paragraph of a sentence."""
        sentence = self.sentence(number)
        if sentence.part is None:
            return self._window(number, number + 1)
        numbers = self._index.numbers_of(f"{sentence.document}:{sentence.part}")
        return self._window(numbers.start, numbers.stop)

    def near(
        self, sentences: Sequence[QuotedText], cited: Sequence[int]
    ) -> Iterator[tuple[int, int]]:
        """Yield sentences with the terms of one of a quotation's, and the latter's index."""
        for number in cited[:CANDIDATES]:
            yield number, 0
        for index, sentence in enumerate(sentences[:MOST_SENTENCES]):
            text = " ".join(sentence.texts)
            yield from ((number, index) for number in self._nearest(text))

    def _read_window(self, start: int, stop: int) -> Window:
        return Window(start, [self.sentence(number) for number in range(start, stop)])

    def _nearest_numbers(self, text: str) -> list[int]:
        return self._index.nearest_numbers(text, _NEAREST)

    def _numbers_of_document(self, name: str) -> range:
        return self._index.numbers_of(f"{name}:")
