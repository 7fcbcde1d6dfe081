"""Counts how many sentences of a set have each value of a field, such as speaker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from search.engine.scoring import Scorer, SentenceSet

if TYPE_CHECKING:
    from indexer.segments.protocols import PostingsSource


class ValueCounts:
    """The values of the fields. A field is read when it is first used."""

    def __init__(self, postings: PostingsSource, scorer: Scorer[Any, Any, Any]) -> None:
        self._postings = postings
        self._scorer = scorer
        self._values: dict[str, list[str]] = {}
        self._groups: dict[str, Any] = {}

    def values(self, field: str) -> list[str]:
        """Return the values of a field, sorted."""
        if field not in self._values:
            self._values[field] = self._postings.terms(field)
        return self._values[field]

    def count(self, field: str, sentences: SentenceSet) -> dict[str, int]:
        """Return the number of *sentences* with each value, the most frequent first.

        Values that none of them has are left out; ties are in the order of the values.
        """
        values = self.values(field)
        if field not in self._groups:
            postings = (self._postings.postings(field, value) for value in values)
            self._groups[field] = self._scorer.groups([*filter(None, postings)])
        sizes = self._scorer.sizes(self._groups[field], sentences)
        pairs = [pair for pair in zip(values, sizes, strict=True) if pair[1]]
        return dict(sorted(pairs, key=lambda pair: -pair[1]))
