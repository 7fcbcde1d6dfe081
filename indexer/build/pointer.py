"""CURRENT, which names the generation that answers, and the folders of the generations."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from indexer import regular_files
from indexer.build.index_errors import IndexUnreadableError
from indexer.file_names import CURRENT, MANIFEST
from indexer.storage.digest import hexdigest

_LARGEST = 1 << 10
_GENERATION = r"g(\d+)"
_POINTER = re.compile(r"(g\d+)(?: ([0-9a-f]{64}))?")
_SEAL_SHOWN = 16
"""Hexadecimal digits of the seal that are part of a generation's name."""


class Pointer(NamedTuple):
    """The folder that CURRENT names, and the SHA-256 of its manifest, its seal."""

    folder: Path
    seal: str | None

    @property
    def name(self) -> str:
        """The name of the generation (see `Generation.name`)."""
        return f"{self.folder.name}-{(self.seal or '')[:_SEAL_SHOWN]}"


def parse(folder: Path, text: str | None) -> Pointer | None:
    """Return what the *text* of CURRENT in *folder* names, as `g7 9f86d0…`; or None."""
    match = _POINTER.fullmatch(text or "")
    return Pointer(folder / match[1], match[2]) if match else None


def read(folder: Path) -> str | None:
    """Return the text of CURRENT; empty if unreadable, None if there is no such file.

    Raises:
        IndexUnreadableError: The operating system or the device fails to read it.
    """
    try:
        data = regular_files.read(folder / CURRENT, _LARGEST)
        return data.decode("ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError:
        return ""
    except OSError as fault:
        if regular_files.is_refused(fault):
            raise IndexUnreadableError(folder, fault) from fault
        return ""


def generations(folder: Path) -> dict[int, Path]:
    """Return the folders of the complete generations by their numbers."""
    if not folder.is_dir():
        return {}
    return {
        int(match[1]): path
        for path in folder.iterdir()
        if (match := re.fullmatch(_GENERATION, path.name))
    }


def seal_of(generation: Path) -> str:
    """Return the SHA-256 of the manifest of a generation.

    Raises:
        OSError: It cannot be read, or is not a regular file.
    """
    with regular_files.open_file(generation / MANIFEST) as file:
        return hexdigest(file.read())
