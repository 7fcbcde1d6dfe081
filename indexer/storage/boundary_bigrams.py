"""Edges: in which sentences a pair of syllables is at the edge of a morpheme.

Where it is, it is in a noun run, and a gram of it is among the terms: what is kept is
for each of the gram's sentences whether it is of these, in a byte 0 or 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.analysis.analyzer import BIGRAM_MARK
from indexer.storage import bigram_table
from indexer.storage.bigram_table import BigramTable

if TYPE_CHECKING:
    from indexer.invert.inversion import InvertedField


def write(path: Path, edges: InvertedField, terms: InvertedField) -> None:
    """Write the postings *edges*, whose grams are among *terms*."""
    bigram_table.write(path, edges.terms, _flags(edges, terms))


def _flags(edges: InvertedField, terms: InvertedField) -> Iterator[bytes]:
    places = {term: place for place, term in enumerate(terms.terms)}
    for place, pair in enumerate(edges.terms):
        having = set(edges.having(place))
        yield bytes(map(having.__contains__, terms.having(places[BIGRAM_MARK + pair])))


class BoundaryBigrams(BigramTable):
    """The edges of an index: `get` tells whether each sentence of a gram is one."""
