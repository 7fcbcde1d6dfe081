"""Extracted texts of a generation: stored by a rebuild, and recalled by the next one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.build.generation import Generation
from indexer.errors import CommuniqueError
from indexer.file_names import EXTRACTED_TEXTS
from indexer.ingest import corpus_files
from indexer.ingest.corpus_files import Recall
from indexer.ingest.source import Source
from indexer.storage import extracted_texts
from indexer.storage.extracted_texts import TextKey

if TYPE_CHECKING:
    from indexer.documents.extracted import Extracted


class TextLostError(CommuniqueError):
    """The file of a document is gone, or not as it was indexed."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: is not as it was indexed; rebuild the index, or put the file back."
        )


def recall_from(previous: Generation | None) -> Recall | None:
    """Return a function that reads the texts of unchanged files from *previous*.

    A text that another version extracted, or that is damaged, is extracted again.
    """
    if previous is None or EXTRACTED_TEXTS not in previous.manifest.files:
        return None
    path = previous.folder / EXTRACTED_TEXTS

    def recall(sha256: str, suffix: str) -> Extracted | None:
        from indexer.documents.extract import extractor_of

        try:
            return extracted_texts.read(path, sha256, suffix, extractor_of(suffix))
        except (CommuniqueError, OSError):
            return None

    return recall


def write(folder: Path, sources: Iterable[Source]) -> None:
    """Write the extracted texts among *sources* to *folder*, no file without any."""
    texts = {_key(source): source.extracted for source in sources if source.extracted}
    if texts:
        extracted_texts.write(folder / EXTRACTED_TEXTS, texts)


def document_text(generation: Generation, name: str) -> str:
    """Return the text of a document, into which the offsets of its sentences point.

    It is read from the index, or from the document's file if that has not changed.

    Raises:
        TextLostError: The index does not store it, and the file is not as it was.
    """
    record = next(r for r in generation.manifest.sources if r.document == name)
    path = Path(record.path)
    stored = extracted_texts.read(
        generation.folder / EXTRACTED_TEXTS, record.sha256, path.suffix.lower()
    )
    if stored:
        return stored.text
    try:
        source = corpus_files.read(path, lambda _: None)
    except CommuniqueError as fault:
        raise TextLostError(path) from fault
    if source.sha256 != record.sha256:
        raise TextLostError(path)
    return source.text


def _key(source: Source) -> TextKey:
    from indexer.documents.extract import extractor_of

    suffix = source.path.suffix.lower()
    return TextKey(source.sha256, suffix, extractor_of(suffix))
