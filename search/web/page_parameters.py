"""The parameters of the pages for reading, as OpenAPI describes them.

`page_address.parse_state` reads them, and refuses values out of range as the models do.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from search.limits import LONGEST_NAME, LONGEST_QUERY, MOST_VALUES
from search.present.charts import MOST_SERIES
from search.web.page_address import MOST_SKIPPED
from search.web.parameters import SIDES, Kinds

_Flag = Literal["", "0", "1"]
_VIEW: dict[str, Any] = {"enum": ["", "hits", "concordance"]}
_SORT: dict[str, Any] = {
    "enum": ["", "rank", "date", "document", "place", "left", "right"]
}
_YEAR: dict[str, Any] = {"pattern": "^([1-9][0-9]{0,3})?$"}
_Name = Annotated[str, Field(max_length=LONGEST_NAME)]


def _without_empty(values: list[str]) -> list[str]:
    """Return the values of a form, in which an empty one is no choice."""
    return [value for value in values if value]


_Names = Annotated[
    list[_Name], Field(max_length=MOST_VALUES), AfterValidator(_without_empty)
]


class PageParameters(BaseModel):
    """The language of a page; unknown parameters are ignored, as links may add some."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    lang: Literal["", "ko", "en"] = Field(
        "", description="The language; by default that of the browser."
    )


class SearchedParameters(PageParameters):
    """The search from which a reader comes, and to which the links of the page lead back."""

    q: Annotated[str, Field(max_length=LONGEST_QUERY, description="The query.")] = ""
    every_word: _Flag = Field("", alias="all", description="Hits contain every word.")
    exact: _Flag = Field("", description="Search for the words as typed alone.")
    literal: _Flag = Field(
        "", description="Search for the letters, marks and spaces as typed."
    )
    speaker: _Names = Field([], description="Names of speakers, such as 양 장관.")
    side: _Names = Field([], description=SIDES)
    act: _Names = Field([], description="Acts, such as 재확인.")
    document: _Names = Field([], description="Names of documents.")
    paragraph: _Names = Field([], description="Numbers or ranges, such as 3-7.")
    year: _Names = Field([], description="Years or ranges, such as 2018-2020.")
    since: str = Field(
        "", alias="from", description="The first year.", json_schema_extra=_YEAR
    )
    until: str = Field(
        "", alias="to", description="The last year.", json_schema_extra=_YEAR
    )
    view: str = Field("", description="hits or concordance.", json_schema_extra=_VIEW)
    sort: str = Field(
        "",
        description="The order of the hits or of the lines.",
        json_schema_extra=_SORT,
    )


class DocumentParameters(SearchedParameters):
    """The parameters of `/documents/{id}`: a search, whose hits are marked, and a page."""

    offset: int = Field(
        0,
        ge=0,
        le=MOST_SKIPPED,
        description="Sentences before the page of a long document.",
    )


class TraceParameters(SearchedParameters):
    """The parameters of `/trace`: up to five phrases, in the filters of a search."""

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


class SideBySideParameters(PageParameters):
    """The parameters of `/compare`: two documents, and the rows to show."""

    before: _Name = Field(
        "", description="The older document; by default the last but one."
    )
    after: _Name = Field("", description="The newer document; by default the newest.")
    kind: Kinds = []
    speaker: _Names = Field([], description="Names of speakers, such as 양 장관.")
    side: _Names = Field([], description=SIDES)


class ExportParameters(PageParameters):
    """The parameters of `/export`: a form; all others are those of the page of hits."""

    form: Literal["csv", "markdown", "citations"] = Field(
        "csv", alias="format", description="The form of the file."
    )
    q: Annotated[str, Field(max_length=LONGEST_QUERY, description="The query.")] = ""


def _lenient(description: str, **schema: Any) -> Any:
    """Return a field of any text, which `page_address` checks."""
    return Field("", description=description, json_schema_extra=schema or None)


def _several(description: str) -> Any:
    items = {"type": "string", "maxLength": LONGEST_NAME}
    schema: dict[str, Any] = {"maxItems": MOST_VALUES, "items": items}
    return Field([], description=description, json_schema_extra=schema)


class HitsParameters(BaseModel):
    """The parameters of `/` and of `/results`, as those of `/api/search`.

    `page_address` refuses a value out of range, in one sentence on the page. An unknown
    parameter is ignored, as links may add some.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    q: str = _lenient("The query.", maxLength=LONGEST_QUERY)
    every_word: str = Field(
        "",
        alias="all",
        description="1: hits contain every word.",
        json_schema_extra={"enum": ["", "0", "1"]},
    )
    exact: str = _lenient(
        "1: search for the words as typed alone.", enum=["", "0", "1"]
    )
    literal: str = _lenient("1: search for the letters as typed.", enum=["", "0", "1"])
    view: str = _lenient("hits or concordance.", **_VIEW)
    sort: str = _lenient(
        "rank, date or document; of lines place, left or right.", **_SORT
    )
    speaker: list[str] = _several("Names of speakers, such as 양 장관.")
    act: list[str] = _several("Acts, such as 재확인.")
    document: list[str] = _several("Names of documents.")
    paragraph: list[str] = _several("Numbers or ranges, such as 3-7.")
    year: list[str] = _several("Years or ranges, such as 2018-2020.")
    side: list[str] = _several(SIDES)
    since: str = Field(
        "", alias="from", description="The first year.", json_schema_extra=_YEAR
    )
    until: str = Field(
        "", alias="to", description="The last year.", json_schema_extra=_YEAR
    )
    limit: str = _lenient(
        "Hits of a page, at most 200.", pattern="^([1-9][0-9]?|1[0-9]{2}|200)?$"
    )
    offset: str = _lenient(
        "How many of the first hits to skip.", pattern="^([0-9]{1,7})?$"
    )
    shown: list[str] = _several("Ids of hits whose paragraph is open.")
    compared: list[str] = _several("Ids of hits that are compared.")
    explained: list[str] = _several("Ids of hits whose reasons are open.")
    lang: str = _lenient(
        "ko or en; by default the language of the browser.", enum=["", "ko", "en"]
    )
