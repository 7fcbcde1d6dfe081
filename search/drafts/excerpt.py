"""The words of a source that are most like a text, by a semi-global alignment.

Sellers, *The Theory and Computation of Evolutionary Distances* (1980), with words for
letters: the words of the source before and behind the excerpt cost nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

from search.drafts.matching import NEGATING
from search.drafts.window import Window, word_letters, word_pairs
from search.reading.letters import likeness

_MOST_WORDS = 400
"""Words up to which a text is aligned: the time grows with their square."""
_ADDED = 1.0
"""The cost of a word of the text that the source lacks."""
_LEFT_OUT = 0.5
"""The cost of a word of the source that the text leaves out."""


def excerpt(window: Window, text: str, position: int) -> tuple[int, int]:
    """Return the span of the words of *window* that are most like *text*.

    Args:
        window: The source.
        text: A part of a quotation.
        position: The offset in the source from which the excerpt may begin.
    """
    first = bisect_left(window.words, (position,))
    words = window.words[first:]
    text_words = [word for each in text.split() if (word := word_letters(each))]
    if not words or not text_words or max(len(words), len(text_words)) > _MOST_WORDS:
        return min(position, len(window.text)), len(window.text)
    rows = (_differences(word, window)[first:] for word in text_words)
    start, last = _aligned(rows, len(words))
    return _widened(window.text, words[start].start, words[last].end, text)


def _aligned(rows: Iterable[list[float]], size: int) -> tuple[int, int]:
    """Return the first and the last word of the best alignment.

    Each row has the costs of a word of the text for each of *size* words of the source.
    """
    costs = [0.0] * (size + 1)
    starts = list(range(size + 1))
    for differences in rows:
        left, left_start = costs[0] + _ADDED, 0
        row, row_starts = [left], [left_start]
        columns = zip(differences, costs, starts, costs[1:], starts[1:], strict=False)
        for difference, diagonal, start, above, above_start in columns:
            cost = diagonal + difference
            if above + _ADDED < cost:
                cost, start = above + _ADDED, above_start
            if left + _LEFT_OUT < cost:
                cost, start = left + _LEFT_OUT, left_start
            row.append(cost)
            row_starts.append(start)
            left, left_start = cost, start
        costs, starts = row, row_starts
    last = min(range(1, len(costs)), key=lambda column: (costs[column], -column))
    return min(starts[last], last - 1), last - 1


def _differences(word: str, window: Window) -> list[float]:
    """Return the cost of *word* for each word of a window: 0 if it is the same, at most 1."""
    costs = [1.0] * len(window.words)
    pairs = word_pairs(word)
    for index in {i for pair in pairs for i in window.words_by_pair.get(pair, ())}:
        other = window.words[index].letters
        if other == word:
            costs[index] = 0.0
        else:
            costs[index] = min(1.0, 1.2 - likeness(pairs, word_pairs(other)))
    return costs


def _widened(source: str, start: int, end: int, text: str) -> tuple[int, int]:
    """Drop the ends of the outermost words that *text* leaves out.

    연합방위태세 in a quotation is no change of 연합방위태세를 in the source.
    """
    first, last = text.split(maxsplit=1)[0], text.rsplit(maxsplit=1)[-1]
    head = re.match(r"\S+", source[start:end])
    if head and head[0] != first and head[0].endswith(first):
        cut = start + len(head[0]) - len(first)
        is_negated = NEGATING.search(source[max(0, cut - 2) : cut])
        if not is_negated and not _is_in_number(source, cut):
            start = cut
    tail = re.search(r"\S+$", source[start:end])
    last = last.rstrip(".,?!")
    if tail and last and tail[0].startswith(last):
        cut = start + tail.start() + len(last)
        end = end if _is_in_number(source, cut) else cut
    return start, end


def _is_in_number(text: str, offset: int) -> bool:
    """Whether *offset* is between two digits, as in 67년간 of which 7년간 is quoted."""
    return text[max(0, offset - 1) : offset + 1].isdigit() and 0 < offset < len(text)
