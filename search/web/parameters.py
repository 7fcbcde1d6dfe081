"""The parameters of HTTP requests: the options of the commands, within limits.

The models are checked by FastAPI and described in OpenAPI.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from search.index import Order
from search.limits import (
    LARGEST_PAGE,
    LAST_YEAR,
    LONGEST_NAME,
    LONGEST_QUERY,
    MOST_CONTEXT,
    MOST_VALUES,
)
from search.query.filters import Filter
from search.reading.comparison_filter import Kind
from search.reading.concordance import Order as LineOrder
from search.web.page_state import NARROWING

_Name = Annotated[str, StringConstraints(max_length=LONGEST_NAME)]
_Names = Annotated[list[_Name], Field(max_length=MOST_VALUES)]
_Limit = Annotated[
    int, Field(ge=0, le=LARGEST_PAGE, description="The most hits in the answer.")
]
_Offset = Annotated[
    int, Field(ge=0, le=10_000_000, description="How many of the first hits to skip.")
]
_Context = Annotated[
    int,
    Field(ge=0, le=MOST_CONTEXT, description="Sentences before and after each hit."),
]
_Year = Annotated[int, Field(ge=1, le=LAST_YEAR)] | None
SIDES = "Groups of speakers: 한측, 미측, 공동, 그밖 (the rest)."
_Strict = Annotated[
    bool, Field(description="Differences of particles, endings and spaces count too.")
]


Kinds = Annotated[
    list[Kind],
    Field(
        max_length=MOST_VALUES, description="The kinds of sentences; by default all."
    ),
]


class _Parameters(BaseModel):
    """The parameters of a request; unknown ones are refused, so that typos show."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class QueryParameters(_Parameters):
    """A query and the parameters that narrow it, as the options of the commands."""

    q: Annotated[str, Field(max_length=LONGEST_QUERY, description="The query.")]
    limit: _Limit = 10
    offset: _Offset = 0
    every_word: bool = Field(
        default=False, alias="all", description="Hits contain every word."
    )
    exact: bool = Field(
        default=False, description="Search for the words as typed alone."
    )
    literal: bool = Field(
        default=False, description="Search for the letters, marks and spaces as typed."
    )
    speaker: _Names = Field([], description="Names of speakers, such as 양 장관.")
    act: _Names = Field([], description="Acts, such as 재확인.")
    document: _Names = Field([], description="Names of documents.")
    paragraph: _Names = Field([], description="Numbers or ranges, such as 3-7.")
    year: _Names = Field([], description="Years or ranges, such as 2018-2020.")
    side: _Names = Field([], description=SIDES)
    since: _Year = Field(None, alias="from", description="Documents from this year on.")
    until: _Year = Field(None, alias="to", description="Documents up to this year.")

    @property
    def filters(self) -> list[Filter]:
        """The filters that every hit must match, in the order of the parameters."""
        limits = {"from": self.since, "to": self.until}
        return [
            *(
                Filter(name, value)
                for name in NARROWING
                for value in getattr(self, name)
            ),
            *(Filter(name, str(year)) for name, year in limits.items() if year),
        ]


class SearchParameters(QueryParameters):
    """The parameters of `/api/search`, as the options of `communique search`.

    Example: `?q=전작권 전환&all=true&year=2019-2020&sort=date`.
    """

    sort: Order = Field(
        "rank",
        description="The best hits first, or the order of the documents by date and of"
        " their texts (`date` and `document`, which differ in the views of the page).",
    )
    context: _Context = 0


class ConcordanceParameters(QueryParameters):
    """The parameters of `/api/concordance`, as the options of `communique concordance`.

    Example: `?q=억제&sort=right&speaker=에스퍼`.
    """

    sort: LineOrder = Field(
        "place",
        description="By the words to the left, by the text to the right, or by the date"
        " of the document and the position in it.",
    )


class SuggestParameters(_Parameters):
    """The parameters of `/api/suggest`, as those of `communique suggest`."""

    prefix: _Name = Field(
        description="The first letters of a word, or its initials.",
        examples=["전작ㄱ", "ㅈㅈㄱ"],
    )
    limit: _Limit = 10


class SentencesParameters(_Parameters):
    """The parameters of `/api/sentences/{reference}`, as those of `communique show`, by pages."""

    context: _Context = 0
    limit: Annotated[
        int, Field(ge=1, le=LARGEST_PAGE, description="Sentences of a page.")
    ] = LARGEST_PAGE
    offset: _Offset = 0


class CompareParameters(_Parameters):
    """The parameters of `/api/compare`, as those of `communique compare ID`."""

    reference: _Name = Field(
        description="The id of a sentence, record, paragraph or annex, or the name of a"
        " document.",
        examples=["scm-52-2020:6.2"],
    )
    others: _Names = Field(
        [], alias="with", description="Other documents; by default all."
    )
    strict: _Strict = False


class CompareDocumentsParameters(_Parameters):
    """The parameters of `/api/compare/documents`: two documents, the older one first."""

    before: _Name = Field(
        description="The name of the older document.", examples=["scm-51-2019"]
    )
    after: _Name = Field(
        description="The name of the newer document.", examples=["scm-52-2020"]
    )
    strict: _Strict = False
    kind: Kinds = []
    speaker: _Names = Field([], description="Names of speakers, such as 양 장관.")
    side: _Names = Field([], description=SIDES)
