"""What changed between two sentences, word by word, as wdiff shows it.

Two words are the same when they hold the same content morphemes, wherever the spaces
are and whatever particles and endings follow: 국방 장관은 and 국방장관이. What of an ending
turns the meaning is no such trifle: 않, 못 and 아니 deny, 야 obliges, 기로 resolves.
With `strict`, words are the same when they are written alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from indexer.analysis.analyzer import Analyzer

Kind = Literal["equal", "insert", "delete", "replace"]

_WORD = re.compile(r"\s*\S+\s*|\s+")
_TELLING = re.compile(r"않|못|아니|야|기로")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of both texts; the `before` of all make up the one, `after` the other."""

    kind: Kind
    before: str
    after: str

    def to_json(self) -> dict[str, Any]:
        """Return the segment as a JSON object."""
        return asdict(self)


class _Unit(NamedTuple):
    """What is compared: a morpheme, or a word as written; and the word it is in."""

    key: object
    word: int


def diff(
    before: str, after: str, analyzer: Analyzer, *, strict: bool = False
) -> list[Segment]:
    """Return the segments of two sentences, words whole, alike or not in turn."""
    texts = before, after
    words = [_words(text) for text in texts]
    units = [_meant(*text, analyzer) for text in zip(texts, words, strict=True)]
    if strict or not all(units):
        units = [_written(*text) for text in zip(texts, words, strict=True)]
    kept = _kept(*units)
    return list(_segments(texts, words, units, kept))


def is_same(segments: Sequence[Segment]) -> bool:
    """Tell whether nothing changed."""
    return all(segment.kind == "equal" for segment in segments)


def _words(text: str) -> list[tuple[int, int]]:
    """Return the spans of the words of *text*, white space with the word before it."""
    return [match.span() for match in _WORD.finditer(text)]


def _written(text: str, words: Sequence[tuple[int, int]]) -> list[_Unit]:
    return [_Unit(text[start:end].strip(), n) for n, (start, end) in enumerate(words)]


def _meant(
    text: str, words: Sequence[tuple[int, int]], analyzer: Analyzer
) -> list[_Unit]:
    """Return the content morphemes, each with what is telling in the text behind it."""
    tokens = sorted(analyzer.analyze(text).morphemes, key=lambda token: token.start)
    starts = [token.start for token in tokens]
    units: list[_Unit] = []
    word = 0
    for token, following in zip(tokens, [*starts, len(text)][1:], strict=True):
        while words[word][1] <= token.start:
            word += 1
        tail = tuple(_TELLING.findall(text[token.end : following]))
        units.append(_Unit((token.term, tail), word))
    return units


def _kept(before: Sequence[_Unit], after: Sequence[_Unit]) -> list[tuple[int, int]]:
    """Return the pairs of units that are alike, in words that are alike to their ends.

    A word that changed in part is shown as changed: what it was matched with changed
    too, and so on until every word is on one side.
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
        torn = [n for n, (p, q) in enumerate(pairwise(pairs)) if not _is_next(p, q)]
        left = _broken(before, [i for i, _ in pairs], torn)
        right = _broken(after, [j for _, j in pairs], torn)
        whole = [
            (i, j)
            for i, j in pairs
            if before[i].word not in left and after[j].word not in right
        ]
        if len(whole) == len(pairs):
            return pairs
        pairs = whole


def _is_next(pair: tuple[int, int], following: tuple[int, int]) -> bool:
    return following == (pair[0] + 1, pair[1] + 1)


def _broken(
    units: Sequence[_Unit], matched: Sequence[int], torn: Sequence[int]
) -> set[int]:
    """Return the words with a unit that has no match, or torn apart by its matches."""
    alone = set(range(len(units))) - set(matched)
    broken = {units[n].word for n in alone}
    for n in torn:
        word = units[matched[n]].word
        if word == units[matched[n + 1]].word:
            broken.add(word)
    return broken


def _segments(
    texts: tuple[str, str],
    words: Sequence[Sequence[tuple[int, int]]],
    units: Sequence[Sequence[_Unit]],
    kept: Sequence[tuple[int, int]],
) -> Iterator[Segment]:
    """Cut both texts where what is alike begins and ends, at the bounds of words."""
    cuts: list[tuple[int, int, bool]] = []
    ends = len(units[0]), len(units[1])
    last = (-1, -1)
    for pair in kept:
        if not _is_next(last, pair):
            cuts.append((last[0] + 1, last[1] + 1, False))
            cuts.append((*pair, True))
        elif last == (-1, -1):
            cuts.append((0, 0, True))
        last = pair
    if not _is_next(last, ends):
        cuts.append((last[0] + 1, last[1] + 1, False))
    cuts.append((*ends, False))
    for (i, j, alike), (i_end, j_end, _) in pairwise(cuts):
        before = _text(texts[0], words[0], units[0], i, i_end)
        after = _text(texts[1], words[1], units[1], j, j_end)
        if before or after:
            yield Segment(_kind(before, after, alike=alike), before, after)


def _text(
    text: str,
    words: Sequence[tuple[int, int]],
    units: Sequence[_Unit],
    start: int,
    end: int,
) -> str:
    """Return the words of the units from *start* to *end*, and those without any."""
    bounds = [
        0 if not n else len(text) if n == len(units) else words[units[n].word][0]
        for n in (start, end)
    ]
    return text[bounds[0] : bounds[1]]


def _kind(before: str, after: str, *, alike: bool) -> Kind:
    if alike:
        return "equal"
    if not before:
        return "insert"
    return "replace" if after else "delete"
