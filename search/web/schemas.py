"""The JSON of the answers, as OpenAPI describes it; the commands make it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Schema(BaseModel):
    """An object that has these keys and no others."""

    model_config = ConfigDict(extra="forbid")


class SentenceSchema(_Schema):
    """A sentence and its place."""

    id: str
    document: str
    paragraph: int | None
    sentence: int | None
    start: int = Field(description="Offset in the source file, in code points.")
    end: int
    text: str
    speaker: str | None
    act: str | None


class ContextSchema(_Schema):
    """What stands around a sentence."""

    before: list[SentenceSchema]
    after: list[SentenceSchema]


class HitSchema(SentenceSchema):
    """A sentence that was found."""

    rank: int
    score: float
    spans: list[tuple[int, int]] = Field(description="What matched: offsets in `text`.")
    year: int | None
    context: ContextSchema | None = Field(None, description="Only if asked for.")


class _Answer(_Schema):
    schema_version: Literal[1] = Field(alias="schema")


class SearchSchema(_Answer):
    """What was found, best first."""

    query: str
    understood: dict[str, Any] | None = Field(description="How the query was read.")
    total: int
    hits: list[HitSchema]
    notes: list[str]
    facets: dict[Literal["speaker", "act", "document", "year"], dict[str, int]]


class WordSchema(_Schema):
    """A word, and how many sentences have it."""

    word: str
    sentences: int


class SuggestSchema(_Answer):
    """The words that a prefix begins."""

    prefix: str
    words: list[WordSchema]


class EditionSchema(_Schema):
    """What a document says of itself."""

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

    documents: list[DocumentSchema]


class SentencesSchema(_Answer):
    """The sentences that a reference names."""

    reference: str
    sentences: list[SentenceSchema]


class SegmentSchema(_Schema):
    """A stretch of two sentences."""

    kind: Literal["equal", "insert", "delete", "replace"]
    before: str
    after: str


class NearestSchema(_Schema):
    """The closest sentence, where none is close enough."""

    sentence: SentenceSchema
    closeness: float | None


class ComparisonSchema(_Schema):
    """A sentence and its counterpart."""

    status: Literal["same", "reworded", "new", "dropped"]
    moved: bool
    closeness: float | None
    before: SentenceSchema | None
    after: SentenceSchema | None
    segments: list[SegmentSchema]


class BesideSchema(ComparisonSchema):
    """A sentence beside what another document has of it."""

    with_: EditionSchema = Field(alias="with")
    nearest: NearestSchema | None


class CompareSchema(_Answer):
    """Sentences beside other documents."""

    reference: str
    comparisons: list[BesideSchema]


class CountsSchema(_Schema):
    """How many sentences of two documents are the same, reworded and so on."""

    same: int
    reworded: int
    new: int
    dropped: int
    moved: int


class CompareDocumentsSchema(_Answer):
    """Two documents, sentence by sentence."""

    before: EditionSchema
    after: EditionSchema
    counts: CountsSchema
    sentences: list[ComparisonSchema]


class HealthSchema(_Schema):
    """Whether the server answers, and from what."""

    status: Literal["ok"]
    generation: str = Field(description="The generation of the index that answers.")
    documents: int
    sentences: int
    prepared: bool = Field(description="Whether all that is loaded has been loaded.")
