"""The plan of a query: the terms of its words, its tiers and its notes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import kiwi
from indexer.analysis.analyzer import BIGRAM_MARK, NOUN_RUN_MARK, Analyzer
from indexer.storage.morpheme_cache import KnownRuns
from search.engine.clauses import (
    And,
    Clause,
    Not,
    Or,
    TermQuery,
    TermsFilter,
    WordQuery,
    segmentations,
)
from search.query.builder import QueryBuilder
from search.query.parser import Node, NotNode, PhraseNode, QueryError, WordNode, parse
from search.query.plan import Grade, QueryPlan

ANALYZER = Analyzer(KnownRuns(kiwi.morphemes).morphemes)


def plan_of(text: str, *, every_word: bool = False) -> QueryPlan:
    return QueryBuilder(ANALYZER).plan(parse(text, every_word=every_word))


def words_of(clause: Clause | None) -> list[WordQuery]:
    """Return the words and phrases of *clause*, the excluded ones too, in order."""
    if clause is None:
        return []
    if isinstance(clause, WordQuery):
        return [clause]
    assert not isinstance(clause, TermQuery | TermsFilter)
    inner = (clause.clause,) if isinstance(clause, Not) else clause.clauses
    return [word for one in inner for word in words_of(one)]


def word_of(text: str) -> WordQuery:
    """Return the only word or phrase of *text*."""
    (word,) = words_of(plan_of(text).clause)
    return word


def morphemes_of(text: str) -> list[str]:
    """Return the terms a word scores by, except noun bigrams and noun runs."""
    terms = word_of(text).terms
    return [term for term in terms if not term.startswith((BIGRAM_MARK, NOUN_RUN_MARK))]


@pytest.mark.parametrize(
    ("text", "sequences", "parts", "boundary"),
    [
        ("전작권을", ["전작권"], "전작권", None),
        ("유엔사로부터", ["유엔사"], "유엔사", None),
        ("한미동맹", ["한미 동맹", "한미동맹"], "한미 동맹", None),
        ("신뢰구축", ["신뢰 구축", "신뢰구축"], "신뢰 구축", None),
        ('"신뢰 구축"', ["신뢰 구축", "신뢰구축"], "", None),
        ('"한미동맹"', ["한미 동맹", "한미동맹"], "", None),
        ("국방", ["국방"], "국방", "국방"),
        ("국방부", ["국방부"], "국방부", None),
        ("한·미", ["한미"], "한미", "한미"),
        ("핵", ["핵"], "", None),
        ("갖춘", ["갖추다"], "갖추다", None),
        ("다뤘다", ["다루다"], "다루다", None),
        ("협력하며", ["협력"], "협력", "협력"),
        ("10월", ["10 월"], "", None),
        ("제52차", ["52 차"], "", None),
        ("2020년", ["2020 년"], "2020", None),
        ("’20년", ["2020 년"], "2020", None),
        ("9.19", ["9.19"], "9.19", None),
        ("9·19", ["9.19"], "9.19", None),
        ("코로나19", ["코로나 19"], "코로나", None),
        ("1,234", ["1234"], "1234", None),
        ("F-35A", ["f35a", "f 35 a"], "f35a f35 /f35 35a /35a", None),
        ("WMD", ["wmd"], "wmd", None),
        ("ＳＣＭ", ["scm"], "scm", None),
        ("對美", ["대미"], "대미", "대미"),
        ("km/h", ["km h"], "km", None),
    ],
)
def test_terms_of_a_word(
    text: str, sequences: list[str], parts: str, boundary: str | None
) -> None:
    word = word_of(text)

    assert [" ".join(sequence) for sequence in word.term_sequences] == sequences
    assert " ".join(word.part_terms) == parts
    assert word.boundary == boundary


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("전작권을", "전작권 _전작 _작권 =전작권"),
        ("한미동맹", "한미 동맹 _한미 _미동 _동맹 =한미동맹"),
        ('"한미 동맹"', "한미 동맹 _한미 _동맹 =한미 =동맹"),
        ("갖춘", "갖추다 =갖추다"),
        ("제52차", "52 차"),
        ("WMD", "wmd"),
    ],
)
def test_scoring_terms_of_a_word(text: str, terms: str) -> None:
    assert " ".join(word_of(text).terms) == terms


@pytest.mark.parametrize(
    ("text", "sequences", "compound"),
    [
        ("국방비", ["국방비"], "국방비"),
        ("에스퍼장관", ["에스퍼 장관", "에스 퍼장관", "에스퍼장관"], "에스퍼장관"),
        ('"신뢰 구축"', ["신뢰 구축", "신뢰구축"], "신뢰구축"),
        ("해결책을위해", ["해결책 위하다"], None),
        ("국방", ["국방"], None),
    ],
)
def test_nouns_match_however_the_text_is_split(
    text: str, sequences: list[str], compound: str | None
) -> None:
    word = word_of(text)

    assert {" ".join(sequence) for sequence in word.term_sequences} == set(sequences)
    assert (word.compound, word.inside) == (compound, compound)


def test_a_word_is_split_into_every_row_of_pieces() -> None:
    assert segmentations("국방비") == (
        ("국방비",),
        ("국", "방비"),
        ("국방", "비"),
        ("국", "방", "비"),
    )
    assert segmentations("신뢰구축", 2) == (("신뢰구축",), ("신뢰", "구축"))
    assert segmentations("가" * 11) == (("가" * 11,),)
    assert all(
        "".join(row) == "가나다라마바사" for row in segmentations("가나다라마바사")
    )


@pytest.mark.parametrize("text", ["비핵화", "비핵화를", "비핵화의", "한반도비핵화"])
def test_a_noun_with_an_affix_does_not_match_without_it(text: str) -> None:
    """비핵화 does not match 비핵, whichever way Kiwi divides it."""
    word = word_of(text)

    assert "화" in word.term_sequences[0]
    assert "_핵화" in word.terms
    assert not {"비", "비핵", "핵", "화"} & set(word.part_terms)


@pytest.mark.parametrize(
    "particle",
    ["이", "을", "를", "은", "는", "의", "에", "과", "와", "에서", "에서의", "까지"],
)
def test_a_particle_is_dropped_after_other_scripts_too(particle: str) -> None:
    """Otherwise `SCM을 NOT …` would not find `SCM이`."""
    assert morphemes_of(f"SCM{particle}") == ["scm"]


@pytest.mark.parametrize(
    "words",
    [
        (
            "전작권",
            "전작권을",
            "전작권은",
            "전작권의",
            "전작권으로부터",
            "전작권에서도",
        ),
        ("갖추고", "갖춘", "갖춰지는", "갖추었다", "갖췄으며"),
        ("다룬다", "다뤘다", "다루는", "다루었으며"),
        ("협력", "협력하며", "협력을", "협력했다", "협력할"),
        ("긴밀한", "긴밀하게", "긴밀하며", "긴밀"),
        ("SCM", "scm", "ＳＣＭ", "Scm"),
        ("9.19", "9·19", "9ㆍ19", "９.１９"),
        ("한미", "한·미", "한ㆍ미"),
        ("52차", "제52차", "제５２차"),
    ],
    ids=lambda words: str(words[0]),
)
def test_forms_of_a_word_are_one_word(words: tuple[str, ...]) -> None:
    """Particles, endings, case, width and marks inside make no difference."""
    first, *others = words
    for other in others:
        assert set(morphemes_of(first)) <= set(morphemes_of(other)), other


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("한미동맹", False),
        ("한미동맹 신뢰구축", False),
        ("한미동맹 OR 신뢰구축", False),
        ("한미동맹 (신뢰구축 동맹)", False),
        ('한미동맹 "신뢰 구축"', False),
        ("한미동맹 AND 신뢰구축", True),
        ("신뢰 NOT 한미동맹", True),
        ("NOT 한미동맹", True),
        ("한미동맹 -신뢰", True),
        ("신뢰구축 OR (한미동맹 AND 동맹)", True),
    ],
)
def test_a_compound_matches_as_a_whole_beside_an_operator(
    text: str, whole: bool
) -> None:
    words = [c for c in words_of(plan_of(text).clause) if not c.phrase]

    assert words
    assert all(bool(word.part_terms) is not whole for word in words)


def test_a_compound_matches_as_a_whole_with_every_word() -> None:
    clause = plan_of("한미동맹 신뢰구축", every_word=True).clause

    assert isinstance(clause, And)
    assert [word.part_terms for word in words_of(clause)] == [(), ()]


@pytest.mark.parametrize("text", ["한미동맹", '"한미동맹"', "NOT 한미동맹"])
def test_a_phrase_always_matches_as_a_whole(text: str) -> None:
    (word,) = words_of(plan_of(f'"한미동맹" OR {text}').clause)[:1]

    assert word.phrase
    assert word.part_terms == ()


PARTICLES = "Nothing but particles or endings, so not searched: "
MARKS = "Without a letter or digit, so not searched: "


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("", ["The query is empty."]),
        (" \0\u200b", ["The query is empty."]),
        ("()", ['An empty "()" was left out.', "The query is empty."]),
        ("를", [PARTICLES + "“를”."]),
        ("에서", [PARTICLES + "“에서”."]),
        ("*", [MARKS + "“*”."]),
        ("😀", [MARKS + "“😀”."]),
        ("* ? *", [MARKS + "“*”, “?”."]),
        ('"* ?"', [MARKS + "“* ?”."]),
        ("에서 :", [PARTICLES + "“에서”.", MARKS + "“:”."]),
        ("NOT *", [MARKS + "“*”."]),
        ("!" * 41, [MARKS + f"“{'!' * 40}…”."]),
        ("! # $ % & '", [MARKS + "“!”, “#”, “$”, “%”, “&” and 1 more."]),
    ],
)
def test_an_empty_search_is_noted(text: str, notes: list[str]) -> None:
    plan = plan_of(text)

    assert plan == QueryPlan(None, tuple(notes))
    assert plan.to_json() is None
    assert (plan.words, plan.weights, plan.tiers) == ([], {}, ())


@pytest.mark.parametrize("text", ["전작권 를", "전작권 *", "전작권 AND *", "* 전작권"])
def test_unsearchable_words_leave_the_rest(text: str) -> None:
    plan = plan_of(text)

    assert [word.text for word in words_of(plan.clause)] == ["전작권"]
    assert isinstance(plan.clause, WordQuery)
    assert len(plan.notes) == 1


def word(text: str, *terms: str) -> dict[str, Any]:
    return {"word": text, "terms": list(terms)}


ALLIANCE = word("한미동맹", "한미", "동맹")


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("전작권을", word("전작권을", "전작권")),
        ('"신뢰  구축"', {"phrase": "신뢰 구축", "terms": ["신뢰", "구축"]}),
        ("갖춘 SCM", {"or": [word("갖춘", "갖추다"), word("SCM", "scm")]}),
        ("동맹 AND 핵", {"and": [word("동맹", "동맹"), word("핵", "핵")]}),
        ("NOT 한미동맹", {"not": ALLIANCE}),
        ("동맹 -한미동맹", {"and": [word("동맹", "동맹"), {"not": ALLIANCE}]}),
        ("핵 OR NOT 동맹", {"or": [word("핵", "핵"), {"not": word("동맹", "동맹")}]}),
        (
            "(핵 OR 동맹) AND SCM",
            {
                "and": [
                    {"or": [word("핵", "핵"), word("동맹", "동맹")]},
                    word("SCM", "scm"),
                ]
            },
        ),
        ("핵 핵", word("핵", "핵")),
        ("a:b", word("a:b", "a", "b")),
    ],
)
def test_the_json_of_a_plan(text: str, understood: dict[str, Any]) -> None:
    plan = plan_of(text)

    assert plan.to_json() == understood
    assert plan.notes == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [("핵 동맹", Or), ("핵 AND 동맹", And), ("-핵", Not), ("핵", WordQuery)],
)
def test_each_operator_has_its_clause(text: str, kind: type[Clause]) -> None:
    assert isinstance(plan_of(text).clause, kind)


def test_excluded_words_are_neither_marked_nor_scored() -> None:
    plan = plan_of("전작권 -(동맹 OR -SCM)")

    assert [word.text for word in plan.words] == ["전작권"]
    assert set(plan.weights) == {"전작권", "_전작", "_작권", "=전작권"}


def grades(plan: QueryPlan) -> list[Grade]:
    return [tier.grade for tier in plan.tiers]


def spelt(text: str, **others: Any) -> WordQuery:
    """Return a word of one morpheme."""
    return WordQuery(
        text, term_sequences=((text,),), weights=((text, 1.0),), key=text, **others
    )


def test_a_word_of_two_syllables_matches_at_boundaries_last() -> None:
    plan = plan_of("국방")
    (typed, inside) = plan.tiers

    assert isinstance(plan.clause, WordQuery)
    assert plan.clause.boundary == "국방"
    assert typed == (Grade.TYPED, plan.clause._replace(boundary=None))
    assert inside == (Grade.BOUNDARY, plan.clause)


@pytest.mark.parametrize("text", ["갖춘", "핵"])
def test_other_words_match_only_as_typed(text: str) -> None:
    plan = plan_of(text)

    assert plan.tiers == ((Grade.TYPED, plan.clause),)


def test_an_excluded_word_matches_in_every_tier_as_one_that_is_required() -> None:
    plan = plan_of("장관 -국방")

    for tier in plan.tiers:
        excluded = [c for c in words_of(tier.clause) if c.text == "국방"]
        assert [word.boundary for word in excluded] == ["국방"]
    assert grades(plan) == [Grade.TYPED, Grade.BOUNDARY]


def test_other_forms_and_substrings_rank_below_the_words_as_typed() -> None:
    """Each tier except the last includes the one before."""
    other = spelt("북방한계선", step="abbreviation", boundary="한계")
    word = spelt("NLL", other_forms=(other,), boundary="방한")
    substring = WordQuery("NLL", substring="nll")
    plan = QueryPlan(word, (), substring=substring)
    alone = word._replace(other_forms=())
    typed_only = (alone._replace(boundary=None), other._replace(boundary=None))

    assert plan.tiers == (
        (Grade.TYPED, typed_only[0]),
        (Grade.OTHER_FORM, Or(typed_only)),
        (Grade.BOUNDARY, Or((alone, other))),
        (Grade.SUBSTRING, substring),
    )


def test_a_tier_that_adds_nothing_is_left_out() -> None:
    substring = WordQuery("핵", substring="핵")

    assert grades(QueryPlan(spelt("핵"), (), substring=substring)) == [
        Grade.TYPED,
        Grade.SUBSTRING,
    ]
    assert grades(QueryPlan(spelt("핵", other_forms=(spelt("원자"),)), ())) == [
        Grade.TYPED,
        Grade.OTHER_FORM,
    ]
    assert grades(QueryPlan(None, (), substring=substring)) == [Grade.SUBSTRING]


def test_marked_words_depend_on_the_grade() -> None:
    """Matches inside longer words are marked in every sentence."""
    other = spelt("북방한계선", boundary="한계")
    word = spelt("NLL", other_forms=(other,), boundary="방한")
    inside = WordQuery("NLL", inside="nll")
    substring = WordQuery("NLL", substring="nll")
    plan = QueryPlan(word, (), inside=inside, substring=substring)

    assert plan.words_to_mark(Grade.TYPED) == [word, other]
    assert plan.words_to_mark(Grade.BOUNDARY) == [word, other, inside]
    assert plan.words_to_mark(Grade.SUBSTRING) == [word, other, substring]


def test_the_parts_of_one_compound_are_a_tier_that_is_not_counted() -> None:
    plan = plan_of("한미동맹")

    assert grades(plan) == [Grade.TYPED, Grade.BOUNDARY, Grade.PARTS]
    assert plan.counted == plan.clauses[:2]
    assert grades(plan_of("한미동맹 훈련")) == [Grade.TYPED, Grade.BOUNDARY]
    assert grades(plan_of("한미동맹 AND 훈련")) == [Grade.TYPED, Grade.BOUNDARY]


def leaves(node: Node | None) -> Iterator[WordNode | PhraseNode]:
    if isinstance(node, WordNode | PhraseNode):
        yield node
    elif isinstance(node, NotNode):
        yield from leaves(node.operand)
    elif node is not None:
        for operand in node.operands:
            yield from leaves(operand)


@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(
                [*'()-*":', "AND", "OR", "NOT", "를", "전작권을", "한미동맹", "9·19"]
            ),
            max_size=12,
        ).map(" ".join),
    ),
    st.booleans(),
)
def test_every_word_is_searched_or_noted(text: str, every_word: bool) -> None:
    try:
        query = parse(text, every_word=every_word)
    except QueryError:
        return
    plan = QueryBuilder(ANALYZER).plan(query)
    words = {(word.text, word.phrase) for word in words_of(plan.clause)}
    lost = {
        leaf.text
        for leaf in leaves(query.root)
        if (leaf.text, isinstance(leaf, PhraseNode)) not in words
    }

    added = plan.notes[len(query.notes) :]

    if query.root is None:
        assert added == ("The query is empty.",)
    else:
        assert bool(added) is bool(lost)
        shown = lost if len(lost) <= 5 else set()
        assert all(f"“{one[:40]}" in " ".join(added) for one in shown)
    assert plan.clause or plan.notes
