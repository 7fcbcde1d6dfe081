"""Breaks at marks, numbers, Latin words and verbs, against what a judge of words decides."""

from __future__ import annotations

import pytest

from indexer.ingest.line_joins import anywhere, between_words, breaks_inside_runs


@pytest.mark.parametrize(
    ("broken", "elsewhere"),
    [
        ("20|20년 10월에 열렸다", ""),
        ("병력 28,|500명을", ""),
        ("비용은 3.|5% 늘었다", ""),
        ("2020.| 10. 14. 워싱턴", ""),
        ("2020.|10.14. 워싱턴", "2019.11.15. 서울"),
        ("지뢰 2016,| 2019년", ""),
        ("3,| 4항", ""),
        ("제|53차 회의", ""),
        ("2021년| 10월", ""),
        ("유엔사가 67|년간", ""),
        ("북한의 5| 핵실험장", ""),
        ("코로나|19 방역", "코로나19가"),
        ("약 3|%의", ""),
        ("US|FK는", "USFK의"),
        ("제52차 SC|M은 20|21년", ""),
        ("제52차 US| MCM은 20|21년", "US 각서, MCM 합의"),
        ("Mark| Esper 장관이 20|20년", ""),
        ("SCM|에서의 합의", ""),
        ("SCM| 공동성명", ""),
        ("SCM|공동성명", "SCM공동성명"),
        ("KF-|16 전투기", ""),
        ("F-35|A 전투기", "F-35A 전투기"),
        ("(SCM|)이", ""),
        ("( SCM| )이", "( MCM )은 ( SOFA )는"),
        ("(SCM)|에서", ""),
        ("「계획」|및", "「계획」및"),
        ("2018~|2020년", ""),
        ("관계자들이 참석|하였다", ""),
        ("하기로| 하였다", ""),
        ("위에 필요한| 한국군의", ""),
        ("동맹의| 더 긴밀한", ""),
        ("긴밀한| 데", ""),
    ],
)
def test_marks_numbers_and_spellings_overrule_the_judge(
    broken: str, elsewhere: str
) -> None:
    lines = [line.strip() for line in broken.split("|")]
    expected = [line.startswith(" ") for line in broken.split("|")[1:]]
    text = "\n".join([*lines, elsewhere])

    for judgement in (True, *[False] * ("| " not in broken)):
        decisions = anywhere(
            lines,
            [judgement] * (len(lines) - 1),
            text,
            breaks_runs=breaks_inside_runs([lines], text),
        )
        assert list(decisions) == expected


def test_latin_words_are_whole_in_a_document_that_breaks_no_number() -> None:
    lines = ["한미 안보협의회의가 the", "joint statement를"]
    assert not breaks_inside_runs([lines], "\n".join(lines))
    assert list(anywhere(lines, [True], "", breaks_runs=False)) == [True]


def test_marks_have_no_space_behind_them_in_text_broken_between_words() -> None:
    lines = ["지상·", "해상 훈련과", "「계획」", "가 공동"]

    assert list(between_words(lines, "지상·해상 「계획」가")) == [False, True, False]
