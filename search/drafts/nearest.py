"""The passage that is most like a quotation whose letters no passage has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search.drafts.alignment import ALTERED, SPACE, Alignment
from search.drafts.quoted_text import QuotedText
from search.drafts.source import CANDIDATES, Source
from search.drafts.window import Place, Window
from search.reading.diff import Segment

_AGREES = 0.1
"""Likeness by which the cited sentence may fall short of the best one."""
_ALIGNED = 3
"""How many windows are aligned word by word: those with most of the letter pairs."""
_CLOSE = 0.1
"""By how much the share of letter pairs of these may fall short of the highest."""
_HIGHEST = 0.99
"""The likeness of an altered quotation is at most this."""
_OMISSION = Segment("replace", " … ", " ")


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences that are like a quotation: how like, by number, and the difference.

    `is_source` is whether the quotation, or a whole sentence of it, comes from there.
    """

    likeness: float
    is_source: bool
    numbers: tuple[int, ...]
    segments: tuple[Segment, ...]


def nearest_passage(
    quoted: QuotedText, source: Source, cited: Sequence[int]
) -> Passage | None:
    """Return the sentences most like a quotation, None if none has its terms.

    Args:
        quoted: A quotation that has no match.
        source: The sentences of the index.
        cited: The numbers of the sentences that the draft cites.
    """
    best = _most_alike(quoted, source, cited)
    if best is None:
        return None
    single: list[Alignment] = []
    if 1 < len(quoted.sentences) <= CANDIDATES and best.likeness < 1 - _AGREES:
        alignments = (_most_alike(s, source, cited) for s in quoted.sentences)
        single = [each for each in alignments if each]
        if len(single) == len(quoted.sentences):
            joined = _joined(quoted.sentences, single)
            if joined.likeness > best.likeness + _AGREES:
                return joined
    most = max(each.likeness_in_any_order for each in (best, *single))
    return Passage(
        min(best.likeness, _HIGHEST),
        most >= ALTERED,
        tuple(best.numbers),
        tuple(best.segments()) if most >= ALTERED else (),
    )


def _most_alike(
    quoted: QuotedText, source: Source, cited: Sequence[int]
) -> Alignment | None:
    """Return the best alignment with the windows around the sentences with its terms."""
    size = len(quoted.sentences)
    shares: dict[Window, tuple[float, bool]] = {}
    for number, index in dict.fromkeys(source.near(quoted.sentences, cited)):
        window = source.window(number, index, size - 1 - index)
        share = _share(quoted, window)
        if share < 1 - _AGREES:
            longer = source.window(number, index, size - index)
            share_of_longer = _share(quoted, longer)
            if share_of_longer > share + _AGREES:
                window, share = longer, share_of_longer
        shares.setdefault(window, (share, number in cited))
    ranked = sorted(shares, key=lambda window: -shares[window][0])
    close = [
        w for w in ranked[:_ALIGNED] if shares[w][0] + _CLOSE > shares[ranked[0]][0]
    ]
    windows = close + [w for w in ranked[len(close) :] if shares[w][1]][:1]
    best: Alignment | None = None
    highest = 0.0
    for window in windows:
        share, is_cited = shares[window]
        bonus = is_cited * _AGREES
        # A passage with a share s of the pairs is at most 2s / (1 + s) like all of them.
        most = 2 * share / (1 + share)
        if best and (most < ALTERED or most + bonus <= highest):
            continue
        alignment = Alignment(quoted, window)
        value = max(alignment.likeness, alignment.likeness_in_any_order - _AGREES)
        if best is None or value + bonus > highest:
            best, highest = alignment, value + bonus
    return best


def _share(quoted: QuotedText, window: Window) -> float:
    """Return the share of the quotation's letter pairs that the window has."""
    counts = window.pairs
    common = sum(min(n, counts[p]) for p, n in quoted.pairs.items() if p in counts)
    return common / quoted.pairs.total()


def _joined(
    sentences: Sequence[QuotedText], alignments: Sequence[Alignment]
) -> Passage:
    """Return a passage of sentences from several places, as the quotation joins them.

    A sentence that does not follow the one before is inserted, and counts as half.
    """
    segments: list[Segment] = []
    common = 0.0
    last: Place | None = None
    for sentence, alignment in zip(sentences, alignments, strict=True):
        first, end = alignment.span
        is_in_order = last is None or first > last
        if last:
            is_next = not is_in_order or first.number <= last.number + 1
            segments.append(SPACE if is_next else _OMISSION)
        length = len("".join(sentence.letters))
        common += length * alignment.likeness * (1 if is_in_order else 0.5)
        if is_in_order:
            segments += alignment.segments()
        else:
            segments.append(Segment("insert", "", " … ".join(sentence.texts)))
        last = end
    total = sum(len("".join(sentence.letters)) for sentence in sentences)
    numbers = dict.fromkeys(number for each in alignments for number in each.numbers)
    most = max(each.likeness_in_any_order for each in alignments)
    average = common / total
    return Passage(
        min(average, _HIGHEST),
        max(average, most) >= ALTERED,
        tuple(numbers),
        tuple(segments),
    )
