"""The parameters of HTTP requests: the options of the commands, within limits.

The models are checked by FastAPI and described in OpenAPI.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from search.index import Order
from search.query.filters import Filter

LONGEST_QUERY = 1000
"""Characters of a query."""
LONGEST_NAME = 300
"""Characters of an id, speaker, act or document; a file name has 255 at most."""
MOST_VALUES = 20
"""How many values of one filter, or documents, a request may name."""
LARGEST_PAGE = 100
"""How many hits or sentences an answer contains at most."""
MOST_CONTEXT = 10
"""How many sentences before and after a hit a request may ask for."""

_Name = Annotated[str, StringConstraints(max_length=LONGEST_NAME)]
_Names = Annotated[list[_Name], Field(max_length=MOST_VALUES)]
_Limit = Annotated[int, Field(ge=0, le=LARGEST_PAGE)]
_Offset = Annotated[int, Field(ge=0, le=10_000_000)]


class _Parameters(BaseModel):
    """The parameters of a request; unknown ones are refused, so that typos show."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SearchParameters(_Parameters):
    """The parameters of `/api/search`, as the options of `communique search`.

    Example: `?q=전작권 전환&all=true&year=2019-2020&sort=date`.
    """

    q: Annotated[str, Field(max_length=LONGEST_QUERY, description="The query.")]
    limit: _Limit = 10
    offset: _Offset = 0
    every_word: bool = Field(
        default=False, alias="all", description="Every word must be found."
    )
    exact: bool = Field(default=False, description="Only the words as typed.")
    speaker: _Names = []
    act: _Names = []
    document: _Names = []
    paragraph: _Names = []
    year: _Names = []
    sort: Literal["rank", "date"] = "rank"
    group_by: Literal["document"] | None = Field(None, alias="group-by")
    context: Annotated[int, Field(ge=0, le=MOST_CONTEXT)] = 0

    @property
    def filters(self) -> list[Filter]:
        """The filters that every hit must match, in the order of the parameters."""
        return [
            Filter(name, value)
            for name in ("speaker", "act", "document", "paragraph", "year")
            for value in getattr(self, name)
        ]

    @property
    def order(self) -> Order:
        """The order of the hits; grouping by document replaces `sort`."""
        return "document" if self.group_by else self.sort


class SuggestParameters(_Parameters):
    """The parameters of `/api/suggest`, as those of `communique suggest`."""

    prefix: _Name
    limit: _Limit = 10


class SentencesParameters(_Parameters):
    """The parameters of `/api/sentences/{id}`, as those of `communique show`, by pages."""

    context: Annotated[int, Field(ge=0, le=MOST_CONTEXT)] = 0
    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = LARGEST_PAGE
    offset: _Offset = 0


class CompareParameters(_Parameters):
    """The parameters of `/api/compare`, as those of `communique compare ID`."""

    id_: _Name = Field(alias="id", description="A sentence, paragraph or document.")
    others: _Names = Field([], alias="with", description="Documents; every other.")
    strict: bool = Field(
        default=False, description="Count particles, endings and spaces too."
    )


class CompareDocumentsParameters(_Parameters):
    """The parameters of `/api/compare/documents`: two documents, the older one first."""

    before: _Name
    after: _Name
    strict: bool = Field(
        default=False, description="Count particles, endings and spaces too."
    )
