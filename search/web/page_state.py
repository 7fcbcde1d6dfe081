"""The state of the page; its URL holds all of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, TypeAlias
from urllib.parse import urlencode

from search.index import Order
from search.query.filters import Filter
from search.reading.concordance import Order as LineOrder

PAGE = 20
"""How many hits a page shows unless its URL names another limit."""

LARGEST_PRINT = 200
"""The most hits of a page, as for printing."""

LINES = 50
"""How many lines of a concordance a page shows unless its URL names another limit."""

View: TypeAlias = Literal["hits", "concordance"]

NARROWING = ("speaker", "act", "document", "paragraph", "year", "side")
"""The filters that may have several values, unlike the range of years."""

OPENED = ("shown", "compared", "explained")
"""The parts of hits that may be open; each has the ids of its hits."""

_SHORT = {
    "every_word": "all",
    "order": "sort",
    "line_order": "sort",
    "since": "from",
    "until": "to",
}
"""The URL parameters whose names differ from those of the fields."""


@dataclass(frozen=True)
class PageState:
    """The query, its options and filters, the page of results, and the open hits.

    `view` is the list of hits, or the concordance of the same search, which has the order
    `line_order` instead of `order`. `shown` has the ids of hits whose paragraph is open,
    `compared` of hits whose comparison is, `explained` of hits whose reasons are. `since`
    and `until` are years; "" is no limit. `side` has groups of speakers. `lang` is "ko",
    "en", or "" for the language of the browser.
    """

    q: str = ""
    every_word: bool = False
    exact: bool = False
    literal: bool = False
    order: Order = "rank"
    view: View = "hits"
    line_order: LineOrder = "place"
    speaker: tuple[str, ...] = ()
    act: tuple[str, ...] = ()
    document: tuple[str, ...] = ()
    paragraph: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    side: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    limit: int = PAGE
    offset: int = 0
    shown: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()
    explained: tuple[str, ...] = ()
    lang: str = ""

    @property
    def filters(self) -> list[Filter]:
        """The filters of the hits."""
        values = [(name, value) for name in NARROWING for value in getattr(self, name)]
        values += [(n, v) for n, v in (("from", self.since), ("to", self.until)) if v]
        return [Filter(name, value, exact=True) for name, value in values]

    @property
    def has_filters(self) -> bool:
        """Whether any filter is set."""
        return bool(self.filters)

    def with_changes(self, **changes: Any) -> PageState:
        """Return the state with *changes*.

        A change of the hits goes back to the first, and closes the open hits. Another view
        begins in its default order.
        """
        same_hits = {"offset", *OPENED, "lang"}
        reset: dict[str, Any] = {}
        if "offset" in changes or set(changes) - same_hits:
            reset = {"offset": 0, **dict.fromkeys(OPENED, ())}
        if "view" in changes:
            reset |= {"order": "rank", "line_order": "place"}
        return replace(self, **{**reset, **changes})

    def toggle(self, name: str, value: str) -> PageState:
        """Return the state with *value* added to the field *name*, or removed from it.

        A year is added to a single year from which and to which the hits are; in a range of
        years it narrows the range.
        """
        values: tuple[str, ...] = getattr(self, name)
        changes: dict[str, Any] = {}
        if name == "year" and self.since == self.until != "":
            changes = {"since": "", "until": ""}
            values = values or (self.since,)
        others = tuple(each for each in values if each != value)
        changes[name] = others if value in values else (*values, value)
        return self.with_changes(**changes)

    @property
    def page_size(self) -> int:
        """How many hits or lines a page shows."""
        is_default = self.limit == PAGE and self.view == "concordance"
        return LINES if is_default else self.limit

    @property
    def page(self) -> int:
        """The number of the page, from 1."""
        return self.offset // self.page_size + 1

    def at_page(self, number: int) -> PageState:
        """Return the state at another page, from 1."""
        return self.with_changes(offset=(number - 1) * self.page_size)

    @property
    def initial(self) -> PageState:
        """The state without a query."""
        return PageState(lang=self.lang)

    @property
    def first_hits(self) -> PageState:
        """The state at the first hits, all of them closed."""
        return self.with_changes(offset=0)

    @property
    def for_print(self) -> PageState:
        """The state with as many hits as a page may have, from the first on."""
        return self.with_changes(limit=LARGEST_PRINT)

    @property
    def without_filters(self) -> PageState:
        """The state without filters."""
        return self.with_changes(**dict.fromkeys(NARROWING, ()), since="", until="")

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """The view and the filters that have no visible field in the form."""
        fields = [(name, value) for name in NARROWING for value in getattr(self, name)]
        if self.view == "concordance":
            fields += [("view", self.view), ("sort", self.line_order)]
        has_select = len(self.document) <= 1
        return [(name, v) for name, v in fields if name != "document" or not has_select]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """The parameters that the form of another page keeps, without those of its own."""
        return [pair for pair in self.first_hits.parameters() if pair[0] != "q"]

    @property
    def url(self) -> str:
        """The address of the page in this state."""
        query = urlencode(list(self.parameters()))
        return f"/?{query}" if query else "/"

    def parameters(self) -> Iterator[tuple[str, str]]:
        """Yield the parameters of the URL; default values are left out."""
        for field in fields(self):
            value = getattr(self, field.name)
            name = _SHORT.get(field.name, field.name)
            if value == field.default:
                continue
            if isinstance(value, tuple):
                yield from ((name, each) for each in value)
            else:
                yield name, "1" if value is True else str(value)
