"""Filters: a speaker, a side, an act, a document, a paragraph or a year that hits must have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from indexer.errors import CommuniqueError
from search.closest_name import closest_name
from search.messages import Note

_LONGEST_VALUE = 100
"""Characters of a value that are compared; comparing takes time in their square."""
_LONGEST_YEAR = 4
"""Digits."""
_MOST_LISTED = {"side": 4}
"""Up to how many values of a field an error lists all of them."""


class Filter(NamedTuple):
    """A field and the value that hits must have, or must not have if it is excluded.

    The fields are those of `search.query.lexer.FIELDS`. A value matches as in the query:
    양측 matches 한미 양측, and a year may be a range. With `exact`, as the page's facets set
    it, a value of the index matches itself alone, and the filter narrows in addition to the
    other filters on its field.
    """

    field: str
    value: str
    excluded: bool = False
    exact: bool = False


class NoSuchValueError(CommuniqueError):
    """A filter has a value that no sentence of the index has."""

    def __init__(self, field: str, value: str, known: Sequence[str]) -> None:
        if not known:
            super().__init__(
                Note("no sentence of the index has a value of {field}.", field=field)
            )
            return
        value = value[:_LONGEST_VALUE]
        if len(known) <= _MOST_LISTED.get(field, 0):
            super().__init__(
                Note(
                    "the index holds no {field} {value!r}; it has {known}.",
                    field=field,
                    value=value,
                    known=", ".join(known),
                )
            )
            return
        super().__init__(
            Note(
                "the index holds no {field} {value!r}; the nearest is {nearest}.",
                field=field,
                value=value,
                nearest=closest_name(value, known) or "",
            )
        )


class NoYearError(CommuniqueError):
    """A limit of the years, such as `from:2031`, is no year, or leaves no document."""

    def __init__(self, field: str, value: str, known: Sequence[str]) -> None:
        value = value[:_LONGEST_VALUE]
        oldest, newest = known[0], known[-1]
        if not (value.isdecimal() and len(value) <= _LONGEST_YEAR):
            note = Note(
                "{field} takes a year such as {year}, not {value!r}.",
                field=field,
                year=newest,
                value=value,
            )
        elif field == "from":
            note = Note(
                "no document is of {value} or later; the newest is of {newest}.",
                value=value,
                newest=newest,
            )
        else:
            note = Note(
                "no document is of {value} or earlier; the oldest is of {oldest}.",
                value=value,
                oldest=oldest,
            )
        super().__init__(note)


class RangeReversedError(CommuniqueError):
    """A range of a filter begins with its larger number."""

    def __init__(self, field: str, value: str, in_order: str) -> None:
        super().__init__(
            Note(
                "the range {value!r} of {field} is reversed; write {in_order}.",
                field=field,
                value=value,
                in_order=in_order,
            )
        )
