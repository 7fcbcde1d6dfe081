"""How a quotation differs from a passage that is like it, word by word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.ingest.sentence import Sentence
from search.drafts.matching import ELLIPSIS, NEGATING
from search.drafts.window import Window
from search.reading.diff import Segment, letter_diff
from search.reading.letters import letters, likeness, pair_counts

ALTERED = 0.6
"""The least likeness of an altered quotation to its source; below it is not found.

On tests/data/quotations.tsv the least likeness of an altered quotation is 0.70, and the
most of an invented one 0.34.
"""
_MOST_WORDS = 400
"""Words up to which a text is aligned: the time grows with their square."""
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Alteration:
    """A window like a quotation: how like, and the segments of the difference.

    `likeness_of_part` is that of the sentence of the quotation that is most like one.
    """

    likeness: float
    sentences: tuple[Sentence, ...]
    segments: tuple[Segment, ...]
    likeness_of_part: float = 0.0

    @property
    def has_source(self) -> bool:
        """Whether the quotation, or a whole sentence of it, comes from the window."""
        return max(self.likeness, self.likeness_of_part) >= ALTERED


def aligned(window: Window, parts: Sequence[tuple[str, ...]]) -> Alteration:
    """Compare the parts of a quotation with the words of a window that are like them."""
    segments: list[Segment] = []
    quoted: Counter[str] = Counter()
    source: Counter[str] = Counter()
    position, first = 0, len(window.text)
    for number, part in enumerate(parts):
        text = " ".join(part)
        start, end = _excerpt(window.text, text, position)
        pairs = pair_counts(letters(text).text)
        excerpt_pairs = pair_counts(letters(window.text[start:end]).text)
        if number:
            segments.append(ELLIPSIS)
        if likeness(pairs, excerpt_pairs) < ALTERED and number:
            # A part of an earlier place in the source: the order was changed.
            segments.append(Segment("insert", "", text))
            moved = _excerpt(window.text, text, 0)
            excerpt_pairs = pair_counts(letters(window.text[slice(*moved)]).text)
            start, end = position, position
        else:
            segments += letter_diff(window.text[start:end], text)
        quoted += pairs
        source += excerpt_pairs
        first, position = min(first, start), end
    sentences = window.covered(first, position) or window.sentences
    return Alteration(likeness(quoted, source), sentences, tuple(segments))


def _excerpt(source: str, quotation: str, position: int) -> tuple[int, int]:
    """Return the span of the words of *source* that are most like *quotation*.

    A semi-global alignment of words (Sellers 1980): the words before and behind the
    excerpt cost nothing, an added word costs 1, another word its difference, and a word
    that the quotation leaves out `_LEFT_OUT`.
    """
    words = [match.span() for match in _WORD.finditer(source, position)]
    ours = [letters(source[start:end]).text for start, end in words]
    theirs = [text for word in quotation.split() if (text := letters(word).text)]
    if not words or not theirs or max(len(words), len(theirs)) > _MOST_WORDS:
        return min(position, len(source)), len(source)
    costs: dict[tuple[str, str], float] = {}
    above = [0.0] * (len(ours) + 1)
    starts = list(range(len(ours) + 1))
    for word in theirs:
        row, row_starts = [above[0] + 1], [0]
        for column, other in enumerate(ours):
            key = word, other
            if key not in costs:
                costs[key] = _difference(word, other)
            best = min(
                (above[column] + costs[key], 0, starts[column]),
                (above[column + 1] + 1, 1, starts[column + 1]),
                (row[column] + _LEFT_OUT, 2, row_starts[column]),
            )
            row.append(best[0])
            row_starts.append(best[2])
        above, starts = row, row_starts
    last = min(range(1, len(above)), key=lambda column: (above[column], -column))
    start = min(starts[last], last - 1)
    return _widened(source, words[start][0], words[last - 1][1], quotation)


_LEFT_OUT = 0.5
"""The cost of a word of the source that a quotation leaves out."""


def _difference(word: str, other: str) -> float:
    if word == other:
        return 0.0
    return min(1.0, 1.2 - likeness(pair_counts(word), pair_counts(other)))


def _widened(source: str, start: int, end: int, quotation: str) -> tuple[int, int]:
    """Drop the ends of the outermost words that the quotation leaves out.

    연합방위태세 in a quotation is no change of 연합방위태세를 in the source.
    """
    first, last = quotation.split(maxsplit=1)[0], quotation.rsplit(maxsplit=1)[-1]
    head = re.match(r"\S+", source[start:end])
    if head and head[0] != first and head[0].endswith(first):
        cut = start + len(head[0]) - len(first)
        if not NEGATING.search(source[max(0, cut - 2) : cut]):
            start = cut
    tail = re.search(r"\S+$", source[start:end])
    last = last.rstrip(".,?!")
    if tail and last and tail[0].startswith(last):
        end = start + tail.start() + len(last)
    return start, end
