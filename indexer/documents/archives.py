"""Limits of ZIP archives, checked in their directory before any part is read."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

from indexer.documents.extracted import LARGEST_TEXT, ExtractionError

_MOST_FILES = 10_000


def check_sizes(path: Path) -> None:
    """Refuse an archive that would unpack to more than LARGEST_TEXT bytes.

    The parts that are read have at most the sizes that the directory states: `zipfile`
    stops there.

    Raises:
        ExtractionError: The archive is too large.
        BadZipFile: It is no archive, or is damaged.
    """
    with ZipFile(path) as archive:
        files = archive.infolist()
        if any(file.flag_bits & 1 for file in files):
            raise ExtractionError("it is protected by a password")
        size = sum(file.file_size for file in files)
    if size > LARGEST_TEXT or len(files) > _MOST_FILES:
        raise ExtractionError(f"it unpacks to more than {LARGEST_TEXT >> 20} MiB")
