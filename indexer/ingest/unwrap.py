"""Undoing hard line breaks: joining wrapped lines with or without a space.

Wrapped text has its breaks in one of three ways: a line that breaks between words ends in
a space; or lines break only between words; or, as in text copied from a PDF, anywhere.
The way is determined once for a document, from all its breaks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from wcwidth import width

from indexer.text.offset_text import OffsetText

SpaceJudge = Callable[[Sequence[str]], list[bool]]
"""Returns for each break between neighbouring lines whether a space belongs there."""

_MARGIN_MIN = 40
"""Fewest columns of wrapped text: running text is not wrapped narrower."""
_RAGGED = 16
"""Columns by which a wrapped line may fall short of the margin: one long word."""
_SPACES_DECIDE = 0.5
"""If at least this share of broken lines ends in a space, only these break between words."""
_BETWEEN_WORDS = 0.1
"""Below this share of breaks judged to be inside words, all breaks are between words.

In text wrapped between words, the judge errs for about one break in a hundred; in the
white papers, six breaks in ten are inside words.
"""
_SAMPLE = 1 << 16
"""Characters of a document that are searched for each break, which bounds its cost."""
_CONTEXT = 6
"""Most syllables on each side of a break that are searched for in the document."""

_TERMINATED = re.compile(r"[.?!…。:;][)\]」』”’\"']*\s*$")
_OPENING = "(「『“‘[〈《"
_CLOSES = re.compile(r"[·)」』”\]〉》,.;:?!]|’(?!\d)")  # ’20년 begins a word
_HANGUL_HEAD = re.compile(r"[가-힣]*")


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
    broken = [line for group in groups for line in group[:-1]]
    spaced = sum(line.text[-1:].isspace() for line in broken)
    if spaced and spaced >= _SPACES_DECIDE * len(broken):
        return [_joined(group, _trailing_spaces(group)) for group in groups]
    stripped = [[line.strip() for line in group] for group in groups]
    judged = [judge([line.text for line in group]) for group in stripped]
    inside = sum(spaces.count(False) for spaces in judged)
    if inside < _BETWEEN_WORDS * len(broken):
        judged = [[True] * len(spaces) for spaces in judged]
    else:
        judged = [
            list(_by_habit(group, spaces, text[:_SAMPLE]))
            for group, spaces in zip(stripped, judged, strict=True)
        ]
    return [
        _joined(group, spaces) for group, spaces in zip(stripped, judged, strict=True)
    ]


def _trailing_spaces(group: Sequence[OffsetText]) -> list[bool]:
    return [line.text[-1:].isspace() for line in group[:-1]]


def _joined(group: Sequence[OffsetText], spaces: Sequence[bool]) -> OffsetText:
    pieces: list[OffsetText] = []
    for line, space in zip(group, [*spaces, False], strict=True):
        stripped = line.strip()
        pieces.append(stripped)
        if space and stripped:
            end = stripped.ends[-1]
            pieces.append(OffsetText(" ", [end], [end]))
    return OffsetText.join(pieces)


def _by_habit(
    group: Sequence[OffsetText], judged: Sequence[bool], text: str
) -> Iterator[bool]:
    """Yield each judgement, corrected by the spelling in the rest of the document."""
    for line, following, space in zip(group, group[1:], judged, strict=False):
        before, after = line.text, following.text
        if before.endswith(("·", *_OPENING)) or _CLOSES.match(after):
            yield False
        elif re.search(r"[.?!,]$", before):
            yield True
        elif after.startswith(tuple(_OPENING)):
            yield (
                _habit(text, r"\S" + re.escape(after[0]), r" " + re.escape(after[0]))
                < 0
            )
        else:
            yield _word_habit(text, before, after, space)


def _habit(text: str, joined: str, spaced: str) -> int:
    """Return how many more matches *text* has for *joined* than for *spaced*."""
    return len(re.findall(joined, text)) - len(re.findall(spaced, text))


def _word_counts(text: str, left: str, right: str, whole: bool) -> int:
    """Return `_habit` for the syllables on both sides of a break."""
    joined, spaced = left + right, f"{left} {right}"
    if joined not in text and spaced not in text:
        return 0
    start = r"(?<![가-힣])" if whole else ""
    return _habit(text, start + joined, start + spaced)


def _word_habit(text: str, before: str, after: str, judged: bool) -> bool:
    """Decide by the spelling of the same syllables elsewhere, the longest context first."""
    tail = _hangul_tail(before)
    head = _HANGUL_HEAD.match(after)[0]  # type: ignore[index]
    for left, right in _contexts(tail, head):
        # If the context has the whole word before the break, a word must begin with it.
        whole = len(left) == len(tail)
        if habit := _word_counts(text, left, right, whole):
            return habit < 0
    if len(head) == 1 and not re.search(
        rf"\s{head}(?![가-힣])", text.replace("\n", "")
    ):
        return False  # A single syllable that is nowhere a word of its own.
    return judged


def _hangul_tail(text: str) -> str:
    """Return the syllables at the end of *text*."""
    rest = (n for n in range(len(text), 0, -1) if not "가" <= text[n - 1] <= "힣")
    return text[next(rest, 0) :]


def _contexts(tail: str, head: str) -> Iterator[tuple[str, str]]:
    """Yield ends of *tail* with beginnings of *head*, the most syllables first."""
    if not tail or not head:
        return
    most = min(len(tail), _CONTEXT)
    rights = min(len(head), _CONTEXT)
    for length in range(most + rights, 2, -1):
        for left in range(min(most, length - 1), 0, -1):
            # One syllable of a longer word does not predict how the word continues.
            if length - left <= rights and (left > 1 or len(tail) == 1):
                yield tail[-left:], head[: length - left]
