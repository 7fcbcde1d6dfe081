"""Terms that occur in about the same sentences are of one group."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine.term_groups import term_groups

LETTERS = st.text("가나다", min_size=1, max_size=4)
TERMS = st.one_of(
    LETTERS,
    LETTERS.map("={}".format),
    st.text("가나다", min_size=2, max_size=2).map("_{}".format),
    st.tuples(LETTERS, LETTERS).map(" ".join),
)


@pytest.mark.parametrize(
    ("terms", "groups"),
    [
        ("동맹 _동맹 =동맹", ["동맹 =동맹 _동맹"]),
        ("전작권 _전작 _작권 =전작권", ["전작권 =전작권 _전작 _작권"]),
        (
            "한미 동맹 _한미 _미동 _동맹 =한미동맹 한미+동맹",
            ["한미 _한미", "동맹 _동맹", "=한미동맹 한미+동맹 _미동"],
        ),
        ("신뢰 구축 신뢰+구축", ["신뢰", "구축", "신뢰+구축"]),
        ("동맹 한미동맹", ["동맹", "한미동맹"]),
        ("재 확인 재+확인 /16 mvno", ["재", "확인", "/16", "mvno", "재+확인"]),
    ],
)
def test_a_noun_is_of_one_group(terms: str, groups: list[str]) -> None:
    """A + stands for the space of a pair."""
    weights = dict.fromkeys((term.replace("+", " ") for term in terms.split()), 2.0)
    members = [[term for term, _ in group] for group, _ in term_groups(weights)]
    assert members == [[t.replace("+", " ") for t in g.split()] for g in groups]


@given(st.dictionaries(TERMS, st.sampled_from([0.1, 0.2, 0.5, 1.0, 2.0])))
def test_groups_have_every_term_once_with_its_weight(weights: dict[str, float]) -> None:
    pairs = [
        (term, factor * weight)
        for group, weight in term_groups(weights)
        for term, factor in group
    ]
    assert len(pairs) == len(weights)
    assert dict(pairs) == pytest.approx(weights)
