"""The difference between two sentences, word by word, like the output of wdiff.

Two words are the same if they have the same content morphemes: spaces, particles and
endings make no difference (국방 장관은, 국방장관이). Endings that change the meaning do: 않,
못 and 아니 (negation), 야 (obligation) and 기로 (resolution). With `strict`, words are the
same only if their letters are.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from indexer.analysis.analyzer import Analyzer
from search.reading.letters import letters

Kind = Literal["equal", "insert", "delete", "replace"]

_WORD = re.compile(r"\s*\S+\s*|\s+")
_MOST_LETTERS = 1200
"""Letters up to which texts are compared by letters: the time grows with their square."""
_MEANINGFUL = re.compile(r"않|못|아니|야|기로")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of both texts: all `before` joined are the older text, all `after` the newer.

    `kind` is `equal` if the words are the same, also where their spelling differs.
    """

    kind: Kind
    before: str
    after: str

    def to_json(self) -> dict[str, Any]:
        """Return the segment as a JSON object: `kind`, `before` and `after`."""
        return asdict(self)


class _Unit(NamedTuple):
    """A unit of the comparison, a morpheme or a whole word, and its word's number."""

    key: object
    word: int


def diff(
    before: str, after: str, analyzer: Analyzer, *, strict: bool = False
) -> list[Segment]:
    """Return the segments of two sentences; equal and changed ones alternate.

    No segment ends inside a word. Example: 대북 정책을 and 정책이 give a `delete` of
    "대북 " and an `equal`.

    Args:
        before: The older sentence.
        after: The newer sentence.
        analyzer: The analyzer that splits both into morphemes.
        strict: Whether words are compared by their letters.
    """
    texts = before, after
    words = [_words(text) for text in texts]
    units = [_morphemes(*text, analyzer) for text in zip(texts, words, strict=True)]
    if strict or not all(units):
        units = [_spellings(*text) for text in zip(texts, words, strict=True)]
    pairs = _unchanged(*units)
    return list(_segments(texts, words, units, pairs))


def letter_diff(before: str, after: str) -> list[Segment]:
    """Return the segments of two texts; words are the same if their letters are.

    Spaces and marks make no difference: 한·미 연합연습 is 한미 연합 연습.
    """
    texts = before, after
    words = [_words(text) for text in texts]
    units = [_letters(*text) for text in zip(texts, words, strict=True)]
    if max(map(len, units)) > _MOST_LETTERS or not all(units):
        units = [_spellings(*text) for text in zip(texts, words, strict=True)]
    return list(_segments(texts, words, units, _unchanged(*units)))


def is_same(segments: Sequence[Segment]) -> bool:
    """Whether no segment has a change."""
    return all(segment.kind == "equal" for segment in segments)


def _words(text: str) -> list[tuple[int, int]]:
    """Return the spans of the words of *text*, each with the white space after it."""
    return [match.span() for match in _WORD.finditer(text)]


def _spellings(text: str, words: Sequence[tuple[int, int]]) -> list[_Unit]:
    return [_Unit(text[start:end].strip(), n) for n, (start, end) in enumerate(words)]


def _letters(text: str, words: Sequence[tuple[int, int]]) -> list[_Unit]:
    ends = [end for _, end in words]
    return [
        _Unit(letter, bisect_right(ends, offset))
        for letter, offset in zip(*letters(text), strict=True)
    ]


def _morphemes(
    text: str, words: Sequence[tuple[int, int]], analyzer: Analyzer
) -> list[_Unit]:
    """Return the content morphemes, each with the meaningful endings that follow it."""
    tokens = sorted(analyzer.analyze(text).morphemes, key=lambda token: token.start)
    starts = [token.start for token in tokens]
    units: list[_Unit] = []
    word = 0
    for token, following in zip(tokens, [*starts, len(text)][1:], strict=True):
        while words[word][1] <= token.start:
            word += 1
        tail = tuple(_MEANINGFUL.findall(text[token.end : following]))
        units.append(_Unit((token.term, tail), word))
    return units


def _unchanged(
    before: Sequence[_Unit], after: Sequence[_Unit]
) -> list[tuple[int, int]]:
    """Return the pairs of equal units, as numbers, in words that are equal as a whole.

    A word with one changed unit is changed. So are the words that its other units were
    paired with, which can change further words: the loop ends when none is added.
    """
    matcher = SequenceMatcher(
        None, [u.key for u in before], [u.key for u in after], autojunk=False
    )
    pairs = [
        (block.a + step, block.b + step)
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    ]
    while True:
        breaks = [n for n, (p, q) in enumerate(pairwise(pairs)) if not _is_next(p, q)]
        left = _broken(before, [i for i, _ in pairs], breaks)
        right = _broken(after, [j for _, j in pairs], breaks)
        remaining = [
            (i, j)
            for i, j in pairs
            if before[i].word not in left and after[j].word not in right
        ]
        if len(remaining) == len(pairs):
            return pairs
        pairs = remaining


def _is_next(pair: tuple[int, int], following: tuple[int, int]) -> bool:
    return following == (pair[0] + 1, pair[1] + 1)


def _broken(
    units: Sequence[_Unit], matched: Sequence[int], breaks: Sequence[int]
) -> set[int]:
    """Return the words with an unmatched unit, or with a break between their units."""
    unmatched = set(range(len(units))) - set(matched)
    broken = {units[n].word for n in unmatched}
    for n in breaks:
        word = units[matched[n]].word
        if word == units[matched[n + 1]].word:
            broken.add(word)
    return broken


def _segments(
    texts: tuple[str, str],
    words: Sequence[Sequence[tuple[int, int]]],
    units: Sequence[Sequence[_Unit]],
    pairs: Sequence[tuple[int, int]],
) -> Iterator[Segment]:
    """Cut both texts where a series of equal units begins or ends, between words."""
    cuts: list[tuple[int, int, bool]] = []
    ends = len(units[0]), len(units[1])
    last = (-1, -1)
    for pair in pairs:
        if not _is_next(last, pair):
            cuts.append((last[0] + 1, last[1] + 1, False))
            cuts.append((*pair, True))
        elif last == (-1, -1):
            cuts.append((0, 0, True))
        last = pair
    if not _is_next(last, ends):
        cuts.append((last[0] + 1, last[1] + 1, False))
    cuts.append((*ends, False))
    for (i, j, equal), (i_end, j_end, _) in pairwise(cuts):
        before = _text(texts[0], words[0], units[0], i, i_end)
        after = _text(texts[1], words[1], units[1], j, j_end)
        if before or after:
            yield Segment(_kind(before, after, equal=equal), before, after)


def _text(
    text: str,
    words: Sequence[tuple[int, int]],
    units: Sequence[_Unit],
    start: int,
    end: int,
) -> str:
    """Return the text from the word of unit *start* to that of unit *end*."""
    bounds = [
        0 if not n else len(text) if n == len(units) else words[units[n].word][0]
        for n in (start, end)
    ]
    return text[bounds[0] : bounds[1]]


def _kind(before: str, after: str, *, equal: bool) -> Kind:
    if equal:
        return "equal"
    if not before:
        return "insert"
    return "replace" if after else "delete"
