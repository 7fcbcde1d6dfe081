"""The sentences of a comparison of two documents that a reader wants to see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from search.index import Index
from search.query.filter_clause import is_speaker
from search.query.filters import NoSuchValueError
from search.query.speaker_groups import OTHER, group_of_name
from search.reading.comparison import Comparison

Kind = Literal["same", "reworded", "new", "dropped", "moved"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class ComparisonFilter:
    """Kinds of changes and speakers, of which a comparison has one each.

    `kinds` is empty for all; `speakers` is None for all, and otherwise holds speakers of the
    index, one of which has one of the two sentences. None among them stands for none.
    """

    kinds: tuple[str, ...] = ()
    speakers: frozenset[str | None] | None = None

    @classmethod
    def of(
        cls,
        index: Index,
        kinds: Sequence[str],
        speakers: Sequence[str],
        sides: Sequence[str],
    ) -> ComparisonFilter:
        """Return the filter of these values, which match and narrow as in a search.

        Raises:
            NoSuchValueError: The index has no such speaker, or no speaker of such a side.
        """
        if not (speakers or sides):
            return cls(tuple(kinds))
        chosen: set[str | None] = {*index.speakers, None}
        if sides:
            groups = index.speaker_groups
            names = {group_of_name(value, groups) for value in sides}
            chosen = {s for s in chosen if groups.get(s or "", OTHER) in names}
        if speakers:
            chosen &= {s for value in speakers for s in _matching(index, value)}
        return cls(tuple(kinds), frozenset(chosen))

    def matches(self, comparison: Comparison) -> bool:
        """Return whether a comparison is of a kind and of a speaker."""
        is_of_kind = comparison.status in self.kinds or (
            comparison.moved and "moved" in self.kinds
        )
        sentences = (comparison.before, comparison.after)
        is_of_speaker = self.speakers is None or any(
            each.speaker in self.speakers for each in sentences if each
        )
        return is_of_speaker and (not self.kinds or is_of_kind)


def _matching(index: Index, value: str) -> list[str]:
    matching = [each for each in index.speakers if is_speaker(value, each)]
    if not matching:
        raise NoSuchValueError("speaker", value, index.speakers)
    return matching
