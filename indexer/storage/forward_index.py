"""Sequences: the morphemes of a corpus in their order, for finding phrases.

Each distinct morpheme is given a character, the most frequent the ones that UTF-8 writes
shortest, and the corpus becomes one string, a newline after each sentence: a phrase is
found as a string is in any other. One block of the file keeps the morphemes in the
order of their characters, the other the string.
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
    from indexer.invert.inversion import FlatRows

_FIRST = ord("\n") + 1
"""The character of the most frequent morpheme."""


def write(path: Path, terms: Sequence[str], found: FlatRows, count: int) -> None:
    """Write the sequences of *count* sentences to a new file.

    Args:
        path: The file.
        terms: The distinct terms of the morphemes.
        found: The numbers of the terms of all morphemes, in order, each with the number
            of its sentence.
        count: How many sentences there are.
    """
    import numpy as np

    times = np.bincount(found.numbers, minlength=len(terms))
    order = np.argsort(-times, kind="stable")
    letters = np.empty(len(terms), dtype="<u4")
    letters[order] = np.arange(_FIRST, _FIRST + len(terms))
    text = np.full(len(found.numbers) + max(0, count - 1), ord("\n"), dtype="<u4")
    text[np.arange(len(found.numbers)) + found.owners] = letters[found.numbers]
    written = text.tobytes().decode("utf-32-le", errors="surrogatepass")
    listed = "\n".join(terms[number] for number in order.tolist())
    block_file.write(path, (listed.encode(), written.encode(errors="surrogatepass")))


class ForwardIndex:
    """The order of the morphemes of an index, read when the first phrase is asked for."""

    def __init__(self, path: Path) -> None:
        self._blocks = BlockFile(path, kept=0)

    def close(self) -> None:
        """Let go of the file."""
        self._blocks.close()

    def holding(self, sequence: Sequence[str], among: Iterable[int]) -> Iterator[int]:
        """Yield those numbers of sentences *among* where *sequence* stands side by side."""
        if not all(term in self._letters for term in sequence):
            return
        wanted = "".join(self._letters[term] for term in sequence)
        find, starts = self._text.find, self._starts
        for number in among:
            if find(wanted, starts[number], starts[number + 1]) >= 0:
                yield number

    @cached_property
    def _letters(self) -> dict[str, str]:
        terms = self._blocks[0].decode().split("\n")
        return {term: chr(place) for place, term in enumerate(terms, _FIRST)}

    @cached_property
    def _text(self) -> str:
        return self._blocks[1].decode(errors="surrogatepass")

    @cached_property
    def _starts(self) -> list[int]:
        """Where each sentence begins, and the last one ends."""
        ends = [match.end() for match in re.finditer("\n", self._text)]
        return [0, *ends, len(self._text)]
