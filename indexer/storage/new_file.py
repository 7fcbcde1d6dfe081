"""Creating the files of a generation: the content of an existing file never changes.

A file may be a hard link to one of the generation that answers (see
`indexer.storage.hardlink`): opened for writing, it would change there too.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO


def create(path: Path) -> BinaryIO:
    """Open a new file for writing; it takes the name of one that exists."""
    path.unlink(missing_ok=True)
    return path.open("xb")


def write(path: Path, data: bytes) -> None:
    """Write *data* to a new file; it takes the name of one that exists."""
    with create(path) as file:
        file.write(data)
