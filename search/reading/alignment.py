"""Alignment: which sentence of one document corresponds to which of another.

Two sentences are counterparts if they are close (`search.reading.closeness`). The closest
two are paired first, then the closest two of the rest, down to `THRESHOLD`. As closeness
is symmetric, the result is the stable matching of Gale and Shapley (1962): no two
sentences are closer to each other than both are to their counterparts. Pairs may cross,
so a paragraph that moved is still aligned. Position counts in two weaker ways: a share
of the closeness is that of the two paragraphs, and of two pairs that are equally close the
one with the closer relative positions wins.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from indexer.ingest.sentence import Sentence
from search.engine.similarity import Similarity
from search.reading.closeness import Matrix, blocks
from search.reading.comparison import Nearest

THRESHOLD = 0.22
"""The least closeness of counterparts.

Chosen on 60 sentences of 2019 judged against 2016 (tests/data/counterparts.tsv): 54 are
right. The result is the same for thresholds from 0.21 to 0.23, and for a share of the
paragraphs from 0.2 to 0.4, except one sentence. On 40 sentences of 2016 judged against
2012, which had no part in the choice (tests/data/counterparts_held_out.tsv), 38 are right.
"""

Candidates: TypeAlias = Mapping[tuple[int, int], float]
"""The closeness of two sentences, by their numbers in the two documents."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two counterparts and their closeness; `moved` if they break the common order."""

    before: Sentence
    after: Sentence
    closeness: float
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Alignment:
    """The counterparts in two documents, in the order of the newer one.

    `nearest` has the closest sentence of the other document by the id of a sentence; one
    that shares no term with the other document is left out.
    """

    pairs: list[Pair]
    nearest: Mapping[str, Nearest]


def align(
    before: Sequence[Sentence], after: Sequence[Sentence], similarity: Similarity
) -> Alignment:
    """Return the alignment of two documents."""
    candidates: dict[tuple[int, int], float] = {}
    nearest: dict[str, Nearest] = {}
    for block in blocks(before, after, similarity):
        rows, columns = np.nonzero(block.total >= THRESHOLD)
        places = zip(block.rows[rows].tolist(), columns.tolist(), strict=True)
        values = block.total[rows, columns].tolist()
        candidates.update(zip(places, values, strict=True))
        sentences = [before[row] for row in block.rows]
        comparable = np.where(block.direct > 0, block.total, 0.0)
        _add_nearest(nearest, sentences, after, comparable)
        _add_nearest(nearest, after, sentences, comparable.T)
    return Alignment(matched(before, after, candidates), nearest)


def _add_nearest(
    nearest: dict[str, Nearest],
    sentences: Sequence[Sentence],
    others: Sequence[Sentence],
    closeness: Matrix,
) -> None:
    """Add to *nearest* for each of *sentences* the closest of *others*, if it is closer."""
    best = closeness.argmax(axis=1).tolist(), closeness.max(axis=1).tolist()
    for sentence, column, value in zip(sentences, *best, strict=True):
        if value and (
            sentence.id not in nearest or value > nearest[sentence.id].closeness
        ):
            nearest[sentence.id] = Nearest(others[column], value)


def matched(
    before: Sequence[Sentence], after: Sequence[Sentence], candidates: Candidates
) -> list[Pair]:
    """Pair the closest sentences first; each has at most one counterpart.

    *candidates* has the pairs from `THRESHOLD` up.
    """
    ordered = sorted(
        (-closeness, abs(i / len(before) - j / len(after)), i, j)
        for (i, j), closeness in candidates.items()
    )
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, i, j in ordered:
        if i not in taken and j not in partner:
            partner[j] = i
            taken.add(i)
    by_after = sorted(partner.items())
    in_order = _longest_rising([i for _, i in by_after])
    return [
        Pair(before[i], after[j], candidates[i, j], i not in in_order)
        for j, i in by_after
    ]


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
