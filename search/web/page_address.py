"""From the parameters of an address to the state of the page.

A value that the page cannot use is never left out in silence: `parse_state` raises
`ParameterError`, which is shown on the page as one sentence. Unknown parameters are ignored,
as links may add some.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, get_args

from starlette.datastructures import QueryParams

from indexer.errors import CommuniqueError
from search.index import Order
from search.limits import LAST_YEAR, LONGEST_NAME, MOST_VALUES
from search.messages import Note
from search.reading.concordance import Order as LineOrder
from search.web.page_state import (
    LARGEST_PRINT,
    NARROWING,
    OPENED,
    PAGE,
    PageState,
    View,
)
from search.web.translations import LANGUAGES

MOST_SKIPPED = 9_999_999
"""The largest offset."""
_LONGEST_SHOWN = 40
"""Characters of a value that a message repeats."""


class ParameterError(CommuniqueError):
    """A parameter of an address has a value that the page cannot use."""

    @classmethod
    def of_choice(
        cls, name: str, value: str, expected: Sequence[str]
    ) -> ParameterError:
        """Return the error for a value that is none of those *expected*."""
        return cls(
            Note(
                "the address has {parameter}, which can be {expected}.",
                parameter=f"{name}={value[:_LONGEST_SHOWN]}",
                expected=", ".join(expected),
            )
        )

    @classmethod
    def of_size(cls, name: str, most: int) -> ParameterError:
        """Return the error for a value of more than *most* characters, or as many values."""
        return cls(
            Note(
                "the address has too much in {parameter}; {most:,} is the limit.",
                parameter=f"{name}=…",
                most=most,
            )
        )


class PageAddress(NamedTuple):
    """The state that an address names; `fault` is set if a value was replaced in it."""

    state: PageState
    fault: ParameterError | None


def parse_state(query: QueryParams) -> PageState:
    """Return the state in a URL.

    Raises:
        ParameterError: A parameter has a value that the page cannot use.
    """
    address = read_address(query)
    if address.fault:
        raise address.fault
    return address.state


def read_address(query: QueryParams) -> PageAddress:
    """Return the state in a URL, with defaults in place of values that are a fault."""
    reader = _Reader(query)
    view = reader.choice("view", get_args(View))
    is_concordance = view == "concordance"
    orders = get_args(LineOrder if is_concordance else Order)
    order = reader.choice("sort", (*get_args(Order), *get_args(LineOrder)))
    ordered: dict[str, Any] = {"view": view} if view else {}
    # A view begins in its own order after one that the other view has.
    if order in orders:
        ordered["line_order" if is_concordance else "order"] = order
    since, until = (reader.number(name, 1, LAST_YEAR) for name in ("from", "to"))
    lists: dict[str, Any] = {n: reader.names(n) for n in (*NARROWING, *OPENED)}
    state = PageState(
        q=query.get("q", "").strip(),
        every_word=reader.flag("all"),
        exact=reader.flag("exact"),
        literal=reader.flag("literal"),
        **ordered,
        **lists,
        since=str(since or ""),
        until=str(until or ""),
        limit=reader.number("limit", 1, LARGEST_PRINT) or PAGE,
        offset=reader.number("offset", 0, MOST_SKIPPED) or 0,
        lang=reader.choice("lang", LANGUAGES),
    )
    return PageAddress(state, next(iter(reader.faults), None))


class _Reader:
    """Reads parameters, and collects the faults of those that it replaces."""

    def __init__(self, query: QueryParams) -> None:
        self._query = query
        self.faults: list[ParameterError] = []

    def choice(self, name: str, values: Sequence[str]) -> str:
        """Return one of *values*, "" if there is none."""
        value = self._query.get(name, "").strip()
        if value and value not in values:
            self.faults.append(ParameterError.of_choice(name, value, values))
            return ""
        return value

    def flag(self, name: str) -> bool:
        """Return whether an option is set."""
        return self.choice(name, ("0", "1")) == "1"

    def number(self, name: str, least: int, most: int) -> int | None:
        """Return a number in any digits, None if there is none."""
        value = self._query.get(name, "").strip()
        if not value:
            return None
        is_short = value.isdecimal() and len(value) <= len(str(most))
        if is_short and least <= int(value) <= most:
            return int(value)
        self.faults.append(ParameterError.of_choice(name, value, [f"{least}–{most}"]))
        return None

    def names(self, name: str) -> tuple[str, ...]:
        """Return the values of a list, without empty and repeated ones."""
        stripped = filter(None, (each.strip() for each in self._query.getlist(name)))
        values = tuple(dict.fromkeys(stripped))
        if len(values) > MOST_VALUES:
            self.faults.append(ParameterError.of_size(name, MOST_VALUES))
        if any(len(value) > LONGEST_NAME for value in values):
            self.faults.append(ParameterError.of_size(name, LONGEST_NAME))
        short = (value for value in values if len(value) <= LONGEST_NAME)
        return tuple(short)[:MOST_VALUES]
