"""Boundary bigrams: where a noun bigram begins or ends a longer morpheme.

국방 begins 국방부, but is on no boundary in 지위협정. Such a pair is in a noun run, so the
noun bigram is among the sentence's terms. The file has a byte, 0 or 1, for each sentence
of the noun bigram.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.analysis.analyzer import BIGRAM_MARK
from indexer.storage import bigram_table
from indexer.storage.bigram_table import BigramTable

if TYPE_CHECKING:
    from indexer.invert.inverted_field import InvertedField


def write(path: Path, boundaries: InvertedField, terms: InvertedField) -> None:
    """Write the postings *boundaries*; the noun bigrams of all are among *terms*."""
    bigram_table.write(path, boundaries.terms, _flags(boundaries, terms))


def _flags(boundaries: InvertedField, terms: InvertedField) -> Iterator[bytes]:
    noun_bigrams = terms.with_prefix(BIGRAM_MARK)
    for bigram, on_boundary in boundaries.with_prefix(""):
        term = BIGRAM_MARK + bigram
        sentences = next(numbers for each, numbers in noun_bigrams if each == term)
        flags = bytearray(len(sentences))
        for place in sentences.searchsorted(on_boundary).tolist():
            flags[place] = 1
        yield bytes(flags)


class BoundaryBigrams:
    """Reads boundary bigrams; see `indexer.segments.protocols.BoundarySource`."""

    def __init__(self, path: Path) -> None:
        self._table = BigramTable(path)

    def close(self) -> None:
        """Close the file."""
        self._table.close()

    def flags(self, bigram: str) -> bytes:
        """Return 1 or 0 for each sentence of the noun bigram; empty if all are 0."""
        return self._table.get(bigram)
