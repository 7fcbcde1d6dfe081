"""A generation: a complete index that was opened once and verified once."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from indexer import regular_files
from indexer.build.manifest import Manifest
from indexer.errors import CommuniqueError
from indexer.file_names import CHECKSUMS
from indexer.storage import checksums
from indexer.storage.digest import hexdigest


class GenerationDamagedError(CommuniqueError):
    """Files of an index have changed since they were written."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"{folder.parent}: the index is damaged ({reason}); make it anew with"
            f" `communique rebuild --force --index {folder.parent}`."
        )


class Generation:
    """A complete index. Its manifest is the one that was sealed at the switch to it.

    `folder` holds its files. `name` distinguishes it from every other generation, also
    of a folder that was removed and made anew: its number and the head of the SHA-256 of
    its manifest, as in `g7-0123456789abcdef`.
    """

    def __init__(self, folder: Path, name: str, manifest: Manifest) -> None:
        self.folder = folder
        self.name = name
        self.manifest = manifest

    def check_files(self) -> None:
        """Compare checksums.bin with the manifest, and look whether every file exists.

        That suffices to read them: checksums.bin verifies the others piece by piece.

        Raises:
            GenerationDamagedError: checksums.bin has changed.
            FileNotFoundError: A file is missing.
        """
        with regular_files.open_file(self.folder / CHECKSUMS) as file:
            data = file.read()
        if self.manifest.files.get(CHECKSUMS) != hexdigest(data):
            raise GenerationDamagedError(self.folder, f"changed: {CHECKSUMS}")
        for name in self.manifest.files:
            # Whoosh takes a missing file for an optional one.
            (self.folder / name).stat()

    @cached_property
    def changed_files(self) -> tuple[str, ...]:
        """The files that are missing, changed or new since it was written.

        All files are read, once.
        """
        written, digests = self.manifest.files, checksums.digests(self.folder)
        names = sorted(digests.keys() | written.keys())
        return tuple(n for n in names if digests.get(n) != written.get(n))

    def verify(self) -> None:
        """Read every file and compare it with the manifest.

        Raises:
            GenerationDamagedError: The message lists `changed_files`.
        """
        if self.changed_files:
            reason = f"changed: {', '.join(self.changed_files)}"
            raise GenerationDamagedError(self.folder, reason)
