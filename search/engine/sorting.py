"""The sentences found in the order of their documents, from the oldest to the newest."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from indexer.build.manifest import SourceRecord
from indexer.ingest.edition import by_date
from search.engine.protocol import Ranked


def by_document(
    found: Iterable[Ranked], sources: Sequence[SourceRecord], *, in_order: bool
) -> list[Ranked]:
    """Return *found* document by document; no sentence is read for that.

    Args:
        found: Sentences, the best first.
        sources: The documents, in the order in which their sentences are numbered.
        in_order: Whether those of a document stand in its order, or the best first.
    """
    ends = list(accumulate(source.sentences for source in sources))
    editions = by_date(source.edition for source in sources)
    turns = {edition.document: turn for turn, edition in enumerate(editions)}
    turn = [turns[source.document] for source in sources]
    return sorted(
        found,
        key=lambda each: (
            turn[bisect_right(ends, each.number)],
            each.number if in_order else 0,
        ),
    )
