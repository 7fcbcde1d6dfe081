"""Filters typed in a query are recognised and can be taken out of it."""

from __future__ import annotations

import pytest

from search.query.parser import parse
from search.web.typed_filters import typed_filters, without_typed


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ("핵 act:강조", [("act", "강조", False, "핵")]),
        ("핵 AND -act:강조", [("act", "강조", True, "핵")]),
        ("핵 NOT act:강조", [("act", "강조", True, "핵")]),
        ("year:2019 AND 핵", [("year", "2019", False, "핵")]),
        ('speaker:"양 장관" 핵', [("speaker", "양 장관", False, "핵")]),
        (
            "핵 year:2019 OR year:2020",
            [
                ("year", "2019", False, "핵 year:2020"),
                ("year", "2020", False, "핵 year:2019"),
            ],
        ),
        ("핵 (year:2019)", [("year", "2019", False, "핵")]),
        ('"핵 act:강조"', []),
        ("시각 10:30", []),
    ],
)
def test_filters_are_found_with_the_rest_of_the_query(
    query: str, filters: list[tuple[str, str, bool, str]]
) -> None:
    assert [tuple(each) for each in typed_filters(query)] == filters
    assert len(parse(query).filters) == len(filters)
    assert parse(without_typed(query)).filters == ()


def test_the_filters_of_one_field_are_taken_out() -> None:
    query = "핵 year:2019 act:강조 year:2020"

    assert without_typed(query, "year") == "핵 act:강조"
