"""Hard links: a file that does not change is shared by several generations."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from indexer.storage import new_file


def link(path: Path, to: Path) -> None:
    """Link *to* to the file *path*, or copy it where the file system has no hard links."""
    try:
        os.link(path, to)
    except OSError:
        with path.open("rb") as file, new_file.create(to) as copy:
            shutil.copyfileobj(file, copy)
