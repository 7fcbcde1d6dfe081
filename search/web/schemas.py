"""The OpenAPI description of the answers, whose JSON the commands' functions make."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Schema(BaseModel):
    """An object with these keys and no others."""

    model_config = ConfigDict(extra="forbid")


class SentenceSchema(_Schema):
    """A sentence and its position in its document."""

    id: str
    document: str
    paragraph: int | None
    sentence: int | None
    start: int = Field(
        description="Offset in the text of the document, in code points."
    )
    end: int
    text: str
    speaker: str | None
    act: str | None
    page: int | None = Field(description="From 1; null in a format without pages.")


class ContextSchema(_Schema):
    """The sentences before and after a sentence."""

    before: list[SentenceSchema]
    after: list[SentenceSchema]


class HitSchema(SentenceSchema):
    """A sentence that matches the query."""

    rank: int = Field(description="From 1, counted through `offset`.")
    score: float = Field(description="BM25; no hit has more than the hit above it.")
    spans: list[tuple[int, int]] = Field(
        description="The matches, as offsets in `text`."
    )
    year: int | None
    context: ContextSchema | None = Field(None, description="With `context` alone.")


class _Answer(_Schema):
    schema_version: Literal[1] = Field(alias="schema")


class SearchSchema(_Answer):
    """The hits of a query, the best first."""

    query: str
    understood: dict[str, Any] | None = Field(description="How the query was read.")
    total: int = Field(description="All matching sentences, shown or not.")
    uncounted: int = Field(
        description="Hits below the others: parts of a word, letters across words."
    )
    hits: list[HitSchema]
    notes: list[str]
    limit: int = Field(description="The parameter, echoed; so is `offset`.")
    offset: int
    facets: dict[Literal["speaker", "act", "document", "year"], dict[str, int]]


class LineSchema(_Schema):
    """An occurrence of a query, and the rest of its sentence."""

    id: str
    start: int = Field(description="Offset in the sentence, in code points.")
    end: int
    left: str
    word: str
    right: str


class ConcordanceSchema(_Answer):
    """The occurrences of a query in their context."""

    query: str
    total: int = Field(description="All lines, shown or not.")
    lines: list[LineSchema]
    notes: list[str]
    limit: int = Field(description="The parameter, echoed; so is `offset`.")
    offset: int


class WordSchema(_Schema):
    """A word, and the number of sentences that contain it."""

    word: str
    sentences: int


class SuggestSchema(_Answer):
    """The words that begin with a prefix."""

    prefix: str
    words: list[WordSchema]
    limit: int = Field(description="The parameter, echoed.")


class EditionSchema(_Schema):
    """The title, number, date and place of a document."""

    document: str
    title: str | None
    number: int | None
    date: str | None
    place: str | None
    year: int | None


class DocumentSchema(EditionSchema):
    """A document of the index."""

    paragraphs: int
    sentences: int


class DocumentsSchema(_Answer):
    """The documents of the index, from the oldest to the newest."""

    total: int
    documents: list[DocumentSchema]


class SentencesSchema(_Answer):
    """The sentences that a reference names."""

    reference: str
    sentences: list[SentenceSchema]
    total: int = Field(description="All sentences of the reference.")
    limit: int = Field(description="The parameter, echoed; so is `offset`.")
    offset: int


class SegmentSchema(_Schema):
    """A part of two compared sentences, equal or not."""

    kind: Literal["equal", "insert", "delete", "replace"]
    before: str
    after: str


class NearestSchema(_Schema):
    """The closest sentence, if none is close enough to be a counterpart."""

    sentence: SentenceSchema
    closeness: float | None = Field(description="From 0 to 1.")


class ComparisonSchema(_Schema):
    """A sentence and its counterpart."""

    status: Literal["same", "reworded", "new", "dropped"]
    moved: bool
    closeness: float | None = Field(description="From 0 to 1.")
    before: SentenceSchema | None
    after: SentenceSchema | None
    segments: list[SegmentSchema]


class BesideSchema(ComparisonSchema):
    """A sentence and its counterpart in another document."""

    with_: EditionSchema = Field(alias="with")
    nearest: NearestSchema | None


class CompareSchema(_Answer):
    """Sentences compared with other documents."""

    reference: str
    comparisons: list[BesideSchema]
    total: int


class CountsSchema(_Schema):
    """How many sentences of two documents are the same, reworded and so on."""

    same: int
    reworded: int
    new: int
    dropped: int
    moved: int


class CompareDocumentsSchema(_Answer):
    """Two documents compared sentence by sentence."""

    before: EditionSchema
    after: EditionSchema
    counts: CountsSchema
    sentences: list[ComparisonSchema]


class HealthSchema(_Schema):
    """The state of the server and its index."""

    status: Literal["ok"]
    generation: str = Field(description="The current generation of the index.")
    documents: int
    sentences: int
    prepared: bool = Field(description="Whether loading has ended.")
