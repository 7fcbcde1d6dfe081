"""A short form that leaves out syllables of one defined long form finds both of its forms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import index_records

from search.index import Index, open_index

TEXTS = {
    "위원회": "대량살상무기대응위원회 ( CWMDC )를 열었다.",
    "무기": "대량살상무기 ( WMD )를 막기로 하였다.",
    "협의체": "확장억제전략협의체 ( EDSCG )를 재가동하였다.",
    "약칭": "EDSCG에서 다시 논의하였다.",
    "공동": "한국형 미사일 방어 ( KAMD )를 논의하였다.",
    "체계": "한국형 미사일 방어체계 ( KAMD )를 갖추기로 하였다.",
    "미사일": "미사일 방어는 여러 나라의 과제이다.",
    "국방": "국방정책실무협의회 ( DWG )를 열었다.",
    "환경": "국방환경실무협의회 ( EWG )를 열었다.",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Return an index of sentences that define abbreviations."""
    with open_index(index_records(tmp_path_factory.mktemp("short"), TEXTS)) as opened:
        yield opened


def short_forms(index: Index, typed: str) -> list[str]:
    """Return the notes on what *typed* is short for."""
    notes = index.search(typed).notes
    return [note for note in notes if note.endswith("(short form)")]


@pytest.mark.parametrize(
    ("typed", "long", "short"),
    [
        ("전시작전권", "전시작전통제권", "전작권"),
        ("작전통제권을", "전시작전통제권", "전작권"),
        ("안보협의회의", "한미안보협의회의", "SCM"),
        ("안보협의회", "한미안보협의회의", "SCM"),
        ("한미협의회의", "한미안보협의회의", "SCM"),
        ("지위협정", "주한미군지위협정", "SOFA"),
        ("방위비협정", "방위비분담금 특별협정", "SMA"),
    ],
)
def test_a_short_form_of_the_communique_finds_its_long_form(
    index_folder: Path, typed: str, long: str, short: str
) -> None:
    with open_index(index_folder) as index:
        result = index.search(typed, limit=50)
        forms = {
            hit.sentence.id
            for form in (long, short)
            for hit in index.search(f'"{form}"', limit=50)
        }

    assert {hit.sentence.id for hit in result} == forms
    query = typed.removesuffix("을")
    assert [note.replace(typed, query) for note in result.notes[:2]] == [
        f"“{query}” → “{long}” (short form)",
        f"“{query}” → “{short}” (abbreviation)",
    ]


def test_a_short_form_finds_the_sentences_with_the_abbreviation(index: Index) -> None:
    hits = {hit.sentence.id for hit in index.search("확장억제협의체")}

    assert hits == {"협의체", "약칭"}
    assert short_forms(index, "확장억제협의체 NOT 재가동") == short_forms(
        index, "확장억제협의체"
    )
    assert index.search("확장억제협의체", exact=True).total == 0


def test_the_long_form_that_ends_as_the_short_form_is_meant(index: Index) -> None:
    assert short_forms(index, "대량무기") == [
        "“대량무기” → “대량살상무기” (short form)"
    ]


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("국방협의회", id="두 긴 말의 준말"),
        pytest.param("국방실무협의회", id="길어도 두 긴 말의 준말"),
        pytest.param("미사일방어", id="홀로도 쓰이는 말"),
        pytest.param("협의체", id="한 형태소"),
        pytest.param("협의확장", id="다른 차례"),
        pytest.param("장억제협의체", id="형태소 안에서 시작"),
        pytest.param("확장억제전략협", id="형태소 안에서 끝남"),
        pytest.param("한국형", id="이름의 첫 낱말"),
        pytest.param("EDS", id="로마자"),
    ],
)
def test_other_words_are_no_short_forms(index: Index, typed: str) -> None:
    assert short_forms(index, typed) == []
