"""A concordance for a terminal: the matches in one column, cut to its width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import wcwidth

from indexer.text.control_characters import printable, visible
from search.present.terminal import Style
from search.reading.concordance import ConcordanceLine

_CUT = "…"
_GAP = 2
"""Columns between the text and the id of the sentence."""
_CONTEXT_IN_A_PIPE = 40
_NARROWEST_CONTEXT = 10


def concordance_lines(
    lines: Sequence[ConcordanceLine], style: Style, width: int
) -> Iterator[str]:
    """Yield *lines* with the matches in one column and *width* columns on each side.

    A Hangul syllable takes two columns.
    """
    longest = _longest_word(lines)
    for line in lines:
        left = _last_columns(printable(line.left.lstrip()), width)
        word = printable(line.word)
        right_width = width + longest - wcwidth.wcswidth(word)
        right = _first_columns(printable(line.right.rstrip()), right_width)
        mark, unmark = style.mark
        faint, unfaint = style.faint
        pad = " " * (width - wcwidth.wcswidth(left))
        fill = " " * (right_width - wcwidth.wcswidth(right) + _GAP)
        id_ = f"{faint}{visible(line.sentence.id)}{unfaint}"
        yield f"{pad}{left}{mark}{word}{unmark}{right}{fill}{id_}"


def context_width(lines: Sequence[ConcordanceLine], style: Style) -> int:
    """Return how many columns of context fit on each side of the matches."""
    if style.width is None:
        return _CONTEXT_IN_A_PIPE
    longest_id = max(
        (wcwidth.wcswidth(visible(line.sentence.id)) for line in lines), default=0
    )
    context = style.width - _longest_word(lines) - longest_id - _GAP
    return max(_NARROWEST_CONTEXT, context // 2)


def _longest_word(lines: Sequence[ConcordanceLine]) -> int:
    return max((wcwidth.wcswidth(printable(line.word)) for line in lines), default=0)


def _first_columns(text: str, width: int) -> str:
    """Return the longest beginning of *text* that fits in *width* columns."""
    if wcwidth.wcswidth(text) <= width:
        return text
    return wcwidth.clip(text, 0, width - 1).rstrip() + _CUT if width else ""


def _last_columns(text: str, width: int) -> str:
    """Return the longest end of *text* that fits in *width* columns."""
    columns = wcwidth.wcswidth(text)
    if columns <= width:
        return text
    if not width:
        return ""
    return _CUT + wcwidth.clip(text, columns - width + 1, columns).lstrip()
