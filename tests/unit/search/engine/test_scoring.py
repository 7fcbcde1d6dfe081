"""Scoring: loops and arrays give the same sets, the same scores and the same order."""

from __future__ import annotations

import math
import random
from array import array
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.bm25 import K1, B
from indexer.whoosh_format.lengths import length_byte, stored_length
from indexer.whoosh_format.reader import Postings
from search.engine.array_scoring import ArrayScorer
from search.engine.block_scoring import BlockScorer
from search.engine.loop_scoring import LoopScorer
from search.engine.scoring import (
    LARGE,
    Scorer,
    bm25,
    idf,
    numbers_in,
    set_of,
)
from search.engine.whoosh import MANY, scorer_for

NAMES = ("동맹", "_동맹", "전작권", "=전작권", "전작권 전환", "_전작")
"""Terms of which the first two are combined, and three of the others."""
SETS = st.sets(st.integers(0, 2000), max_size=60)
LENGTHS = list(map(stored_length, [1, 1, 5, 9, 40, 255]))
FORMS = ("bytes", "tuple", "H", "I")
"""The sequences that gaps are kept in, by their length and width."""


def posted(numbers: Sequence[int], frequencies: Sequence[int], form: str) -> Postings:
    """Return postings as the reader gives them."""
    gaps: Any = [b - a for a, b in pairwise([0, *numbers])]
    if form == "bytes" and max(gaps) < 256:
        gaps = bytes(gaps)
    elif form in ("H", "I"):
        gaps = array(form, gaps)
    else:
        gaps = tuple(gaps)
    often: Any = None
    if max(frequencies) > 1:
        often = tuple(frequencies) if len(numbers) == 1 else bytes(frequencies)
    return Postings(len(numbers), gaps, often)


@st.composite
def indexes(draw: st.DrawFn) -> tuple[list[int], list[Postings]]:
    """Draw the lengths of an index's sentences, and the postings of some terms."""
    count = draw(st.sampled_from([1, 2, 7, 8, 9, 255, 256, 257, 600, 1025]))
    drawn = draw(st.randoms(use_true_random=False))
    lengths = [drawn.choice(LENGTHS) for _ in range(count)]
    terms = []
    for _ in range(draw(st.integers(0, 6))):
        size = min(count, draw(st.sampled_from([1, 2, 3, 20, 100, count])))
        numbers = sorted(drawn.sample(range(count), size))
        most = drawn.choice([1, 1, 3, 255])
        frequencies = [drawn.randint(1, most) for _ in numbers]
        terms.append(posted(numbers, frequencies, drawn.choice(FORMS)))
    return lengths, terms


def made(lengths: Sequence[int]) -> Sequence[Scorer[Any, Any, Any]]:
    """Return the scorers by loops, by arrays, and by blocks of arrays."""
    average = sum(lengths) / len(lengths)
    data = bytes(map(length_byte, lengths))
    return (
        LoopScorer(data, average),
        ArrayScorer(data, average),
        BlockScorer(data, average, first=1),
    )


def naive(
    lengths: Sequence[int], terms: Sequence[Postings], weights: Sequence[float]
) -> list[float]:
    """Return the score of every sentence, written down from the definition."""
    average = sum(lengths) / len(lengths)
    scores = [0.0] * len(lengths)
    for term, weight in zip(terms, weights, strict=True):
        number = 0
        for place, gap in enumerate(term.gaps):
            number += gap
            often = term.frequencies[place] if term.frequencies else 1
            rest = len(lengths) - term.count
            inverse = math.log(1 + (rest + 0.5) / (term.count + 0.5))
            norm = K1 * (0.25 + 0.75 * lengths[number] / average)
            scores[number] += weight * inverse * often * (K1 + 1) / (often + norm)
    return scores


def ranked(
    by: Scorer[Any, Any, Any],
    terms: Sequence[Postings],
    weights: Sequence[float],
    among: int | None,
    limit: int,
) -> list[tuple[int, float]]:
    named = dict(zip(NAMES, terms, strict=False))
    total = by.total(
        dict(zip(NAMES, weights, strict=False)), lambda term: by.impacts(named[term])
    )
    return by.best(total, among, limit)


@given(
    indexes(), st.lists(st.sampled_from([0.1, 0.2, 0.5, 1.0]), min_size=6), st.data()
)
def test_loops_and_arrays_agree(
    index: tuple[list[int], list[Postings]],
    weights: list[float],
    data: st.DataObject,
) -> None:
    lengths, terms = index
    weights = weights[: len(terms)]
    among = data.draw(st.none() | st.integers(0, (1 << len(lengths)) - 1) | st.just(0))
    limit = data.draw(st.integers(0, len(lengths) + 3))
    expected = naive(lengths, terms, weights)
    candidates = [n for n, score in enumerate(expected) if score]
    if among is not None:
        candidates = list(numbers_in(among))

    for by in made(lengths):
        ranking = ranked(by, terms, weights, among, limit)
        scores = dict(ranking)
        assert len(ranking) == len(scores) == min(limit, len(candidates))
        assert scores == pytest.approx({n: expected[n] for n in scores}, rel=1e-5)
        for (first, better), (second, worse) in pairwise(ranking):
            assert better > worse or (better == worse and first < second)
        # A candidate that is left out is no better than the last that is returned.
        rest = [expected[n] for n in candidates if n not in scores]
        if ranking and rest:
            assert max(rest) <= ranking[-1][1] * (1 + 1e-5) + 1e-9


@given(indexes())
def test_loops_and_arrays_have_the_same_members(
    index: tuple[list[int], list[Postings]],
) -> None:
    lengths, terms = index
    members = [list(accumulate(term.gaps)) for term in terms]

    for by in made(lengths):
        sets = [list(by.numbers_in(by.sentence_set(term))) for term in terms]
        assert sets == members
        for term, numbers in zip(terms, members, strict=True):
            shared = by.shared([by.impacts(term), by.impacts(terms[0])])
            assert list(shared) == sorted({*numbers} & {*members[0]})


@pytest.mark.parametrize("count", [1, 8, 255, 256, 257, 2000])
@pytest.mark.parametrize("limit", [0, 1, 2, 7, 8, 300, 5000])
def test_ties_stand_by_place(count: int, limit: int) -> None:
    """Every third sentence scores alike, and all others nothing."""
    lengths = [5] * count
    numbers = list(range(0, count, 3))
    term = posted(numbers, [1] * len(numbers), "tuple")
    others = [n for n in range(count) if n % 3]
    everything = (1 << count) - 1

    for by in made(lengths):
        total = by.total({"동맹": 1.0}, {"동맹": by.impacts(term)}.get)
        best = by.best(total, everything, limit)
        assert [n for n, _ in best] == [*numbers, *others][:limit]
        assert len({score for n, score in best if n % 3 == 0}) <= 1
        assert all(score == 0 for n, score in best if n % 3)
        assert by.best(total, 0, limit) == []
        assert (
            by.best(total, 1 << (count - 1), limit)
            == by.best(total, 1 << (count - 1), 1)[:limit]
        )


@pytest.mark.parametrize("has_filter", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_no_block_of_a_best_sentence_is_left_out(
    seed: int, *, has_filter: bool
) -> None:
    drawn = random.Random(seed)  # noqa: S311 (a test draws the same each time)
    lengths = [drawn.choice(LENGTHS) for _ in range(6000)]
    terms = {}
    for term in ("하나", "다른", "세상", "네모", "오리"):
        numbers = sorted(drawn.sample(range(6000), drawn.choice([60, 400, 2000])))
        often = [drawn.randint(1, 3) for _ in numbers]
        terms[term] = posted(numbers, often, "tuple")
    weights = {term: drawn.choice([0.2, 1.0, 2.0]) for term in terms}
    _, arrays, blocks = made(lengths)
    among = drawn.getrandbits(6000) if has_filter else None

    def best(by: Scorer[Any, Any, Any]) -> list[float]:
        total = by.total(weights, lambda term: by.impacts(terms[term]))
        return [score for _, score in by.best(total, among, 5)]

    assert best(blocks) == pytest.approx(best(arrays), rel=1e-5)


@pytest.mark.parametrize("kind", [LoopScorer, ArrayScorer, BlockScorer])
def test_where_no_term_scores_the_sentences_stand_by_place(
    kind: Callable[[bytes, float], Scorer[Any, Any, Any]],
) -> None:
    by = kind(bytes([3]) * 1000, 3.0)
    candidates = set_of([0, 17, 255, 256, 999])

    for limit, expected in [(2, [0, 17]), (4, [0, 17, 255, 256]), (0, [])]:
        assert by.best(by.total({}, dict[str, Any]().get), candidates, limit) == [
            (n, 0.0) for n in expected
        ]
    assert [
        n for n, _ in by.best(by.total({}, dict[str, Any]().get), candidates, 10**9)
    ] == [
        0,
        17,
        255,
        256,
        999,
    ]


def test_a_total_is_not_changed_by_another() -> None:
    """Impacts are kept from one query to the next."""
    lengths = [1 + number % 7 for number in range(600)]
    often = posted(list(range(600)), [1] * 600, "bytes")
    seldom = posted([3, 500], [1, 2], "H")

    for by in made(lengths):
        impacts = {"동맹": by.impacts(often), "전환": by.impacts(seldom)}.get
        weights = {"동맹": 1.0, "전환": 0.5}
        first = by.best(by.total(weights, impacts), (1 << 600) - 1, 600)
        by.best(by.total({"동맹": 0.2, "전환": 2.0}, impacts), (1 << 600) - 1, 600)
        assert by.best(by.total(weights, impacts), (1 << 600) - 1, 600) == first


@given(st.sets(st.integers(0, 5000)).map(sorted))
@example([])
@example([0])
@example([7])
@example([8])
def test_the_numbers_of_members_are_those_numbers(drawn: list[int]) -> None:
    assert set_of(drawn) == sum(1 << number for number in drawn)
    assert list(numbers_in(set_of(drawn))) == drawn


@given(st.integers(0, 1 << 700))
def test_the_members_of_numbers_are_that_set(drawn: int) -> None:
    numbers = list(numbers_in(drawn))

    assert set_of(numbers) == drawn
    assert set_of(numbers, 700 + 1) == drawn


@given(SETS, SETS)
def test_sets_are_joined_and_cut_as_whole_numbers(
    one: set[int], other: set[int]
) -> None:
    first, second = set_of(sorted(one)), set_of(sorted(other))

    assert set(numbers_in(first | second)) == one | other
    assert set(numbers_in(first & second)) == one & other
    assert set(numbers_in(first & ~second)) == one - other
    assert first.bit_count() == len(one)


def test_the_saturation_is_that_of_whoosh_and_the_idf_that_of_lucene() -> None:
    from whoosh.scoring import bm25 as whoosh_bm25

    for inverse in (0.3, 2.5):
        for often in (1, 2, 255):
            for length in (1, 30, 500):
                expected = whoosh_bm25(inverse, often, length, 27.5, B, K1)
                assert bm25(inverse, often, length, 27.5) == pytest.approx(expected)
    assert idf(7, 87) == pytest.approx(math.log(88 / 7.5))
    assert 0 < idf(87, 87) < 0.01


def test_large_indexes_are_scored_by_arrays() -> None:
    assert isinstance(scorer_for(bytes(MANY - 1), 1.0), LoopScorer)
    assert isinstance(scorer_for(bytes(MANY), 1.0), ArrayScorer)
    assert isinstance(scorer_for(bytes(LARGE), 1.0), BlockScorer)
