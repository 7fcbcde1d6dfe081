"""Which sentence of one document says again what a sentence of another says.

Two sentences are counterparts when they are close (`search.engine.similarity`): the closest
two are paired first, then the closest of those left, down to `THRESHOLD`. As closeness
is mutual, this is the stable matching of Gale and Shapley (1962): no two sentences are
closer to each other than both are to their counterparts. Pairs may cross, so that a
paragraph that moved is still found. Order counts in two weaker ways: the paragraphs
that two sentences stand in lend them some of their own closeness, and of two pairs
equally close the one that keeps its relative place is taken.
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
"""How close counterparts are at least, and how much of that is their paragraphs'.

Chosen on 60 sentences of 2019 judged against 2016 (tests/data/counterparts.tsv), 54 of which
they get right; so does a threshold from 0.21 to 0.24 with this context, and a context
from 0.2 to 0.4 with this threshold. On 40 sentences of 2016 against 2012, judged before
they were run and not chosen on (tests/data/counterparts_held_out.tsv), 38 are right.
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences that say the same, more or less, and how close they are.

    `moved` tells that it stands out of the order that most pairs keep.
    """

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
    """Return how close sentences are that share anything, their paragraphs counted in."""
    ones, others = _paragraphs(before), _paragraphs(after)
    here, there = _places(ones), _places(others)
    shared: dict[tuple[int, int], dict[tuple[str, str], float]] = defaultdict(dict)
    for pair, close in similarity.between(before, after).items():
        shared[here[pair[0]], there[pair[1]]][pair] = close
    found: dict[tuple[str, str], float] = {}
    for (one, other), alone in shared.items():
        context = CONTEXT * _context(len(ones[one]), len(others[other]), alone)
        pairs: Iterable[tuple[str, str]] = alone
        if (1 - CONTEXT) * max(alone.values()) + context >= THRESHOLD:
            pairs = product(ones[one], others[other])
        for pair in pairs:
            found[pair] = (1 - CONTEXT) * alone.get(pair, 0.0) + context
    return found


def matched(
    before: Sequence[Sentence], after: Sequence[Sentence], close: Closeness
) -> list[Pair]:
    """Pair the closest first; each sentence has one counterpart at most."""
    here = {sentence.id: place for place, sentence in enumerate(before)}
    there = {sentence.id: place for place, sentence in enumerate(after)}
    candidates = sorted(
        (-closeness, abs(i / len(before) - j / len(after)), i, j)
        for (one, other), closeness in close.items()
        if closeness >= THRESHOLD
        for i, j in ((here[one], there[other]),)
    )
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, i, j in candidates:
        if i not in taken and j not in partner:
            partner[j] = i
            taken.add(i)
    found = sorted(partner.items())
    in_order = _longest_rising([i for _, i in found])
    return [
        Pair(before[i], after[j], close[before[i].id, after[j].id], i not in in_order)
        for j, i in found
    ]


def _paragraphs(sentences: Sequence[Sentence]) -> list[list[str]]:
    """Group the ids by paragraph; where there are none, each sentence is its own."""
    groups: dict[object, list[str]] = defaultdict(list)
    for sentence in sentences:
        numbered = sentence.paragraph is not None
        groups[sentence.paragraph if numbered else sentence.id].append(sentence.id)
    return list(groups.values())


def _places(paragraphs: Sequence[Sequence[str]]) -> dict[str, int]:
    return {id_: place for place, ids in enumerate(paragraphs) for id_ in ids}


def _context(ones: int, others: int, close: Closeness) -> float:
    """Return how close two paragraphs are: each sentence's best, on average."""
    best: dict[str, float] = {}
    back: dict[str, float] = {}
    for (one, other), closeness in close.items():
        best[one] = max(closeness, best.get(one, 0.0))
        back[other] = max(closeness, back.get(other, 0.0))
    return (sum(best.values()) / ones + sum(back.values()) / others) / 2


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Return a longest rising subsequence of different *numbers* (Fredman 1975)."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(ends, number)
        before[number] = ends[place - 1] if place else None
        ends[place : place + 1] = [number]
    kept: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return kept
