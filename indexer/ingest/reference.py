"""References: the names by which documents, paragraphs, sentences and records are cited.

    scm-52-2020           DocumentRef("scm-52-2020")
    scm-52-2020:11        ParagraphRef("scm-52-2020", "11")
    scm-52-2020:annex1    ParagraphRef("scm-52-2020", "annex1")
    scm-52-2020:11.3      SentenceRef("scm-52-2020:11.3")
    law-7                 RecordRef("law-7"), or DocumentRef("law-7")

The name of a document holds no colon. The id of a record is free text and may equal the
name of a document or of a paragraph; a typed reference keeps them apart.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from indexer.ingest.sentence import Sentence


class DocumentRef(NamedTuple):
    """All sentences of a document."""

    document: str
    kind: Literal["document"] = "document"

    @property
    def name(self) -> str:
        """The name of the document."""
        return self.document


class ParagraphRef(NamedTuple):
    """The sentences of a paragraph (`part` is its number) or of an annex (`annex1`)."""

    document: str
    part: str
    kind: Literal["paragraph"] = "paragraph"

    @property
    def name(self) -> str:
        """Document and part, as in `scm-52-2020:11`."""
        return f"{self.document}:{self.part}"


class SentenceRef(NamedTuple):
    """A sentence of a text file."""

    name: str
    kind: Literal["sentence"] = "sentence"


class RecordRef(NamedTuple):
    """A record of a JSON Lines file."""

    name: str
    kind: Literal["record"] = "record"


Reference: TypeAlias = DocumentRef | ParagraphRef | SentenceRef | RecordRef
"""`kind` makes references of different kinds unequal even if their names are equal."""


def candidates(text: str) -> tuple[Reference, ...]:
    """Return the references that *text* may stand for, the preferred one first.

    A record goes before a sentence, a sentence before a paragraph, a paragraph before a
    document. A name that ends in a colon can only be a record or a document, so it
    reaches a document whose name is also the id of a record:

        law-7     RecordRef("law-7"), DocumentRef("law-7")
        law-7:    RecordRef("law-7:"), DocumentRef("law-7")
        law-7:3   RecordRef("law-7:3"), SentenceRef("law-7:3"), ParagraphRef("law-7", "3")
    """
    document, _, place = text.partition(":")
    if not place:
        return RecordRef(text), DocumentRef(document)
    return RecordRef(text), SentenceRef(text), ParagraphRef(document, place)


def reference_of(sentence: Sentence) -> SentenceRef | RecordRef:
    """Return the reference that names *sentence* alone."""
    kind = RecordRef if sentence.number is None else SentenceRef
    return kind(sentence.id)


def paragraph_of(sentence: Sentence) -> ParagraphRef | None:
    """Return the paragraph or annex that holds *sentence*, None without paragraphs."""
    return ParagraphRef(sentence.document, sentence.part) if sentence.part else None
