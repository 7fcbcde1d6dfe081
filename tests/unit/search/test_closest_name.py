"""The closest name, by letters, or by value if the names are numbers."""

from __future__ import annotations

import pytest

from search.closest_name import closest_name


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("1999", ["2012", "2016", "2019"], "2012"),
        ("2099", ["2012", "2016", "2019"], "2019"),
        ("2019-2016", ["2012", "2016", "2019", "2020"], "2019"),
        ("99", ["1", "9", "23"], "23"),
        ("0", ["1", "9", "23"], "1"),
        ("9" * 400, ["1", "9", "23"], "23"),
        ("에스프", ["양 장관", "에스퍼 장관"], "에스퍼 장관"),
        ("scm-52", ["scm-52-2020", "scm51_2019"], "scm-52-2020"),
        ("무엇", [], None),
    ],
)
def test_the_closest_name_is_returned(
    name: str, known: list[str], expected: str | None
) -> None:
    assert closest_name(name, known) == expected
