"""Undoing hard line breaks: which lines run on, and whether a space parts them.

A text wrapped by a word processor shows its breaks in one of three ways: a line that
breaks between words ends in the space itself; or the breaks fall between words only; or,
as in text copied from a PDF, anywhere. Which of them holds is decided once for a
document, from all its breaks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from wcwidth import width

from indexer.text.offset_text import OffsetText

SpaceJudge = Callable[[Sequence[str]], list[bool]]
"""Tells for each break between neighbouring lines whether a space belongs there."""

_MARGIN_MIN = 40
"""Columns; nobody wraps running text narrower than this."""
_RAGGED = 16
"""Columns by which a wrapped line may fall short of the margin: one long word."""
_SPACES_DECIDE = 0.5
"""From this share of lines that end in a space on, such spaces are the only breaks."""
_BETWEEN_WORDS = 0.1
"""Below this share of breaks judged inside words, all are between words: on text
wrapped between words the judge errs for about one break in a hundred, and in the
white papers six breaks in ten are inside words."""
_SAMPLE = 1 << 16
"""Characters of a document that tell its habits: what a break costs is bounded by them."""
_CONTEXT = 6
"""Syllables on each side of a break that are looked for elsewhere."""

_TERMINATED = re.compile(r"[.?!…。:;][)\]」』”’\"']*\s*$")
_OPENING = "(「『“‘[〈《"
_CLOSES = re.compile(r"[·)」』”\]〉》,.;:?!]|’(?!\d)")  # ’20년 begins a word
_HANGUL_HEAD = re.compile(r"[가-힣]*")


def ends_sentence(line: str) -> bool:
    """Tell whether *line* ends in a mark that closes a sentence or a clause."""
    return bool(_TERMINATED.search(line))


def _columns(line: str) -> int:
    return width(line.rstrip(), control_codes="ignore")


class Margin:
    """The right margin at which the lines of a document were broken, if they were."""

    def __init__(self, lines: Sequence[str]) -> None:
        widths = sorted(_columns(line) for line in lines)
        # The widest lines are outliers, so the margin is where nine in ten lines end.
        self._full = widths[len(widths) * 9 // 10] - _RAGGED if widths else 0
        broken = sum(
            self.reached_by(line) and not ends_sentence(line) for line in lines
        )
        self.wrapped = broken > len(lines) / 4 and self._full + _RAGGED >= _MARGIN_MIN

    def reached_by(self, line: str) -> bool:
        """Tell whether *line* ends at the margin rather than on purpose before it."""
        return _columns(line) >= self._full


def unwrap(
    groups: Sequence[Sequence[OffsetText]], text: str, judge: SpaceJudge
) -> list[OffsetText]:
    """Join the lines of each group to one line.

    Args:
        groups: Neighbouring lines that run on into each other.
        text: The whole document, whose habits decide where *judge* is unsure.
        judge: Asked where the lines themselves do not tell.
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
        kept = line.strip()
        pieces.append(kept)
        if space and kept:
            end = kept.ends[-1]
            pieces.append(OffsetText(" ", [end], [end]))
    return OffsetText.join(pieces)


def _by_habit(
    group: Sequence[OffsetText], judged: Sequence[bool], text: str
) -> Iterator[bool]:
    """Yield each judgement, or what the document's unbroken lines say against it."""
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
    """Return how much oftener *joined* than *spaced* stands in *text*, both patterns."""
    return len(re.findall(joined, text)) - len(re.findall(spaced, text))


def _word_counts(text: str, left: str, right: str, whole: bool) -> int:
    """Return `_habit` for the syllables on both sides of a break."""
    joined, spaced = left + right, f"{left} {right}"
    if joined not in text and spaced not in text:
        return 0
    start = r"(?<![가-힣])" if whole else ""
    return _habit(text, start + joined, start + spaced)


def _word_habit(text: str, before: str, after: str, judged: bool) -> bool:
    """Look for what stands around the break elsewhere, the longest context first."""
    tail = _hangul_tail(before)
    head = _HANGUL_HEAD.match(after)[0]  # type: ignore[index]
    for left, right in _contexts(tail, head):
        # A tail taken whole must be a word's beginning elsewhere too.
        whole = len(left) == len(tail)
        if habit := _word_counts(text, left, right, whole):
            return habit < 0
    if len(head) == 1 and not re.search(
        rf"\s{head}(?![가-힣])", text.replace("\n", "")
    ):
        return False  # A lone syllable that is nowhere a word of its own.
    return judged


def _hangul_tail(text: str) -> str:
    """Return the syllables that *text* ends in."""
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
            # One syllable of a longer word says nothing of how that word goes on.
            if length - left <= rights and (left > 1 or len(tail) == 1):
                yield tail[-left:], head[: length - left]
