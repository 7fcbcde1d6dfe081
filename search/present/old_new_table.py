"""Two compared documents as an old/new table, a file for a word processor."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

from indexer.errors import CommuniqueError
from indexer.versions import install_command
from search.present.table_labels import KOREAN, TableLabels
from search.reading.comparison import Comparison, DocumentComparison


class DocxMissingError(CommuniqueError):
    """The package that writes DOCX is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "writing DOCX needs more packages; install them with"
            f" `{install_command('documents')}`."
        )


def can_write_docx() -> bool:
    """Return whether python-docx is installed."""
    return find_spec("docx") is not None


def old_new_docx(
    comparison: DocumentComparison,
    sentences: Sequence[Comparison] | None = None,
    labels: TableLabels = KOREAN,
) -> bytes:
    """Return a DOCX file with a row for each of *sentences*: old, new, remarks.

    Args:
        comparison: The two documents.
        sentences: The sentences of the table, by default all of the comparison.
        labels: The words of the table.

    Raises:
        DocxMissingError: python-docx, of the extra `documents`, is not installed.
    """
    if not can_write_docx():
        raise DocxMissingError
    from search.present.docx_table import docx_table

    if sentences is None:
        sentences = comparison.sentences
    return docx_table(comparison, sentences, labels)
