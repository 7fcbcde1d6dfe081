"""Adjacent sentences of a document, with which a quotation is compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from indexer.ingest.sentence import Sentence
from search.reading.letters import Letters, letters, pair_counts


class Window:
    """Adjacent sentences of a document as one text."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self.sentences = tuple(sentences)
        self.text = " ".join(sentence.text for sentence in sentences)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the sentences."""
        return tuple(sentence.id for sentence in self.sentences)

    @cached_property
    def letters(self) -> Letters:
        """The letters of the text, with their offsets in it."""
        return letters(self.text)

    @cached_property
    def pairs(self) -> Counter[str]:
        """How often each pair of adjacent letters occurs."""
        return pair_counts(self.letters[0])

    def covered(self, start: int, end: int) -> tuple[Sentence, ...]:
        """Return the sentences that have a part of the text between two offsets."""
        result = []
        position = 0
        for sentence in self.sentences:
            if position < end and start < position + len(sentence.text):
                result.append(sentence)
            position += len(sentence.text) + 1
        return tuple(result)
