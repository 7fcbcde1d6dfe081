"""The parameters of the pages for reading, as OpenAPI describes them.

`page_state.parse_state` reads them; the models refuse values out of range.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from search.limits import LONGEST_NAME, LONGEST_QUERY, MOST_VALUES
from search.present.charts import MOST_SERIES
from search.web.parameters import Kinds

_Flag = Literal["", "1"]


class PageParameters(BaseModel):
    """The language of a page; unknown parameters are ignored, as links may add some."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    lang: Literal["", "ko", "en"] = Field(
        "", description="The language; by default that of the browser."
    )


class DocumentParameters(PageParameters):
    """The parameters of `/documents/{id}`: a query, whose hits are marked, and a page."""

    q: Annotated[
        str, Field(max_length=LONGEST_QUERY, description="A query to mark hits of.")
    ] = ""
    every_word: _Flag = Field("", alias="all", description="Hits contain every word.")
    exact: _Flag = Field("", description="Search for the words as typed alone.")
    literal: _Flag = Field(
        "", description="Search for the letters, marks and spaces as typed."
    )
    page: int = Field(
        1, ge=1, le=999_999, description="A page of a document of many sentences."
    )


class TraceParameters(PageParameters):
    """The parameters of `/trace`: up to five phrases."""

    phrase: Annotated[
        list[Annotated[str, Field(max_length=LONGEST_NAME)]],
        Field(max_length=MOST_SERIES, description="Phrases; empty ones are ignored."),
    ] = []
    normalize: _Flag = Field(
        "", description="Count sentences in 100 sentences of each year."
    )

    @property
    def phrases(self) -> list[str]:
        """The phrases without empty and repeated ones."""
        return list(dict.fromkeys(filter(None, map(str.strip, self.phrase))))


_Name = Annotated[str, Field(max_length=LONGEST_NAME)]


def _without_empty(values: list[str]) -> list[str]:
    """Return the values of a form, in which an empty one is no choice."""
    return [value for value in values if value]


_Names = Annotated[
    list[_Name], Field(max_length=MOST_VALUES), AfterValidator(_without_empty)
]


class SideBySideParameters(PageParameters):
    """The parameters of `/compare`: two documents, and the rows to show."""

    before: _Name = Field(
        "", description="The older document; by default the last but one."
    )
    after: _Name = Field("", description="The newer document; by default the newest.")
    kind: Kinds = []
    speaker: _Names = Field([], description="Names of speakers, such as 양 장관.")
    side: _Names = Field([], description="Groups of speakers: 한측, 미측, 공동.")


class ExportParameters(PageParameters):
    """The parameters of `/export`: a form; all others are those of the page of hits."""

    form: Literal["csv", "markdown", "citations"] = Field(
        "csv", alias="format", description="The form of the file."
    )
    q: Annotated[str, Field(max_length=LONGEST_QUERY, description="The query.")] = ""
