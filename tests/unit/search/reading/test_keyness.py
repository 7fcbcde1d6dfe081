"""Keyness: what counts as a compound, and the measure."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import pytest
from helpers import write_texts
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import kiwi
from indexer.analysis.analyzer import Analyzer
from indexer.build.rebuild import rebuild
from indexer.storage.morpheme_cache import KnownRuns
from search.index import open_index
from search.not_found import NotInIndexError
from search.reading.keyness import (
    Term,
    compounds,
    keywords,
    keywords_of,
    log_likelihood,
)

COUNTS = st.integers(1, 500)


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer(KnownRuns(kiwi.morphemes).morphemes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("한미동맹을 강화하였다.", ["한미동맹", "강화"]),
        ("논의하고 갖춘다.", ["논의"]),
        ("캐나다와 협력", ["캐나다", "협력"]),
        ("주한미군 THAAD 배치", ["주한미군", "배치", "THAAD"]),
        ("2020년 ( SCM )", ["SCM"]),
        ("", []),
    ],
)
def test_compounds_are_noun_runs_and_latin_words(
    analyzer: Analyzer, text: str, expected: list[str]
) -> None:
    assert list(compounds(analyzer.analyze(text), text)) == expected


def test_the_measure_follows_the_papers() -> None:
    # By hand: E1 = 100 · 30 / 300 = 10, E2 = 20.
    expected = 2 * (20 * math.log(20 / 10) + 10 * math.log(10 / 20))

    assert log_likelihood(20, 10, 100, 200) == pytest.approx(expected)


@given(COUNTS, COUNTS, COUNTS)
def test_equal_shares_have_measure_0(a: int, c: int, times: int) -> None:
    assert log_likelihood(a, a * times, a + c, (a + c) * times) == pytest.approx(
        0, abs=1e-9
    )


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_the_measure_is_symmetric_and_not_negative(
    a: int, b: int, c: int, d: int
) -> None:
    here, there = a + c, b + d

    assert log_likelihood(a, b, here, there) >= 0
    assert log_likelihood(a, b, here, there) == pytest.approx(
        log_likelihood(b, a, there, here), abs=1e-9
    )


def test_keywords_have_both_directions() -> None:
    here = Counter({"사드": 10, "동맹": 40})
    elsewhere = Counter({"동맹": 38, "북핵": 12})

    terms = keywords(here, here + elsewhere)

    assert [(t.term, t.here, t.elsewhere, t.direction) for t in terms] == [
        ("북핵", 0, 12, "less"),
        ("사드", 10, 0, "more"),
    ]


def test_an_only_document_has_its_most_frequent_compounds() -> None:
    here = Counter({"가": 1, "다": 2, "나": 2})

    assert keywords(here, here) == [
        Term("나", 2, 0),
        Term("다", 2, 0),
        Term("가", 1, 0),
    ]


def test_the_keywords_of_each_document_are_limited(tmp_path: Path) -> None:
    corpus = write_texts(
        tmp_path / "corpus",
        {"가": "사드 배치를 논의하였다. " * 9, "나": "기지 반환을 논의하였다. " * 9},
    )
    rebuild(tmp_path / "index", [corpus])

    with open_index(tmp_path / "index") as index:
        every = keywords_of(index, None, 2)
        (one,) = keywords_of(index, "나", 9)
        with pytest.raises(NotInIndexError):
            keywords_of(index, "다", 9)

    assert [each.edition.document for each in every] == ["가", "나"]
    assert [len(each.terms) for each in every] == [2, 2]
    assert one.terms[:2] == every[1].terms
    assert {(t.term, t.direction) for t in one.terms} == {
        ("사드", "less"),
        ("배치", "less"),
        ("기지", "more"),
        ("반환", "more"),
    }
