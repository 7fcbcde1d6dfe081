"""Tables for other programs and for reports: CSV and Markdown."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

Cell: TypeAlias = str | int | float | None

BOM = "\ufeff"
"""What makes Excel read CSV as UTF-8 rather than as CP949, its Korean default."""

_MARKUP = re.compile(r"[\\`*_{}\[\]<>|~#]")


class Table(NamedTuple):
    """A header and rows of as many cells; None is an empty cell."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def to_csv(table: Table, *, bom: bool = False) -> str:
    """Return *table* as RFC 4180 has it, with a byte order mark if *bom*.

    Excel takes a cell that begins with = for a formula, also from a quoted one; a text
    is not changed for that.
    """
    file = io.StringIO()
    if bom:
        file.write(BOM)
    csv.writer(file).writerows([table.header, *table.rows])
    return file.getvalue()


def markdown_lines(table: Table) -> Iterator[str]:
    """Yield the lines of *table* as GitHub's Markdown has it; numbers stand right."""
    yield _row(table.header)
    columns = zip(*table.rows, strict=True) if table.rows else [()] * len(table.header)
    yield _row(
        ["---:" if _is_numeric(column) else "---" for column in columns], raw=True
    )
    for row in table.rows:
        yield _row(row)


def _row(cells: tuple[Cell, ...] | list[str], *, raw: bool = False) -> str:
    texts = ("" if cell is None else str(cell) for cell in cells)
    return f"| {' | '.join(text if raw else _escaped(text) for text in texts)} |"


def _is_numeric(column: tuple[Cell, ...]) -> bool:
    told = [cell for cell in column if cell is not None]
    return bool(told) and all(isinstance(cell, int | float) for cell in told)


def _escaped(text: str) -> str:
    """Have *text* shown as it is, in one line."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))
