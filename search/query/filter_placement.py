"""The filters of a query, such as `speaker:에스퍼`: taken out of its tokens.

사이버 AND speaker:양측  →  사이버, and FilterNode("speaker", "양측")

A filter narrows the whole query, so its place in the query makes no difference. Where
it would make one, as beside OR, the filter is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from indexer.errors import CommuniqueError
from search.messages import Note
from search.query.lexer import Kind, Token


class FilterNode(NamedTuple):
    """The value that a field must have, or must not have where it is excluded."""

    field: str
    value: str
    excluded: bool = False


class FilterPlaceError(CommuniqueError):
    """A filter is an operand of OR or NOT, so it does not narrow the whole query."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            Note(
                "the filter {typed} narrows the whole query, so it cannot stand beside OR or"
                " in a group that NOT excludes; write it at the end. Write several values of"
                " a field side by side: year:2019 year:2020.",
                typed=typed,
            )
        )


class _Item(NamedTuple):
    """A token; one of the kind FILTER may stand for a group of filters.

    `field` is the field to which OR may add a value; it is empty for an excluded filter
    and for several filters that do not belong to one field.
    """

    token: Token
    field: str = ""

    @property
    def kind(self) -> Kind:
        """The kind of the token."""
        return self.token.kind


def separate_filters(
    tokens: Iterable[Token],
) -> tuple[list[Token], tuple[FilterNode, ...]]:
    """Return *tokens*, whose parentheses are balanced, without filters, and the filters.

    An AND beside a filter goes with it, and so does an OR between two values of a field
    and a pair of parentheses around filters alone.

    Raises:
        FilterPlaceError: A filter stands beside another OR or in a group that NOT excludes.
    """
    filters: list[FilterNode] = []
    items: list[_Item] = []
    opened: list[int] = []
    for token in tokens:
        if token.kind is Kind.FILTER:
            filters.append(_add_filter(items, token))
            _join_values(items)
            continue
        if token.kind is Kind.OPEN:
            opened.append(len(items))
        items.append(_Item(token))
        if token.kind is Kind.CLOSE:
            _close_group(items, opened.pop())
            _join_values(items)
    _check_places(items)
    return _without_filters(items), tuple(filters)


def _add_filter(items: list[_Item], token: Token) -> FilterNode:
    """Append the filter to *items*, with the hyphen or NOT before it."""
    field, _, value = token.text.partition(":")
    excluded = bool(items) and items[-1].kind in (Kind.NOT, Kind.EXCLUDE)
    if excluded:
        sign = "-" if items.pop().kind is Kind.EXCLUDE else "NOT "
        items.append(_Item(token._replace(text=sign + token.text)))
    else:
        items.append(_Item(token, field))
    return FilterNode(field, value.strip('"“”＂'), excluded)


def _join_values(items: list[_Item]) -> None:
    """Make one item of the last three if they are `year:2019 OR year:2020`."""
    match items[-3:]:
        case [
            _Item(Token(Kind.FILTER), field),
            _Item(Token(Kind.OR)),
            _Item(Token(Kind.FILTER), other),
        ]:
            if field == other != "":
                del items[-2:]


def _close_group(items: list[_Item], start: int) -> None:
    """Make one item of the group that begins at *start* if it holds filters alone."""
    inner = items[start + 1 : -1]
    filters = [item for item in inner if item.kind is Kind.FILTER]
    if filters and not _without_filters(inner):
        field = filters[0].field if len(inner) == 1 else ""
        items[start:] = [filters[0]._replace(field=field)]


def _check_places(items: Sequence[_Item]) -> None:
    """Raise FilterPlaceError for the first filter that does not narrow the whole."""
    kinds = [None, *(item.kind for item in items), None]
    neighbours = list(zip(kinds, items, kinds[2:], strict=False))
    for before, item, after in neighbours:
        if item.kind is Kind.FILTER and (
            before in (Kind.OR, Kind.NOT, Kind.EXCLUDE) or after is Kind.OR
        ):
            raise FilterPlaceError(item.token.text)
    if not any(
        item.kind is Kind.OR
        or (item.kind in (Kind.NOT, Kind.EXCLUDE) and after is Kind.OPEN)
        for _, item, after in neighbours
    ):
        return
    depth = 0
    for item in items:
        depth += (item.kind is Kind.OPEN) - (item.kind is Kind.CLOSE)
        if depth and item.kind is Kind.FILTER:
            raise FilterPlaceError(item.token.text)


def _without_filters(items: Iterable[_Item]) -> list[Token]:
    """Return the tokens of *items* but filters, each with one AND beside it left out."""
    tokens: list[Token] = []
    follows_and = follows_filter = False
    for token, _ in items:
        kind = token.kind
        if kind is Kind.FILTER:
            if follows_and:
                tokens.pop()
            follows_and, follows_filter = False, not follows_and
        else:
            skipped = follows_filter and kind is Kind.AND
            if not skipped:
                tokens.append(token)
            follows_and, follows_filter = kind is Kind.AND and not skipped, False
    return tokens
