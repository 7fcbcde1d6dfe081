"""Filters in a query: where they may stand, and where they are refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from search.cli.main import communique
from search.index import Index, open_index
from search.query.field_syntax import FilterPlaceError

ALL = 1000


@pytest.fixture(scope="module")
def index(statements_folder: Path) -> Iterator[Index]:
    """Return the opened index of two statements."""
    with open_index(statements_folder) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("speaker:양측 AND 사이버", "사이버 speaker:양측"),
        ("사이버 AND speaker:양측", "사이버 speaker:양측"),
        ("사이버 AND speaker:양측 AND 협력", "(사이버 AND 협력) speaker:양측"),
        ("사이버 AND NOT year:2019", "사이버 -year:2019"),
        ("(speaker:양측)", "speaker:양측"),
        ("사이버 AND (speaker:양측 act:강화)", "사이버 speaker:양측 act:강화"),
        ("year:2019 OR year:2020", "year:2019 year:2020"),
        ("사이버 AND (year:2019 OR year:2018-2020)", "사이버 year:2019 year:2018-2020"),
        ("(act:합의) OR (act:평가) 장관", "장관 act:합의 act:평가"),
        ("(기후 OR 사이버) AND year:2020", "기후 OR 사이버 year:2020"),
        ("변화 NOT (사이버 OR 수준) year:2020", "변화 year:2020 -사이버 -수준"),
        ('year:2020 -"현 수준"', '-"현 수준" year:2020'),
    ],
)
def test_what_joins_a_filter_goes_with_it(index: Index, query: str, same: str) -> None:
    found = index.search(query, limit=ALL)
    expected = index.search(same, limit=ALL)

    assert found.total > 0
    assert [hit.sentence.id for hit in found] == [hit.sentence.id for hit in expected]
    assert found.notes == expected.notes == ()


@pytest.mark.parametrize(
    ("query", "filter_"),
    [
        ("사이버 OR speaker:양측", "speaker:양측"),
        ("speaker:양측 OR 사이버", "speaker:양측"),
        ("speaker:양측 OR act:강화", "speaker:양측"),
        ("-year:2019 OR -year:2020", "-year:2019"),
        ("사이버 AND (speaker:양측 OR act:강화)", "speaker:양측"),
        ("(기후 OR 사이버 year:2020)", "year:2020"),
        ("기후 NOT (사이버 year:2020)", "year:2020"),
        ("기후 -(year:2020)", "year:2020"),
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
