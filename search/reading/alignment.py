"""Alignment: which sentence of one document corresponds to which of another.

Two sentences are counterparts if they are close (`search.engine.similarity`). The closest
two are paired first, then the closest two of the rest, down to `THRESHOLD`. As closeness
is symmetric, the result is the stable matching of Gale and Shapley (1962): no two
sentences are closer to each other than both are to their counterparts. Pairs may cross,
so a paragraph that moved is still aligned. Position counts in two weaker ways: a share
of the closeness is that of the two paragraphs (`CONTEXT`), and of two pairs that are
equally close the one with the closer relative positions wins.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from indexer.ingest.sentence import Sentence
from search.engine.similarity import Closeness, Similarity

THRESHOLD = 0.22
CONTEXT = 0.3
"""The least closeness of counterparts, and the share of their paragraphs in it.

Chosen on 60 sentences of 2019 judged against 2016 (tests/data/counterparts.tsv): 54 are
right. The result is the same for thresholds from 0.21 to 0.24, and for contexts from 0.2
to 0.4. On 40 sentences of 2016 judged against 2012, which had no part in the choice
(tests/data/counterparts_held_out.tsv), 38 are right.
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two counterparts and their closeness; `moved` if they break the common order."""

    before: Sentence
    after: Sentence
    closeness: float
    moved: bool = False


def pairs(
    before: Sequence[Sentence], after: Sequence[Sentence], similarity: Similarity
) -> list[Pair]:
    """Return the counterparts in two documents, in the order of *after*."""
    return matched(before, after, closeness(before, after, similarity))


def closeness(
    before: Sequence[Sentence], after: Sequence[Sentence], similarity: Similarity
) -> Closeness:
    """Return the closeness of sentences, to which their paragraphs contribute.

    Sentences whose paragraphs share no term are left out, and so are those that cannot
    reach `THRESHOLD`, unless they share a term themselves.
    """
    paragraphs, other_paragraphs = _paragraphs(before), _paragraphs(after)
    place, other_place = _places(paragraphs), _places(other_paragraphs)
    shared: dict[tuple[int, int], dict[tuple[str, str], float]] = defaultdict(dict)
    for pair, close in similarity.between(before, after).items():
        shared[place[pair[0]], other_place[pair[1]]][pair] = close
    total: dict[tuple[str, str], float] = {}
    for (one, other), by_pair in shared.items():
        ids, other_ids = paragraphs[one], other_paragraphs[other]
        context = CONTEXT * _context(len(ids), len(other_ids), by_pair)
        candidates: Iterable[tuple[str, str]] = by_pair
        if (1 - CONTEXT) * max(by_pair.values()) + context >= THRESHOLD:
            candidates = product(ids, other_ids)
        for pair in candidates:
            total[pair] = (1 - CONTEXT) * by_pair.get(pair, 0.0) + context
    return total


def matched(
    before: Sequence[Sentence], after: Sequence[Sentence], close: Closeness
) -> list[Pair]:
    """Pair the closest sentences first; each has at most one counterpart."""
    position = {sentence.id: n for n, sentence in enumerate(before)}
    other_position = {sentence.id: n for n, sentence in enumerate(after)}
    candidates = sorted(
        (-closeness, abs(i / len(before) - j / len(after)), i, j)
        for (one, other), closeness in close.items()
        if closeness >= THRESHOLD
        for i, j in ((position[one], other_position[other]),)
    )
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, i, j in candidates:
        if i not in taken and j not in partner:
            partner[j] = i
            taken.add(i)
    by_after = sorted(partner.items())
    in_order = _longest_rising([i for _, i in by_after])
    return [
        Pair(before[i], after[j], close[before[i].id, after[j].id], i not in in_order)
        for j, i in by_after
    ]


def _paragraphs(sentences: Sequence[Sentence]) -> list[list[str]]:
    """Group the ids by paragraph; a sentence without one is a group of its own."""
    groups: dict[object, list[str]] = defaultdict(list)
    for sentence in sentences:
        numbered = sentence.paragraph is not None
        groups[sentence.paragraph if numbered else sentence.id].append(sentence.id)
    return list(groups.values())


def _places(paragraphs: Sequence[Sequence[str]]) -> dict[str, int]:
    return {id_: place for place, ids in enumerate(paragraphs) for id_ in ids}


def _context(ones: int, others: int, close: Closeness) -> float:
    """Return the closeness of two paragraphs: the average of each sentence's best.

    Args:
        ones: The number of sentences in the first paragraph.
        others: The number of sentences in the second.
        close: The closeness of those that share a term.
    """
    best: dict[str, float] = {}
    other_best: dict[str, float] = {}
    for (one, other), closeness in close.items():
        best[one] = max(closeness, best.get(one, 0.0))
        other_best[other] = max(closeness, other_best.get(other, 0.0))
    return (sum(best.values()) / ones + sum(other_best.values()) / others) / 2


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Return a longest rising subsequence of *numbers*, all different (Fredman 1975)."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(ends, number)
        before[number] = ends[place - 1] if place else None
        ends[place : place + 1] = [number]
    rising: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        rising.add(last)
        last = before[last]
    return rising
