"""Clauses are mapped word by word, and shown as JSON."""

from __future__ import annotations

from typing import Any

import pytest

from search.engine.clauses import (
    And,
    Clause,
    Not,
    Or,
    TermQuery,
    TermsFilter,
    WordQuery,
    map_words,
    positive_words,
    to_json,
)

WORD = WordQuery("동맹", weights=(("동맹", 1), ("_동맹", 1), ("=동맹", 1)))
OTHER = WordQuery("축구", phrase=True, weights=(("축구", 1),))
FILTER = TermsFilter("speaker", ("에스퍼",))
CLAUSE = And((Or((WORD, TermQuery("핵"))), Not(OTHER), FILTER))


def test_only_words_that_are_not_excluded_are_positive() -> None:
    assert list(positive_words(CLAUSE)) == [WORD]


def test_every_word_is_mapped_and_equal_results_are_merged() -> None:
    assert map_words(CLAUSE, lambda word: TermQuery(word.text)) == And(
        (Or((TermQuery("동맹"), TermQuery("핵"))), Not(TermQuery("축구")), FILTER)
    )
    assert map_words(Or((WORD, OTHER)), lambda _: FILTER) == Or((FILTER,))


@pytest.mark.parametrize(
    ("clause", "record"),
    [
        (WORD, {"word": "동맹", "terms": ["동맹"]}),
        (OTHER, {"phrase": "축구", "terms": ["축구"]}),
        (
            WORD._replace(other_forms=(OTHER._replace(step="spelling"),)),
            {
                "word": "동맹",
                "terms": ["동맹"],
                "also": [{"phrase": "축구", "terms": ["축구"], "step": "spelling"}],
            },
        ),
        (TermQuery("핵"), {"term": "핵"}),
        (FILTER, {"speaker": ["에스퍼"]}),
        (Not(FILTER), {"not": {"speaker": ["에스퍼"]}}),
        (
            Or((FILTER, TermQuery("핵"))),
            {"or": [{"speaker": ["에스퍼"]}, {"term": "핵"}]},
        ),
    ],
    ids=repr,
)
def test_a_clause_is_shown_as_json(clause: Clause, record: dict[str, Any]) -> None:
    assert to_json(clause) == record


def test_clauses_of_different_kinds_are_unequal() -> None:
    assert len({And((WORD,)), Or((WORD,)), TermQuery("동맹"), WordQuery("동맹")}) == 4
