"""Short forms that leave out syllables of a defined long form: 전시작전권, 안보협의회의.

The corpus defines 전시작전통제권 ( 전작권 ); other short forms of it are not defined, but begin
and end at its morphemes and have its syllables in order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from itertools import accumulate
from typing import NamedTuple

from indexer.analysis.analyzer import Analyzer
from indexer.storage.synonyms import Synonyms
from indexer.text.folding import compact, compact_with_offsets
from indexer.text.jamo import is_syllables

_SHORTEST = 3
"""Syllables of a short form: two of a long form are often another word."""
_NEARLY_WHOLE = 2 / 3
"""The share of a long form that a short form has if it is not another word."""


class ShortForm(NamedTuple):
    """A short form and the long forms that it may stand for.

    It is `distinctive` if it leaves out only inner syllables, and few of them, so that it
    stands for the long form even where it occurs by itself.
    """

    longs: Sequence[str]
    distinctive: bool


class ShortForms:
    """Finds the long form of a short form that nothing defines."""

    def __init__(self, synonyms: Synonyms, analyzer: Analyzer) -> None:
        self._synonyms = synonyms
        self._longs = {compact(pair.long): pair.long for pair in synonyms.pairs}
        self._order = {long: place for place, long in enumerate(self._longs)}
        self._boundaries = cache(self._read_boundaries)
        self._analyzer = analyzer

    def find(self, key: str) -> ShortForm | None:
        """Return the long forms of *key*; None if there are none or it is ambiguous.

        Several long forms are those of one thing if one short form is defined for them.

        Args:
            key: A word without spaces and marks.
        """
        if len(key) < _SHORTEST or not is_syllables(key) or key in self._longs:
            return None
        candidates = set.intersection(
            *(self._with_syllable.get(each, set()) for each in key)
        )
        longs = [long for long in candidates if self._leaves_out(key, long)]
        longs.sort(key=self._order.__getitem__)
        ends = key[0] + key[-1]
        # 대량무기 is short for 대량살상무기, not for 대량살상무기대응위원회.
        longs = [long for long in longs if long[0] + long[-1] == ends] or longs
        shorts = [set(self._synonyms.other_forms(long)) for long in longs]
        if not longs or not set.intersection(*shorts):
            return None
        distinctive = all(
            key not in long
            and long[0] + long[-1] == ends
            and len(key) >= _NEARLY_WHOLE * len(long)
            for long in longs
        )
        return ShortForm([self._longs[long] for long in longs], distinctive)

    @cached_property
    def _with_syllable(self) -> dict[str, set[str]]:
        """The long forms that have each syllable: few have all those of a word."""
        result: dict[str, set[str]] = defaultdict(set)
        for long in self._longs:
            for syllable in long:
                result[syllable].add(long)
        return result

    def _leaves_out(self, key: str, long: str) -> bool:
        """Return whether *key* has syllables of *long* from one morpheme to another."""
        rest = iter(long)
        if len(key) >= len(long) or not all(syllable in rest for syllable in key):
            return False
        words = self._longs[long].split()
        if key in accumulate(map(compact, words)):
            return False  # The first words of a name are not the name.
        starts, ends = self._boundaries(long)
        first, last = key[0], key[-1]
        for start in starts:
            place = start
            if long[start] == first:
                for syllable in key[1:-1]:
                    place = long.find(syllable, place + 1)
                    if place < 0:
                        break
                else:
                    following = [end for end in ends if end > place + 1]
                    # A short form of a single morpheme is a word of its own.
                    within = min((end for end in ends if end > start), default=0)
                    if any(long[e - 1] == last and e > within for e in following):
                        return True
        return False

    def _read_boundaries(self, long: str) -> tuple[list[int], list[int]]:
        """Return where morphemes of a long form, without spaces, start and end."""
        text = self._longs[long]
        _, origins = compact_with_offsets(text)
        place_of = {origin: place for place, origin in enumerate(origins)}
        starts, ends = set[int](), {len(long)}
        for token in self._analyzer.analyze(text).morphemes:
            starts.update(_place(place_of, token.start))
            ends.update(place + 1 for place in _place(place_of, token.end - 1))
        return sorted(starts), sorted(ends)


def _place(place_of: dict[int, int], offset: int) -> Iterator[int]:
    if offset in place_of:
        yield place_of[offset]
