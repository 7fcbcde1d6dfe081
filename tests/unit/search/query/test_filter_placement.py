"""Filters in a query: where they are read, what goes with them, where they are refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from search.cli.main import communique
from search.index import Index, open_index
from search.query.filter_placement import FilterNode, FilterPlaceError
from search.query.lexer import Kind, tokenize
from search.query.parser import parse

ALL = 1000


@pytest.fixture(scope="module")
def index(statements_folder: Path) -> Iterator[Index]:
    """Return the opened index of two statements."""
    with open_index(statements_folder) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "words", "filters"),
    [
        ("", "", []),
        ("전작권 전환", "전작권 전환", []),
        ("speaker:에스퍼", "", [FilterNode("speaker", "에스퍼")]),
        ("핵 act:강조", "핵", [FilterNode("act", "강조")]),
        ('speaker:"양 장관" 핵', "핵", [FilterNode("speaker", "양 장관")]),
        ("speaker:“양 장관” 핵", "핵", [FilterNode("speaker", "양 장관")]),
        ('document:"a  (b)"', "", [FilterNode("document", "a  (b)")]),
        ('speaker:""', "", [FilterNode("speaker", "")]),
        ("-act:강조 핵", "핵", [FilterNode("act", "강조", excluded=True)]),
        ("NOT act:강조 핵", "핵", [FilterNode("act", "강조", excluded=True)]),
        ("핵 （-act:강조）", "핵", [FilterNode("act", "강조", excluded=True)]),
        (
            '핵 -speaker:"양 장관"',
            "핵",
            [FilterNode("speaker", "양 장관", excluded=True)],
        ),
        ("year:2019-2020", "", [FilterNode("year", "2019-2020")]),
        (
            "document:old 핵 paragraph:3 동맹 act:합의",
            "핵 동맹",
            [
                FilterNode("document", "old"),
                FilterNode("paragraph", "3"),
                FilterNode("act", "합의"),
            ],
        ),
        (
            "act:합의 act:강화",
            "",
            [FilterNode("act", "합의"), FilterNode("act", "강화")],
        ),
        ("document:a:b", "", [FilterNode("document", "a:b")]),
        ('"신뢰 구축 year:2020', '"신뢰 구축', [FilterNode("year", "2020")]),
        ('"신뢰 -act:강조', '"신뢰', [FilterNode("act", "강조", excluded=True)]),
        ('a:"b" year:2020 "c"', 'a:"b" "c"', [FilterNode("year", "2020")]),
        ("동맹 -핵 year:2020", "동맹 -핵", [FilterNode("year", "2020")]),
        (
            '"작권"  "전환에" year:2020',
            '"작권"  "전환에"',
            [FilterNode("year", "2020")],
        ),
        ('year:2020 신뢰"구축"', '신뢰"구축"', [FilterNode("year", "2020")]),
        ("（핵 AND year:2020） 동맹", "（핵） 동맹", [FilterNode("year", "2020")]),
        ("핵(NOT act:강조)동맹", "핵 동맹", [FilterNode("act", "강조", excluded=True)]),
        ("핵 - act:강조 ()", "핵 - ()", [FilterNode("act", "강조")]),
        ("핵 (act:강조", "핵", [FilterNode("act", "강조")]),
    ],
)
def test_filters_are_separated_from_the_words(
    query: str, words: str, filters: list[FilterNode]
) -> None:
    parsed = parse(query)

    assert (parsed.text, list(parsed.filters)) == (words, filters)
    assert parsed.root == parse(words).root


@pytest.mark.parametrize(
    "query",
    [
        *("speaker:", "speaker: 에스퍼", "speakers:에스퍼", "Speaker:에스퍼"),
        *("핵speaker:에스퍼", '"핵"act:강조', "(핵)act:강조", "--act:강조"),
        *("act:강조(핵)", 'act:"강조"핵', '"speaker:에스퍼"', '"act:강조 핵"'),
        *('a:" act:강조 "', "id:old", "http://a", "12:30"),
    ],
)
def test_other_words_with_a_colon_are_not_filters(query: str) -> None:
    assert parse(query).filters == ()
    assert all(token.kind is not Kind.FILTER for token in tokenize(query))


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("speaker:양측 AND 사이버", "사이버 speaker:양측"),
        ("사이버 AND speaker:양측", "사이버 speaker:양측"),
        ("사이버 AND speaker:양측 AND 협력", "(사이버 AND 협력) speaker:양측"),
        ("사이버 AND NOT year:2019", "사이버 -year:2019"),
        ("(speaker:양측)", "speaker:양측"),
        ("사이버 AND (speaker:양측 act:강화)", "사이버 speaker:양측 act:강화"),
        ("사이버 AND (speaker:양측 AND act:강화)", "사이버 speaker:양측 act:강화"),
        ("year:2019 OR year:2020", "year:2019 year:2020"),
        ("사이버 AND (year:2019 OR year:2018-2020)", "사이버 year:2019 year:2018-2020"),
        ("(act:합의) OR (act:평가) 장관", "장관 act:합의 act:평가"),
        ("(기후 OR 사이버) AND year:2020", "기후 OR 사이버 year:2020"),
        ("변화 NOT (사이버 OR 수준) year:2020", "변화 year:2020 -사이버 -수준"),
        ('year:2020 -"현 수준"', '-"현 수준" year:2020'),
        ("변화 ＡＮＤ （year:2019 ＯＲ year:2020）", "변화 year:2019 year:2020"),
    ],
)
def test_an_operator_beside_a_filter_is_removed_with_it(
    index: Index, query: str, same: str
) -> None:
    result = index.search(query, limit=ALL)
    expected = index.search(same, limit=ALL)

    assert result.total > 0
    assert [hit.sentence.id for hit in result] == [hit.sentence.id for hit in expected]
    assert result.notes == expected.notes == ()


@pytest.mark.parametrize(
    ("query", "filter_"),
    [
        ("사이버 OR speaker:양측", "speaker:양측"),
        ("speaker:양측 OR 사이버", "speaker:양측"),
        ("speaker:양측 OR act:강화", "speaker:양측"),
        ("-year:2019 OR -year:2020", "-year:2019"),
        ("사이버 AND (speaker:양측 OR act:강화)", "speaker:양측"),
        ('사이버 OR speaker:"양 장관"', 'speaker:"양 장관"'),
        ("(기후 OR 사이버 year:2020)", "year:2020"),
        ("기후 NOT (사이버 year:2020)", "year:2020"),
        ("기후 -(year:2020)", "year:2020"),
        ("기후 NOT NOT year:2020", "NOT year:2020"),
    ],
)
def test_a_filter_that_cannot_narrow_the_whole_is_refused(
    index: Index, statements_folder: Path, query: str, filter_: str
) -> None:
    with pytest.raises(FilterPlaceError):
        index.search(query)

    arguments = ["search", query, "--index", str(statements_folder)]
    done = CliRunner().invoke(communique, arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Error: the filter {filter_} narrows the whole")


WORDS = ("핵", "-핵", '"핵 억제"', "NOT 핵", "12:30", "(핵 억제)", "(핵 OR -억제)")
FILTERS = ("year:2019", '-speaker:"양 장관"', "NOT act:a:b", "(document:a paragraph:1)")


@given(st.lists(st.sampled_from([*WORDS, *FILTERS])), st.booleans())
def test_the_place_of_a_filter_makes_no_difference(
    pieces: list[str], every_word: bool
) -> None:
    words = [piece for piece in pieces if piece in WORDS]
    filters = [piece for piece in pieces if piece in FILTERS]
    parsed = parse(" ".join(pieces), every_word=every_word)

    assert parsed.text == " ".join(words)
    assert parsed.root == parse(parsed.text, every_word=every_word).root
    assert parsed.filters == parse(" ".join(filters)).filters
    assert parsed.notes == ()


@given(st.lists(st.sampled_from([*WORDS, *FILTERS, "AND", "OR", "NOT", "(", ")", '"'])))
def test_no_filter_is_lost(pieces: list[str]) -> None:
    """In queries with faults too, each filter narrows or is refused."""
    text = " ".join(pieces)
    fields = [
        token.text.partition(":")[0]
        for token in tokenize(text)
        if token.kind is Kind.FILTER
    ]
    try:
        parsed = parse(text)
    except FilterPlaceError:
        assert fields
    else:
        assert [filter_.field for filter_ in parsed.filters] == fields
