"""Linking: a file that does not change is in several generations at once."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def link(path: Path, to: Path) -> None:
    """Have the file *path* also as *to*; where the system has no such links, copy it."""
    try:
        os.link(path, to)
    except OSError:
        shutil.copyfile(path, to)
