"""The state of the page and its URL have the same content."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("fastapi", reason="needs the extra `web`")

from starlette.datastructures import QueryParams

from search.web.page_address import parse_state, read_address
from search.web.page_state import PageState

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(str.strip)
NAMES = st.lists(WORDS.filter(bool), max_size=4, unique=True).map(tuple)
YEARS = st.one_of(st.just(""), st.integers(1, 9999).map(str))

VIEWS = [
    {"order": "rank"},
    {"order": "date"},
    {"order": "document"},
    *(
        {"view": "concordance", "line_order": order}
        for order in ("left", "right", "place")
    ),
]
STATES = st.builds(
    lambda view, **fields: PageState(**view, **fields),
    view=st.sampled_from(VIEWS),
    q=WORDS,
    every_word=st.booleans(),
    exact=st.booleans(),
    literal=st.booleans(),
    speaker=NAMES,
    act=NAMES,
    document=NAMES,
    paragraph=NAMES,
    since=YEARS,
    until=YEARS,
    offset=st.integers(0, 9_999_999),
    shown=NAMES,
    compared=NAMES,
    lang=st.sampled_from(["", "ko", "en"]),
)


def read(url: str) -> PageState:
    return parse_state(QueryParams(urlsplit(url).query))


@given(STATES)
def test_a_state_is_parsed_back_from_its_url(state: PageState) -> None:
    assert read(state.url) == state


@given(st.text())
def test_any_url_is_some_state(text: str) -> None:
    url = f"/?{text.encode(errors='replace').decode()}".replace("#", "%23")
    state = read_address(QueryParams(urlsplit(url).query)).state

    assert read(state.url) == state


@given(STATES, WORDS.filter(bool))
def test_a_filter_is_set_and_removed(state: PageState, name: str) -> None:
    changed = state.toggle("act", name)

    assert (name in changed.act) is (name not in state.act)
    assert {*changed.toggle("act", name).act} == {*state.act}
    assert (changed.page, changed.shown) == (1, ())
    assert not state.without_filters.has_filters


@given(STATES)
def test_another_view_has_the_same_search_in_its_first_order(state: PageState) -> None:
    view = "hits" if state.view == "concordance" else "concordance"
    other = state.with_changes(view=view)

    assert (other.q, other.filters, other.since) == (
        state.q,
        state.filters,
        state.since,
    )
    assert (other.order, other.line_order, other.page) == ("rank", "place", 1)
    assert read(other.url) == other
