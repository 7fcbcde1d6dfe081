"""Adjacent sentences of a document, with which a quotation is compared."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import NamedTuple

from indexer.ingest.sentence import Sentence
from search.reading.letters import Letters, letters, pair_counts

_WORD = re.compile(r"\S+")


@lru_cache(1 << 14)
def word_letters(word: str) -> str:
    """Return the letters of a word."""
    return letters(word).text


@lru_cache(1 << 14)
def word_pairs(word: str) -> Counter[str]:
    """Count the pairs of adjacent letters of a word."""
    return pair_counts(word)


class Word(NamedTuple):
    """A word of a window, with its offsets in the text."""

    start: int
    end: int
    letters: str


class Place(NamedTuple):
    """A place in an index: the number of a sentence, and an offset in its text."""

    number: int
    offset: int


class Window:
    """Adjacent sentences of a document as one text.

    `first` is the number of the first sentence in the index.
    """

    def __init__(self, first: int, sentences: Sequence[Sentence]) -> None:
        self.first = first
        self.sentences = tuple(sentences)
        self.text = " ".join(sentence.text for sentence in sentences)
        lengths = (len(sentence.text) + 1 for sentence in sentences)
        self._starts = [0, *accumulate(lengths)][:-1]

    @cached_property
    def letters(self) -> Letters:
        """The letters of the text, with their offsets in it."""
        return letters(self.text)

    @cached_property
    def pairs(self) -> Counter[str]:
        """How often each pair of adjacent letters occurs."""
        return pair_counts(self.letters.text)

    @cached_property
    def words(self) -> list[Word]:
        """The words of the text."""
        return [
            Word(*match.span(), word_letters(match[0]))
            for match in _WORD.finditer(self.text)
        ]

    @cached_property
    def words_by_pair(self) -> dict[str, list[int]]:
        """The indices of the words that have each pair of letters."""
        indices: dict[str, list[int]] = defaultdict(list)
        for index, word in enumerate(self.words):
            for pair in word_pairs(word.letters):
                indices[pair].append(index)
        return indices

    def letters_between(self, start: int, end: int) -> str:
        """Return the letters between two offsets of the text."""
        text, offsets = self.letters
        return text[bisect_left(offsets, start) : bisect_left(offsets, end)]

    def place(self, offset: int) -> Place:
        """Return the place of an offset in the text."""
        index = max(0, bisect_right(self._starts, offset) - 1)
        return Place(self.first + index, offset - self._starts[index])

    def at(self, numbers: range) -> tuple[Sentence, ...]:
        """Return the sentences of *numbers*, which are in the window."""
        return self.sentences[numbers.start - self.first : numbers.stop - self.first]

    def is_within_sentence(self, end: int, start: int) -> bool:
        """Whether a text that ends at *end* and one from *start* on are in one sentence.

        So they are also if the first one ends its sentence.
        """
        following = bisect_left(self._starts, end)
        if following == len(self._starts) or start < self._starts[following]:
            return True
        return not self.letters_between(end, self._starts[following])
