"""The passage that is most like a quotation whose letters no passage has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from search.drafts.alignment import Alteration, aligned
from search.drafts.fragments import fragments_of
from search.drafts.source import CANDIDATES, Source
from search.drafts.window import Window
from search.reading.diff import Segment
from search.reading.letters import letters, pair_counts

_AGREES = 0.1
"""Likeness by which the cited sentence may fall short of the best one."""
_ALIGNED = 3
"""How many windows are aligned word by word: those with most of the letter pairs."""
_SPACE = Segment("equal", " ", " ")


class NearestPassage:
    """Compares a quotation with the passages that have its terms."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def nearest(
        self, parts: Sequence[tuple[str, ...]], cited: Sequence[int]
    ) -> Alteration | None:
        """Return the window that is most like a quotation, None if none has its terms."""
        best = self._most_alike(parts, cited)
        fragments = fragments_of(parts)
        if best is None or not 1 < len(fragments) <= CANDIDATES:
            return best
        if best.likeness >= 1 - _AGREES:
            return best
        single = [
            self._most_alike([(piece,) for piece in fragment], cited)
            for fragment in fragments
        ]
        pieces = [each for each in single if each is not None]
        most = max((each.likeness for each in pieces), default=0.0)
        best = replace(best, likeness_of_part=most)
        if len(pieces) < len(fragments):
            return best
        sizes = [len(letters(" ".join(fragment)).text) for fragment in fragments]
        total = sum(n * each.likeness for n, each in zip(sizes, pieces, strict=True))
        average = total / sum(sizes)
        if average <= best.likeness + _AGREES:
            return best
        segments = [segment for each in pieces for segment in (*each.segments, _SPACE)]
        sentences = dict.fromkeys(s for each in pieces for s in each.sentences)
        return Alteration(average, tuple(sentences), tuple(segments[:-1]), most)

    def _most_alike(
        self, parts: Sequence[tuple[str, ...]], cited: Sequence[int]
    ) -> Alteration | None:
        fragments = fragments_of(parts)
        pairs = pair_counts(letters(" ".join(map(" ".join, fragments))).text)
        windows: dict[tuple[str, ...], tuple[float, int, Window]] = {}
        for number, index in self._source.near(fragments, cited):
            for extra in (0, 1):
                first = number - index
                sentences = self._source.window(
                    first, first + len(fragments) - 1 + extra
                )
                window = Window(sentences)
                share = (pairs & window.pairs).total() / pairs.total()
                windows.setdefault(
                    window.ids, (share - extra * _AGREES, number, window)
                )
        ranked = sorted(windows.values(), key=lambda item: -item[0])[:_ALIGNED]
        named = [item for item in windows.values() if item[1] in cited]
        ranked += sorted(named, key=lambda item: -item[0])[:1]
        alterations = [
            (aligned(window, parts), number in cited) for _, number, window in ranked
        ]
        if not alterations:
            return None
        return max(alterations, key=lambda item: item[0].likeness + item[1] * _AGREES)[
            0
        ]
