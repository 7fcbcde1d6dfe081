"""The options of a search that narrow it or change how its words match."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from search.query.filters import Filter


class SearchOptions(NamedTuple):
    """The arguments of `search.index.Index.search` with these names.

    `index.search(query, **options._asdict())` searches with them.
    """

    every_word: bool = False
    exact: bool = False
    literal: bool = False
    filters: Sequence[Filter] = ()


DEFAULT_OPTIONS = SearchOptions()
