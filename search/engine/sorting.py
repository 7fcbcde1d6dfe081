"""Hits sorted by the dates of their documents."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from indexer.build.manifest import SourceRecord
from indexer.ingest.edition import by_date
from search.engine.protocol import Ranked


def by_document(
    hits: Iterable[Ranked], sources: Sequence[SourceRecord]
) -> list[Ranked]:
    """Return *hits* document by document, the oldest first, in the order of their texts.

    The document of a hit follows from its number; no sentence is read.

    Args:
        hits: The hits in any order.
        sources: The documents, in the order in which their sentences are numbered.
    """
    ends = list(accumulate(source.sentences for source in sources))
    editions = by_date(source.edition for source in sources)
    position = {edition.document: n for n, edition in enumerate(editions)}
    positions = [position[source.document] for source in sources]
    return sorted(
        hits,
        key=lambda hit: (
            positions[bisect_right(ends, hit.number)],
            hit.number,
        ),
    )
