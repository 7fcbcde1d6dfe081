"""What may be asked over HTTP: the options of the commands, within limits."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from search.index import Order
from search.query.filters import Filter

LONGEST_QUERY = 1000
LONGEST_NAME = 300
"""Characters; a document is named by a file, whose name has 255 at most."""
MOST_VALUES = 20
"""How many values of a filter, or documents, may be named."""
LARGEST_PAGE = 100
"""How many hits or sentences an answer holds at most."""
MOST_CONTEXT = 10

_Name = Annotated[str, StringConstraints(max_length=LONGEST_NAME)]
_Names = Annotated[list[_Name], Field(max_length=MOST_VALUES)]
_Limit = Annotated[int, Field(ge=0, le=LARGEST_PAGE)]
_Offset = Annotated[int, Field(ge=0, le=10_000_000)]


class _Parameters(BaseModel):
    """Parameters of a request; others are refused, so that a slip is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SearchParameters(_Parameters):
    """What `communique search` takes."""

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
        """What the hits are narrowed by."""
        return [
            Filter(name, value)
            for name in ("speaker", "act", "document", "paragraph", "year")
            for value in getattr(self, name)
        ]

    @property
    def order(self) -> Order:
        """The order of the hits."""
        return "document" if self.group_by else self.sort


class SuggestParameters(_Parameters):
    """What `communique suggest` takes."""

    prefix: _Name
    limit: _Limit = 10


class SentencesParameters(_Parameters):
    """What `communique show` takes, a page at a time."""

    context: Annotated[int, Field(ge=0, le=MOST_CONTEXT)] = 0
    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = LARGEST_PAGE
    offset: _Offset = 0


class CompareParameters(_Parameters):
    """What `communique compare ID` takes."""

    id_: _Name = Field(alias="id", description="A sentence, paragraph or document.")
    others: _Names = Field([], alias="with", description="Documents; every other.")
    strict: bool = Field(
        default=False, description="Count particles, endings and spaces too."
    )


class CompareDocumentsParameters(_Parameters):
    """What `communique compare --documents` takes."""

    before: _Name
    after: _Name
    strict: bool = Field(
        default=False, description="Count particles, endings and spaces too."
    )
