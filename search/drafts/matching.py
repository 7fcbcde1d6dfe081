"""The passages that have all letters of a quotation, whatever its spacing and marks.

The letters of its sentences are looked up in the index, then their terms. The sentences
that come into question are compared letter by letter, together with their neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from search.drafts.quoted_text import QuotedText, ends_of
from search.drafts.source import CANDIDATES, MOST_SENTENCES, Source
from search.drafts.window import Window
from search.reading.diff import Segment

_MOST_PIECES = 3
"""Parts of a sentence between ellipses that are looked up."""
_MOST_STARTS = 50
"""Places of the first part in a window from which the others are looked for."""
NEGATING = re.compile(r"(?:^|[^가-힣])(?:비|불|부|무|미|반|탈)$")
"""A prefix that reverses a word: 비 of 비핵화."""
ELLIPSIS = Segment("equal", " … ", " … ")


class Match:
    """A passage that has all letters of a quotation: its sentences, and the parts' spans."""

    def __init__(self, window: Window, spans: Sequence[tuple[int, int]]) -> None:
        first, last = window.place(spans[0][0]), window.place(spans[-1][1] - 1)
        self.numbers = range(first.number, last.number + 1)
        self.sentences = window.at(self.numbers)
        self.text = window.text
        self.spans = spans

    def has_spelling(self, patterns: Sequence[re.Pattern[str]]) -> bool:
        """Whether the passage has the parts in order as they are spelled."""
        position = min(max(0, self.spans[0][0] - 2), len(self.text))
        for pattern in patterns:
            hit = pattern.search(self.text, position)
            if hit is None:
                return False
            position = hit.end()
        return True

    def segments(self, texts: Sequence[str]) -> Iterator[Segment]:
        """Yield each part as the source and as the draft spells it."""
        for number, ((start, end), text) in enumerate(
            zip(self.spans, texts, strict=True)
        ):
            if number:
                yield ELLIPSIS
            yield Segment("equal", self.text[start:end], text)


def spelling(part: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of a part as it is spelled; a line may break inside a word."""
    lines = (r"\s+".join(map(re.escape, line.split())) for line in part)
    return re.compile(r"\s*".join(lines))


def matches_of(quoted: QuotedText, source: Source, cited: Sequence[int]) -> list[Match]:
    """Return the passages with the letters of all parts of a quotation in order.

    Args:
        quoted: The quotation.
        source: The sentences of the index.
        cited: The numbers of the sentences that the draft cites.
    """
    candidates = _candidates(quoted, source, cited)
    if matches := list(_matches(quoted, source, candidates)):
        return matches
    return list(_matches(quoted, source, source.near(quoted.sentences, cited)))


def _matches(
    quoted: QuotedText, source: Source, candidates: Iterable[tuple[int, int]]
) -> Iterator[Match]:
    """Yield the passages around *candidates*.

    These are numbers of sentences in the index, each with the index of the sentence of
    the quotation that it may be.
    """
    seen: set[range] = set()
    for number, index in dict.fromkeys(candidates):
        for window in _windows(quoted, source, number, index):
            match = _match(window, quoted.letters)
            match = match or _match(window, quoted.joined_letters)
            if match is None:
                continue
            if match.numbers not in seen:
                seen.add(match.numbers)
                yield match
            break


def _candidates(
    quoted: QuotedText, source: Source, cited: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Yield sentences that begin or end like one of a quotation, and the latter's index."""
    sentences = quoted.sentences[:MOST_SENTENCES]
    for number in cited[:CANDIDATES]:
        yield from ((number, index) for index in range(len(sentences)))
    for index, sentence in enumerate(sentences):
        for text in sorted(sentence.texts, key=len, reverse=True)[:_MOST_PIECES]:
            for end in ends_of(text):
                yield from ((number, index) for number in source.containing(end))


def _windows(
    quoted: QuotedText, source: Source, number: int, index: int
) -> Iterator[Window]:
    """Yield the windows around a sentence that may have the quotation, short ones first."""
    behind = len(quoted.sentences) - 1 - index
    text = source.window(number, index + 1, behind + 1).letters.text
    is_within = any(
        all(part in text for part in parts)
        for parts in (quoted.letters, quoted.joined_letters)
    )
    for first, last in ((0, 0), (0, 1), (1, 0), (1, 1)) if is_within else ():
        yield source.window(number, index + first, behind + last)
    if quoted.has_sentence_before_ellipsis:
        yield source.paragraph(number)


def _match(window: Window, parts: Sequence[str]) -> Match | None:
    """Return where the window has the letters of *parts*, None if one is missing."""
    text, offsets = window.letters
    if any(part not in text for part in parts):
        return None
    start = -1
    for _ in range(_MOST_STARTS):
        start = _find(window, parts[0], start + 1)
        if start < 0:
            break
        spans = [(offsets[start], offsets[start + len(parts[0]) - 1] + 1)]
        position = start + len(parts[0])
        for part in parts[1:]:
            following = _find(window, part, position)
            if following < 0:
                return None
            if not window.is_within_sentence(spans[-1][1], offsets[following]):
                break
            position = following + len(part)
            spans.append((offsets[following], offsets[position - 1] + 1))
        if len(spans) == len(parts):
            return Match(window, spans)
    return None


def _find(window: Window, part: str, position: int) -> int:
    """Return where the letters of *part* are; not behind a prefix that reverses them."""
    text, offsets = window.letters
    while (start := text.find(part, position)) >= 0:
        before = window.text[max(0, offsets[start] - 2) : offsets[start]]
        number = part[0].isdigit() and text[start - 1 : start].isdigit()
        end = start + len(part)
        number = number or (part[-1].isdigit() and text[end : end + 1].isdigit())
        if not NEGATING.search(before) and not number:
            return start
        position = start + 1
    return -1
