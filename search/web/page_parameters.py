"""The parameters of the pages for reading, as OpenAPI describes them.

`page_state.parse_state` reads them; the models refuse values out of range.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

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
    offset: int = Field(
        0,
        ge=0,
        le=9_999_999,
        description="Sentences before the page of a long document.",
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


def _lenient(description: str, **schema: Any) -> Any:
    """Return a field of any text; the page ignores a value that it cannot use."""
    return Field("", description=description, json_schema_extra=schema or None)


def _several(description: str) -> Any:
    return Field([], description=description)


class HitsParameters(BaseModel):
    """The parameters of `/` and of `/results`, as those of `/api/search`.

    A value that is out of range, and an unknown parameter, are ignored: people follow
    links that were cut off or are older than the index.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    q: str = _lenient("The query.", maxLength=LONGEST_QUERY)
    every_word: str = Field("", alias="all", description="1: hits contain every word.")
    exact: str = _lenient("1: search for the words as typed alone.")
    literal: str = _lenient("1: search for the letters as typed.")
    view: str = _lenient("hits or concordance.")
    sort: str = _lenient("rank, date or document; of lines place, left or right.")
    speaker: list[str] = _several("Names of speakers, such as 양 장관.")
    act: list[str] = _several("Acts, such as 재확인.")
    document: list[str] = _several("Names of documents.")
    paragraph: list[str] = _several("Numbers or ranges, such as 3-7.")
    year: list[str] = _several("Years or ranges, such as 2018-2020.")
    side: list[str] = _several("Groups of speakers: 한측, 미측, 공동.")
    since: str = Field("", alias="from", description="The first year.")
    until: str = Field("", alias="to", description="The last year.")
    limit: str = _lenient("Hits of a page, at most 200.")
    offset: str = _lenient("How many of the first hits to skip.")
    shown: list[str] = _several("Ids of hits whose paragraph is open.")
    compared: list[str] = _several("Ids of hits that are compared.")
    explained: list[str] = _several("Ids of hits whose reasons are open.")
    lang: str = _lenient("ko or en; by default the language of the browser.")
