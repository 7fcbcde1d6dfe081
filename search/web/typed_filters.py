"""The filters typed in a query, such as `speaker:에스퍼`, and the query without them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from search.query.lexer import Kind, Token, tokenize

_EMPTY_GROUP = re.compile(r"\(\s*\)")


class TypedFilter(NamedTuple):
    """A filter typed in a query: its field, its value, and whether it excludes the value.

    `rest` is the query without the filter, and without an operator that only joined it.
    """

    field: str
    value: str
    excluded: bool
    rest: str

    @property
    def typed(self) -> str:
        """The filter as it is typed in a query: `-speaker:"양 장관"`."""
        return f'{"-" if self.excluded else ""}{self.field}:"{self.value}"'


def typed_filters(query: str) -> list[TypedFilter]:
    """Return the filters of a query in their order.

    Example: `핵 AND -act:강조` has one, of which the rest is `핵`.
    """
    tokens = list(tokenize(query))
    filters = []
    for number, token in enumerate(tokens):
        if token.kind is Kind.FILTER:
            field, _, value = token.text.partition(":")
            first = _first_of(tokens, number)
            excluded = first < number and tokens[number - 1].kind in _EXCLUDING
            start, end = _span(tokens, first, number, excluded=excluded)
            rest = _EMPTY_GROUP.sub(
                "", f"{query[:start].rstrip()} {query[end:].lstrip()}"
            )
            text = value.strip('"“”＂')
            filters.append(TypedFilter(field, text, excluded, rest.strip()))
    return filters


_EXCLUDING = (Kind.NOT, Kind.EXCLUDE)
_JOINING = (Kind.AND, Kind.OR)


def _first_of(tokens: Sequence[Token], number: int) -> int:
    """Return the number of the token with which a filter begins, its hyphen included."""
    return number - (number > 0 and tokens[number - 1].kind in _EXCLUDING)


def _span(
    tokens: Sequence[Token], first: int, last: int, *, excluded: bool
) -> tuple[int, int]:
    """Return the offsets of a filter with the AND or OR that joins it to its neighbour."""
    start = tokens[first].start if excluded else tokens[last].start
    if first and tokens[first - 1].kind in _JOINING:
        return tokens[first - 1].start, tokens[last].end
    if last + 1 < len(tokens) and tokens[last + 1].kind in _JOINING:
        return start, tokens[last + 1].end
    return start, tokens[last].end


def without_typed(query: str, field: str = "") -> str:
    """Return a query without its filters on *field*, or without any."""
    while True:
        of_field = [f for f in typed_filters(query) if field in ("", f.field)]
        if not of_field:
            return query
        query = of_field[0].rest
