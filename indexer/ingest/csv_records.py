"""Records of a CSV file: an id and a text in each row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_LARGEST_FIELD = 1 << 28

ID, TEXT = "id", "text"
"""The columns' names in the first row, in any order among others."""


class Row(NamedTuple):
    """A record, the number of its first line, and its offsets in the file."""

    line: int
    start: int
    end: int
    id: str
    text: str


class CsvError(ValueError):
    """A row is no record; `line` is that of its end."""

    def __init__(self, line: int, fault: str) -> None:
        super().__init__(fault)
        self.line = line


def read_rows(lines: Iterable[str]) -> Iterator[Row]:
    """Yield the records of the *lines* of a CSV file (RFC 4180).

    The first row names the columns. Without `id` and `text` in it, it is a record itself,
    and each row has an id and a text.

    Raises:
        CsvError: A row has no id and text, or a quotation mark is never closed.
    """
    csv.field_size_limit(_LARGEST_FIELD)
    offset = 0

    def counted() -> Iterator[str]:
        nonlocal offset
        for line in lines:
            offset += len(line) + 1
            yield f"{line}\n"

    rows = csv.reader(counted(), strict=True)
    columns: tuple[int, int] | None = None
    width = 2
    start, first = 0, 1
    try:
        for row in rows:
            if any(map(str.strip, row)):
                if columns is None:
                    names = [field.strip().lower() for field in row]
                    is_header = {ID, TEXT} <= set(names)
                    columns = (0, 1)
                    if is_header:
                        columns = names.index(ID), names.index(TEXT)
                        width = len(row)
                        start, first = offset, rows.line_num + 1
                        continue
                if len(row) != width:
                    raise CsvError(first, f"{len(row)} fields instead of {width}")
                id_, text = (row[column] for column in columns)
                yield Row(first, start, offset - 1, id_.strip(), text)
            start, first = offset, rows.line_num + 1
    except csv.Error as fault:
        raise CsvError(rows.line_num, f"not CSV ({fault})") from None
