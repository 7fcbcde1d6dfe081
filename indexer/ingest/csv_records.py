"""Records of a CSV file: an id and a text in each row."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

_LARGEST_FIELD = 1 << 28

ID = ("id", "번호", "식별자")
TEXT = ("text", "본문", "내용", "문장")
"""The names that the columns may have in the first row, in any order among others."""


class Row(NamedTuple):
    """A record, the number of its first line, and the offsets of its text in the file.

    They are those of the field `text`, without the quotation marks around it.
    """

    line: int
    start: int
    end: int
    id: str
    text: str


_SEPARATORS = {
    mark: re.compile(rf'"((?:[^"]|"")*)"|([^{mark}]*?)(?={mark}|[\r\n]*$)')
    for mark in (",", "\t", ";")
}
"""The marks between fields that spreadsheets write, each with the pattern of a field."""


class CsvError(ValueError):
    """A row is no record; `line` is that of its end."""

    def __init__(self, line: int, fault: str) -> None:
        super().__init__(fault)
        self.line = line


def read_rows(lines: Iterable[str]) -> Iterator[Row]:
    """Yield the records of the *lines* of a CSV file (RFC 4180).

    The first row names the columns. Without a name of `ID` and of `TEXT` in it, it is a
    record itself, and each row has an id and a text. Tabs or semicolons separate the
    fields where they separate such names.

    Raises:
        CsvError: A row has no id and text, or a quotation mark is never closed.
    """
    csv.field_size_limit(_LARGEST_FIELD)
    rest = iter(lines)
    head = list(islice(rest, 1))
    separator = _separator("".join(head))
    row_lines: list[str] = []

    def counted() -> Iterator[str]:
        for line in chain(head, rest):
            row_lines.append(f"{line}\n")
            yield row_lines[-1]

    rows = csv.reader(counted(), strict=True, delimiter=separator)
    columns: tuple[int, int] | None = None
    width = 2
    start, first = 0, 1
    try:
        for row in rows:
            source = "".join(row_lines)
            row_lines.clear()
            if any(map(str.strip, row)):
                if columns is None:
                    id_column, text_column = _columns(row)
                    columns = (0, 1)
                    if id_column is not None and text_column is not None:
                        columns = id_column, text_column
                        width = len(row)
                        start, first = start + len(source), rows.line_num + 1
                        continue
                if len(row) != width:
                    raise CsvError(first, f"{len(row)} fields instead of {width}")
                id_, text = (row[column] for column in columns)
                begin, end = _field_span(source, columns[1], _SEPARATORS[separator])
                yield Row(first, start + begin, start + end, id_.strip(), text)
            start, first = start + len(source), rows.line_num + 1
    except csv.Error as fault:
        raise CsvError(rows.line_num, f"not CSV ({fault})") from None


def _separator(line: str) -> str:
    """Return the mark that separates the names of the columns, a comma without names."""
    for mark in _SEPARATORS:
        if None not in _columns(line.replace('"', "").split(mark)):
            return mark
    return ","


def _columns(row: Sequence[str]) -> tuple[int | None, int | None]:
    """Return the columns of id and text by their names."""
    names = [field.strip().lower() for field in row]
    id_, text = (
        next((n for n, name in enumerate(names) if name in accepted), None)
        for accepted in (ID, TEXT)
    )
    return id_, text


def _field_span(row: str, column: int, pattern: re.Pattern[str]) -> tuple[int, int]:
    """Return the offsets of a field in a row, without its quotation marks."""
    start = 0
    for _ in range(column):
        start = _field(row, start, pattern).end() + 1
    field = _field(row, start, pattern)
    return field.span(1 if field[1] is not None else 2)


def _field(row: str, start: int, pattern: re.Pattern[str]) -> re.Match[str]:
    """Return the match of the field that begins at *start*; `csv` has accepted the row."""
    match = pattern.match(row, start)
    if match is None:
        raise LookupError(start)
    return match
