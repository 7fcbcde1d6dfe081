"""Tables: CSV that reads back, and Markdown that shows what it was given."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.present.table_format import BOM, Table, markdown_lines, to_csv

CELLS = st.one_of(st.none(), st.integers(), st.text(st.characters(codec="utf-8")))
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS))


@given(ROWS)
def test_csv_reads_back(rows: list[tuple[str | int | None, ...]]) -> None:
    table = Table(("하나", "둘", "셋"), tuple(rows))

    read = list(csv.reader(io.StringIO(to_csv(table), newline="")))

    assert read[0] == ["하나", "둘", "셋"]
    assert read[1:] == [["" if c is None else str(c) for c in row] for row in rows]


def test_lines_of_csv_end_in_cr_lf() -> None:
    table = Table(("낱말", "수"), (("전작권, 전환", 3), ('그 "말"', None)))

    assert to_csv(table) == '낱말,수\r\n"전작권, 전환",3\r\n"그 ""말""",\r\n'
    assert to_csv(table, bom=True) == BOM + to_csv(table)


@given(ROWS)
def test_markdown_has_a_line_a_row(rows: list[tuple[str | int | None, ...]]) -> None:
    lines = list(markdown_lines(Table(("하나", "둘", "셋"), tuple(rows))))

    assert len(lines) == 2 + len(rows)
    assert all(len(line.splitlines()) == 1 for line in lines)


def test_numbers_are_right_aligned_and_markup_is_escaped() -> None:
    table = Table(("id", "수"), (("scm51_2019:1.1", 2), ("가|나\n*다*", None)))

    assert list(markdown_lines(table)) == [
        "| id | 수 |",
        "| --- | ---: |",
        r"| scm51\_2019:1.1 | 2 |",
        r"| 가\|나 \*다\* |  |",
    ]


@pytest.mark.parametrize("rows", [(), ((None,),)])
def test_a_column_without_numbers_is_text(rows: tuple[tuple[None, ...], ...]) -> None:
    assert list(markdown_lines(Table(("하나",), rows)))[1] == "| --- |"
