"""The types of the arguments of tools, whose limits are those of the page."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from search.limits import LARGEST_PAGE, LONGEST_NAME, LONGEST_QUERY, MOST_VALUES

LONGEST_DRAFT = 100_000
"""Characters of a draft in one call."""


def _listed(value: object) -> object:
    """Return a single name or number as a list, and the numbers of a list as names."""
    values = value if isinstance(value, list) else [value]
    if all(
        isinstance(each, str | int) and not isinstance(each, bool) for each in values
    ):
        return [str(each) for each in values]
    return value


Query = Annotated[str, Field(max_length=LONGEST_QUERY)]
Name = Annotated[str, Field(max_length=LONGEST_NAME)]
Names = Annotated[
    list[Name],
    BeforeValidator(_listed),
    Field(max_length=MOST_VALUES),
]
"""A list of names; a single name or number is a list of one."""
Limit = Annotated[int, Field(ge=1, le=LARGEST_PAGE)]
Offset = Annotated[int, Field(ge=0, le=10_000_000)]
