"""Hard links: a file that does not change is shared by several generations."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def link(path: Path, to: Path) -> None:
    """Link *to* to the file *path*, or copy it where the file system has no hard links."""
    try:
        os.link(path, to)
    except OSError:
        shutil.copyfile(path, to)
