"""The corpus and the versions behind the answers, as `communique info` shows them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from indexer.build.manifest import SourceRecord
from indexer.ingest.edition import Edition
from indexer.storage.synonyms import Abbreviation
from indexer.versions import program_version
from search.index import Index

_MOST_DOCUMENTS = 500
_MOST_ABBREVIATIONS = 500


class AboutDocument(NamedTuple):
    """A document, its numbers, and its file, None if that is no longer where it was."""

    edition: Edition
    source: SourceRecord
    file_name: str | None


class AboutView(NamedTuple):
    """The values of the template; the newest document is the first.

    `versions` has the name of each library and its version when the index was made.
    """

    documents: list[AboutDocument]
    abbreviations: Sequence[Abbreviation]
    more_abbreviations: int
    program: str
    versions: dict[str, str]
    format: int
    made: str
    unreadable: int


def about_view(index: Index) -> AboutView:
    """Return the documents, abbreviations and versions of an index."""
    manifest = index.manifest
    sources = {each.document: each for each in manifest.sources}
    editions = index.editions[: -_MOST_DOCUMENTS - 1 : -1]
    pairs = index.synonyms.pairs
    return AboutView(
        documents=[_document(each, sources[each.document]) for each in editions],
        abbreviations=pairs[:_MOST_ABBREVIATIONS],
        more_abbreviations=max(0, len(pairs) - _MOST_ABBREVIATIONS),
        program=program_version(),
        versions=manifest.tools,
        format=manifest.format,
        made=manifest.made,
        unreadable=manifest.unreadable.total,
    )


def _document(edition: Edition, source: SourceRecord) -> AboutDocument:
    path = Path(source.path)
    return AboutDocument(edition, source, path.name if path.is_file() else None)
