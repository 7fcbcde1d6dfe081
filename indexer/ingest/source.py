"""Corpus files as data: with their texts or without."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.ingest.declared import UNDECLARED, Declared
from indexer.ingest.document_names import document_name

if TYPE_CHECKING:
    from indexer.documents.extracted import Extracted


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A corpus file with its encoding and its SHA-256 in hex.

    The encoding is one of `declared.ENCODINGS`, `utf-32`, or the kind of document, such as `pdf`.
    `name` is that of the document, the first part of its sentences' ids; by default it is
    that of a file alone.
    """

    path: Path
    encoding: str
    sha256: str
    name: str = ""
    declared: Declared = UNDECLARED

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", document_name(self.path))


@dataclass(frozen=True, slots=True)
class Source:
    """A corpus file with its text.

    The text of a text file is as on disk except for a byte order mark; that of a document
    is `extracted` from it. See `SourceFile` for the rest.
    """

    path: Path
    text: str
    encoding: str
    sha256: str
    name: str = ""
    declared: Declared = UNDECLARED
    extracted: Extracted | None = None

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", document_name(self.path))

    @property
    def pages(self) -> tuple[int, ...]:
        """The offsets at which pages begin, empty in a format without pages."""
        return self.extracted.pages if self.extracted else ()

    @property
    def in_paragraphs(self) -> bool:
        """Whether blank lines end paragraphs, and single line breaks are inside them."""
        return self.extracted is not None

    @property
    def file(self) -> SourceFile:
        """The file without its text."""
        return SourceFile(
            self.path, self.encoding, self.sha256, self.name, self.declared
        )
