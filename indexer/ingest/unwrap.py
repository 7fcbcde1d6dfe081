"""Undoing hard line breaks: joining wrapped lines with or without a space.

Wrapped text has its breaks in one of three ways: a line that breaks between words ends in
a space; or lines break only between words; or, as in text copied from a PDF, anywhere.
The way is determined once for a document, from all its breaks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import chain

from wcwidth import width

from indexer.ingest.line_joins import anywhere, between_words, breaks_inside_runs
from indexer.text.offset_text import OffsetText

SpaceJudge = Callable[[Sequence[str]], list[bool]]
"""Returns for each break between neighbouring lines whether a space belongs there."""

_MARGIN_MIN = 40
"""Fewest columns of wrapped text: running text is not wrapped narrower."""
_RAGGED = 16
"""Columns by which a wrapped line may fall short of the margin: one long word."""
_SPACES_DECIDE = 0.5
"""If at least this share of broken lines ends in a space, only these break between words."""
_SOME_MARKED = 0.2
_JUDGED_OTHERWISE = 0.5
"""Of lines that break anywhere, more than this share ends in a space if spaces are kept,
and of the others less than this share is judged to break between words."""
_BETWEEN_WORDS = 0.1
"""Below this share of breaks judged to be inside words, all breaks are between words.

In text wrapped between words, the judge errs for about one break in a hundred; in the
white papers, six breaks in ten are inside words.
"""
_SAMPLE = 1 << 16
"""Characters of a document that are searched for each break, which bounds its cost."""

_TERMINATED = re.compile(r"[.?!…。:;][)\]」』”’\"']*\s*$")


def ends_sentence(line: str) -> bool:
    """Return whether *line* ends in a mark that closes a sentence or a clause."""
    return bool(_TERMINATED.search(line))


def _columns(line: str) -> int:
    return width(line.rstrip(), control_codes="ignore")


class Margin:
    """The right margin of a document; `wrapped` is False if lines do not break there."""

    def __init__(self, lines: Sequence[str]) -> None:
        widths = sorted(_columns(line) for line in lines)
        # The widest lines are outliers, so the margin is where nine in ten lines end.
        self._full = widths[len(widths) * 9 // 10] - _RAGGED if widths else 0
        broken = sum(
            self.reached_by(line) and not ends_sentence(line) for line in lines
        )
        self.wrapped = broken > len(lines) / 4 and self._full + _RAGGED >= _MARGIN_MIN

    def reached_by(self, line: str) -> bool:
        """Return whether *line* ends at the margin rather than before it."""
        return _columns(line) >= self._full


def unwrap(
    groups: Sequence[Sequence[OffsetText]], text: str, judge: SpaceJudge
) -> list[OffsetText]:
    """Join the lines of each group to one text.

    `양측은 이에 공감하` + `였다.` is joined without a space, `양 장관은` + `재확인하였다.`
    with one.

    Args:
        groups: The lines of running text, in groups that belong together.
        text: The whole document, whose other spellings correct the judge.
        judge: Decides on the breaks at which the lines do not end in spaces.
    """
    spaced = [[line.text[-1:].isspace() for line in group[:-1]] for group in groups]
    marked = list(chain.from_iterable(spaced))
    if marked and sum(marked) >= _SPACES_DECIDE * len(marked):
        return _all_joined(groups, spaced)
    stripped = [[line.text.strip() for line in group] for group in groups]
    judged = [judge(lines) for lines in stripped]
    if _breaks_anywhere(marked, list(chain.from_iterable(judged))):
        return _all_joined(groups, spaced)
    inside = sum(spaces.count(False) for spaces in judged)
    sample = text[:_SAMPLE]
    if inside < _BETWEEN_WORDS * len(marked):
        return _all_joined(groups, [list(between_words(g, sample)) for g in stripped])
    breaks_runs = breaks_inside_runs(stripped, sample)
    corrections = [
        list(anywhere(lines, spaces, sample, breaks_runs=breaks_runs))
        for lines, spaces in zip(stripped, judged, strict=True)
    ]
    return _all_joined(groups, corrections)


def _breaks_anywhere(marked: Sequence[bool], judged: Sequence[bool]) -> bool:
    """Return whether lines break anywhere, and end in a space where that is between words.

    Then a quarter of the lines or more is *marked* by a space, and the judge finds most of
    the others to be broken inside words.
    """
    others = [space for space, mark in zip(judged, marked, strict=True) if not mark]
    return sum(marked) > _SOME_MARKED * len(marked) and sum(
        others
    ) < _JUDGED_OTHERWISE * len(others)


def _all_joined(
    groups: Sequence[Sequence[OffsetText]], spaces: Sequence[Sequence[bool]]
) -> list[OffsetText]:
    return [_joined(*each) for each in zip(groups, spaces, strict=True)]


def _joined(group: Sequence[OffsetText], spaces: Sequence[bool]) -> OffsetText:
    pieces: list[OffsetText] = []
    for line, space in zip(group, [*spaces, False], strict=True):
        stripped = line.strip()
        pieces.append(stripped)
        if space and stripped:
            end = stripped.ends[-1]
            pieces.append(OffsetText(" ", [end], [end]))
    return OffsetText.join(pieces)
