"""Tables for other programs and for reports: CSV and Markdown."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

Cell: TypeAlias = str | int | float | None

BOM = "\ufeff"
"""A byte order mark: with it Excel reads CSV as UTF-8 and not as CP949."""

_MARKUP = re.compile(r"[\\`*_{}\[\]<>|~#]")


class Table(NamedTuple):
    """A header and rows of as many cells; None is an empty cell."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def to_csv(table: Table, *, bom: bool = False) -> str:
    """Return *table* as CSV (RFC 4180), after a byte order mark if *bom*.

    Excel takes a cell that begins with = for a formula, even in quotation marks. Such
    texts are not changed.
    """
    file = io.StringIO()
    if bom:
        file.write(BOM)
    csv.writer(file).writerows([table.header, *table.rows])
    return file.getvalue()


def markdown_lines(table: Table) -> Iterator[str]:
    """Yield the lines of *table* in GitHub's Markdown, numbers aligned right."""
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
    cells = [cell for cell in column if cell is not None]
    return bool(cells) and all(isinstance(cell, int | float) for cell in cells)


def _escaped(text: str) -> str:
    """Return *text* on one line, with backslashes before Markdown's own characters."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))
