"""The weights of the terms of a query, by kind of term."""

from __future__ import annotations

import pytest

from indexer.analysis import kiwi
from indexer.analysis.analyzer import Analyzer
from indexer.storage.morpheme_cache import KnownRuns
from search.query.builder import QueryBuilder
from search.query.parser import parse
from search.query.weights import MORPHEME, NOUN_BIGRAM, NOUN_RUN, PAIR, SINGLE_TERM

ANALYZER = Analyzer(KnownRuns(kiwi.morphemes).morphemes)


def weights_of(text: str) -> dict[str, float]:
    return QueryBuilder(ANALYZER).plan(parse(text)).weights


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("명칭을", {"명칭": MORPHEME, "_명칭": NOUN_BIGRAM, "=명칭": NOUN_RUN}),
        ("MVNO는", {"mvno": SINGLE_TERM, "/mvno": MORPHEME}),
        ("53", {"53": SINGLE_TERM, "/53": MORPHEME}),
        ("핵을", {"핵": SINGLE_TERM}),
        ("무엇을", {"무엇": MORPHEME}),
        ("언제인가", {"언제": MORPHEME}),
        ("무엇인가?", {"무엇": MORPHEME}),
        ("누구인지", {"누구": MORPHEME}),
        ("강하게", {"강하다": MORPHEME, "=강하다": NOUN_RUN}),
    ],
)
def test_each_kind_of_term_has_its_weight(text: str, weights: dict[str, float]) -> None:
    assert weights_of(text) == weights


def test_a_syllable_of_a_longer_noun_is_no_single_term() -> None:
    """`_합사` counts for the last syllable of 미래연합사."""
    weights = weights_of("미래연합사")

    assert weights["사"] == MORPHEME
    assert weights["_합사"] == NOUN_BIGRAM


def test_the_highest_weight_of_a_repeated_term_counts() -> None:
    assert weights_of("연합사 사")["사"] == SINGLE_TERM


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("신뢰를 구축하는 조치", ["신뢰 구축", "구축 조치"]),
        ("일본의 몇 대 천황", ["일본 대", "대 천황"]),
        ("확장억제", ["확장 억제"]),
        ('"신뢰 구축" 조치', ["신뢰 구축", "구축 조치"]),
        ("신뢰 -핵 구축", ["신뢰 구축"]),
        ("신뢰 AND (구축 조치)", ["구축 조치"]),
        ("제52차 SCM", ["52 차", "차 scm"]),
        ("신뢰", []),
    ],
)
def test_adjacent_morphemes_are_pairs(text: str, pairs: list[str]) -> None:
    weights = weights_of(text)

    assert [term for term in weights if " " in term] == pairs
    assert all(weights[pair] == PAIR for pair in pairs)
