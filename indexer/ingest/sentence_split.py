"""Sentence boundaries in running text, by punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator

# A stop ends a sentence when it follows a Hangul syllable, a closing mark or another
# stop: after a Latin letter it is an abbreviation's (`D.C.`, `Mark T.`), after a digit a
# date's or a number's (`2020. 10. 14.`). Question and exclamation marks always do.
_STOP = r"(?:(?<=[가-힣ㄱ-ㆎ\u4e00-\u9fff)\]}〉》」』”’\"'])\.+|[?!。？！．…]+)"
_CLOSING = r"[)\]}〉》」』”’\"']*"
_BOUNDARY = re.compile(
    rf"{_STOP}{_CLOSING}(?=\s|$)"
    # A verb's final ending and a stop end a sentence even without a space behind them.
    r"|(?<=다)\.(?=[가-힣])"
)
_ITEM = re.compile(r"\s*[가나다라마바사아자차카타파하]\.")
"""The letter of a list item, whose stop does not end a sentence."""


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each sentence of *text*, without surrounding white space.

    `합의하였다. 서명은 2020. 10. 14. 하였다.` has two. The text behind the last stop is a
    sentence too, so every character except white space is in exactly one sentence.
    """
    start = 0
    for match in _BOUNDARY.finditer(text):
        if _ITEM.fullmatch(text, start, match.end()):
            continue
        yield from _stripped(text, start, match.end())
        start = match.end()
    yield from _stripped(text, start, len(text))


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    part = text[start:end]
    if sentence := part.strip():
        start += len(part) - len(part.lstrip())
        yield start, start + len(sentence)
