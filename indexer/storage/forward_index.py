"""The forward index: the morphemes of each sentence in their order, for finding phrases.

Each distinct morpheme is assigned a character, the most frequent ones those that UTF-8
encodes shortest, and the corpus becomes one string with a newline between sentences. A
phrase is then a substring. One block of the file has the morphemes in the order of their
characters, the other the string.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.storage import block_file
from indexer.storage.block_file import BlockFile

if TYPE_CHECKING:
    from indexer.invert.ragged_array import FlatRows

_FIRST = ord("\n") + 1
"""The character of the most frequent morpheme."""


def write(path: Path, terms: Sequence[str], numbers: FlatRows, count: int) -> None:
    """Write the forward index of *count* sentences to a new file.

    Args:
        path: The file.
        terms: The distinct terms of the morphemes.
        numbers: The indices in *terms* of all morphemes, in order; its rows are sentences.
        count: How many sentences there are.
    """
    import numpy as np

    frequencies = np.bincount(numbers.values, minlength=len(terms))
    order = np.argsort(-frequencies, kind="stable")
    characters = np.empty(len(terms), dtype="<u4")
    characters[order] = np.arange(_FIRST, _FIRST + len(terms))
    size = len(numbers.values) + max(0, count - 1)
    text = np.full(size, ord("\n"), dtype="<u4")
    text[np.arange(len(numbers.values)) + numbers.rows] = characters[numbers.values]
    string = text.tobytes().decode("utf-32-le", errors="surrogatepass")
    listed = "\n".join(terms[number] for number in order.tolist())
    block_file.write(path, (listed.encode(), string.encode(errors="surrogatepass")))


class ForwardIndex:
    """Reads a forward index when the first phrase is looked up.

    See `indexer.segments.protocols.PhraseSource`.
    """

    def __init__(self, path: Path) -> None:
        self._blocks = BlockFile(path, cache_size=0)

    def close(self) -> None:
        """Close the file."""
        self._blocks.close()

    def with_phrase(self, terms: Sequence[str], among: Iterable[int]) -> Iterator[int]:
        """Yield the sentences *among* those given in which *terms* are adjacent."""
        if not all(term in self._characters for term in terms):
            return
        phrase = "".join(self._characters[term] for term in terms)
        find, starts = self._text.find, self._starts
        for number in among:
            if find(phrase, starts[number], starts[number + 1]) >= 0:
                yield number

    def phrase_counts(
        self, terms: Sequence[str], among: Iterable[int]
    ) -> Iterator[tuple[int, int]]:
        """Yield each sentence of *among* that has adjacent *terms*, and how often."""
        if not all(term in self._characters for term in terms):
            return
        phrase = "".join(self._characters[term] for term in terms)
        find, starts = self._text.find, self._starts
        for number in among:
            end = starts[number + 1]
            position, count = find(phrase, starts[number], end), 0
            while position >= 0:
                count += 1
                position = find(phrase, position + 1, end)
            if count:
                yield number, count

    @cached_property
    def _characters(self) -> dict[str, str]:
        terms = self._blocks[0].decode().split("\n")
        return {term: chr(code) for code, term in enumerate(terms, _FIRST)}

    @cached_property
    def _text(self) -> str:
        return self._blocks[1].decode(errors="surrogatepass")

    @cached_property
    def _starts(self) -> list[int]:
        """The offset of each sentence in the string, and that of the end of the last."""
        ends = [match.end() for match in re.finditer("\n", self._text)]
        return [0, *ends, len(self._text)]
