"""The file that a document was read from, as long as it is as it was indexed."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from indexer import regular_files
from indexer.build.manifest import SourceRecord
from indexer.errors import CommuniqueError
from search.index import Index
from search.messages import Note

LARGEST_FILE = 1 << 25
"""Bytes of a file that the server sends, as it holds the whole file in memory."""


class SourceLostError(CommuniqueError):
    """The file of a document is gone, changed or too large to be sent."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Note(
                "the file {name} is no longer as it was indexed, or has more than"
                " {most} MiB; read the document here.",
                name=name,
                most=LARGEST_FILE >> 20,
            )
        )


def source_of(index: Index, document: str) -> SourceRecord:
    """Return the record of the file of a document.

    Raises:
        search.not_found.NotInIndexError: No document has the name.
    """
    name = index.edition(document).document
    return next(each for each in index.manifest.sources if each.document == name)


def source_bytes(index: Index, document: str) -> bytes:
    """Return the content of the file of a document.

    Raises:
        SourceLostError: The file is not as it was indexed, or too large.
        search.not_found.NotInIndexError: No document has the name.
    """
    source = source_of(index, document)
    path = Path(source.path)
    try:
        data = regular_files.read(path, LARGEST_FILE)
    except OSError as fault:
        raise SourceLostError(path.name) from fault
    if sha256(data).hexdigest() != source.sha256:
        raise SourceLostError(path.name)
    return data
