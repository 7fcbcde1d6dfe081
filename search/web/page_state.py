"""The state of the page, all of which is in its URL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, get_args
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from search.index import Order
from search.query.filters import Filter
from search.web.parameters import LONGEST_NAME, MOST_VALUES
from search.web.translations import LANGUAGES

PAGE = 20
"""How many hits a page shows."""

NARROWING = ("speaker", "act", "document", "paragraph")
"""The filters that may have several values; years are a range."""

_LONGEST_YEAR = 4
"""Digits."""

_SHORT = {"every_word": "all", "order": "sort", "since": "from", "until": "to"}
"""The names in the URL, where they are others."""


@dataclass(frozen=True)
class State:
    """What the page shows: the query and its options, and what is open of the hits.

    `shown` are the ids of hits whose paragraphs are open, `compared` of those whose
    history is. `since` and `until` are years. `lang` is that of the URL, if it has one.
    """

    q: str = ""
    every_word: bool = False
    exact: bool = False
    order: Order = "rank"
    speaker: tuple[str, ...] = ()
    act: tuple[str, ...] = ()
    document: tuple[str, ...] = ()
    paragraph: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    page: int = 1
    shown: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()
    lang: str = ""

    @property
    def filters(self) -> list[Filter]:
        """What the hits are narrowed by, the years left out."""
        return [
            Filter(name, value, exact=True)
            for name in NARROWING
            for value in getattr(self, name)
        ]

    @property
    def narrowed(self) -> bool:
        """Whether there is anything that the hits are narrowed by."""
        return bool(self.filters or self.since or self.until)

    def but(self, **changes: Any) -> State:
        """Return the state with *changes*; other hits stand on another first page."""
        kept = {"page", "shown", "compared", "lang"}
        anew = {"page": 1, "shown": (), "compared": ()} if set(changes) - kept else {}
        if "page" in changes:
            anew = {"shown": (), "compared": ()}
        return replace(self, **{**anew, **changes})

    def with_one(self, name: str, value: str) -> State:
        """Return the state with *value* among those of *name*, or with it no longer."""
        values: tuple[str, ...] = getattr(self, name)
        others = tuple(each for each in values if each != value)
        return self.but(**{name: others if value in values else (*values, value)})

    @property
    def bare(self) -> State:
        """The state in which nothing was asked for yet."""
        return State(lang=self.lang)

    @property
    def widened(self) -> State:
        """The state without anything that the hits are narrowed by."""
        return self.but(**dict.fromkeys(NARROWING, ()), since="", until="")

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The filters that the form has no field for."""
        return [
            (each.field, each.value)
            for each in self.filters
            if each.field != "document" or len(self.document) > 1
        ]

    @property
    def url(self) -> str:
        """The address of the page in this state."""
        query = urlencode(list(self.pairs()))
        return f"/?{query}" if query else "/"

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield the names and values in the URL; what is as by default is left out."""
        for field in fields(self):
            value = getattr(self, field.name)
            name = _SHORT.get(field.name, field.name)
            if value == field.default:
                continue
            if isinstance(value, tuple):
                yield from ((name, each) for each in value)
            else:
                yield name, "1" if value is True else str(value)


def state_of(query: QueryParams) -> State:
    """Return the state that a URL names; what makes no sense in it is passed over."""
    since, until = (_year(query.get(name, "")) for name in ("from", "to"))
    page = query.get("page", "")
    order = query.get("sort", "")
    language = query.get("lang", "")
    return State(
        q=query.get("q", "").strip(),
        every_word=query.get("all") == "1",
        exact=query.get("exact") == "1",
        order=order if order in get_args(Order) else "rank",  # type: ignore[arg-type]
        **{name: _values(query, name) for name in (*NARROWING, "shown", "compared")},
        since=since,
        until=until,
        page=int(page) if page.isdecimal() and 0 < len(page) < 7 and int(page) else 1,
        lang=language if language in LANGUAGES else "",
    )


def _year(text: str) -> str:
    return str(int(text)) if text.isdecimal() and len(text) <= _LONGEST_YEAR else ""


def _values(query: QueryParams, name: str) -> tuple[str, ...]:
    given = (value.strip() for value in query.getlist(name)[:MOST_VALUES])
    named = [value for value in given if 0 < len(value) <= LONGEST_NAME]
    return tuple(dict.fromkeys(named))
