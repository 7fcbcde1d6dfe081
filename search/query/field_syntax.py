"""Filters in a query, such as `speaker:에스퍼`, and the query without them.

They narrow the whole query, so where they stand in it makes no difference. Where it
would have to, as beside OR, they are refused.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from indexer.errors import CommuniqueError
from search.messages import Note

FIELDS = ("speaker", "act", "document", "paragraph", "year")

# A phrase holds no filter, and a parenthesis may stand beside one.
_TOKEN = re.compile(
    r'(?P<phrase>(?<!:)"[^"]*")|(?P<mark>[()]|-(?=\())|(?<![^\s(])(?P<not>-|NOT\s+)?'
    rf"(?P<field>{'|'.join(FIELDS)}):"
    r'(?P<value>"[^"]*"|[^\s"()]+)(?![^\s)])|(?P<word>[^\s()"]+|")'
)
_CODES = {"(": "(", ")": ")", "-": "!", "NOT": "!", "AND": "&", "OR": "|"}
"""The shape of a query has a character for each token; an unlisted one is an x."""
_WANTED, _UNWANTED = "01234", "5"
"""A filter's character: the place of its field, or that it leaves out."""
_TOGETHER = re.compile(r"(?P<one>[0-4])\|(?P=one)|\((?P<inner>[0-5]+)\)")
_MISPLACED = re.compile(r"(?P<before>[0-5])\||[|!](?P<behind>[0-5])")
_FILTER = re.compile("[0-5]")
_WITH_AND = re.compile("&[0-5]|[0-5]&?")


class FilterPlaceError(CommuniqueError):
    """A filter stands where it would have to do something else than narrow the whole."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            Note(
                "the filter {typed} narrows the whole query, so it cannot be a side of OR or"
                " a part of what NOT leaves out; write it at the end. Several values of a"
                " kind stand side by side: year:2019 year:2020.",
                typed=typed,
            )
        )


class Filter(NamedTuple):
    """A field and the value that is wanted of it, or is not wanted.

    One that was `chosen` among the values of what was found narrows besides those that
    were typed, and stands for that value alone: 양측, and not 한미 양측 too.
    """

    field: str
    value: str
    wanted: bool = True
    chosen: bool = False


def parted(query: str) -> tuple[str, list[Filter]]:
    """Part a query from the filters in it, such as `speaker:"양 장관"` and `-act:강조`.

    An AND beside a filter goes with it, and so does an OR between two values of a field.

    Raises:
        FilterPlaceError: A filter stands beside another OR, or in what NOT leaves out.
    """
    tokens = list(_TOKEN.finditer(query))
    filters = [
        Filter(token["field"], token["value"].strip('"'), not token["not"])
        for token in tokens
        if token["field"]
    ]
    if not filters:
        return query, []
    shape = "".join(map(_code, tokens))
    # Whatever is taken out leaves the tokens and the shape of the same length.
    while match := _TOGETHER.search(shape):
        joined = match["one"] or (match["inner"] if len(match["inner"]) == 1 else "5")
        start, end = match.span()
        query = _blanked(query, tokens[start:end])
        tokens[start:end] = [tokens[match.start() + 1 - bool(match["one"])]]
        shape = shape[:start] + joined + shape[end:]
    _check(tokens, shape)
    taken = [
        token
        for match in _WITH_AND.finditer(shape)
        for token in tokens[match.start() : match.end()]
    ]
    return _blanked(query, taken), filters


def _code(token: re.Match[str]) -> str:
    if field := token["field"]:
        return _UNWANTED if token["not"] else _WANTED[FIELDS.index(field)]
    return _CODES.get(token[0], "x")


def _check(tokens: list[re.Match[str]], shape: str) -> None:
    """Raise FilterPlaceError where a filter of *shape* can not narrow the whole."""
    match = _MISPLACED.search(shape)
    if match:
        place = match.start() + (match["behind"] is not None)
        raise FilterPlaceError(tokens[place][0])
    for match in _FILTER.finditer(shape):
        before = shape[: match.start()]
        inside = before.count("(") > before.count(")")
        if inside and ("|" in shape or "!(" in shape):
            raise FilterPlaceError(tokens[match.start()][0])


def _blanked(query: str, tokens: list[re.Match[str]]) -> str:
    """Return *query* with spaces for *tokens*."""
    for token in tokens:
        start, end = token.span()
        query = query[:start] + " " * (end - start) + query[end:]
    return query
