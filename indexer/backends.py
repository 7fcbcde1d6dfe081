"""An index as it is kept, in a folder or on a server: what it tells of itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Protocol, TypeVar

from indexer.build import manifest
from indexer.build.consistency import reconcile
from indexer.build.index_directory import IndexDirectory
from indexer.build.manifest import Manifest
from indexer.location import Location
from indexer.opensearch.address import Server

T = TypeVar("T")


class Kept(Protocol):
    """An index that was made before.

    All that it does raises CommuniqueError where there is none, or it is damaged.
    """

    def manifest(self) -> Manifest:
        """Return what the index was made from."""

    def read(self, read: Callable[[Path], T]) -> T:
        """Return what *read* makes of the folder of its files."""

    def counted(self) -> int | None:
        """Count the sentences that are there; None where other versions made the index."""

    def verified(self) -> Manifest:
        """Read the whole index, and return its manifest if it is as it was written."""


class InFolder:
    """An index in a folder."""

    def __init__(self, folder: Path) -> None:
        self._directory = IndexDirectory(folder)

    def manifest(self) -> Manifest:
        """Return what the index was made from."""
        return manifest.current(self._directory)

    def read(self, read: Callable[[Path], T]) -> T:
        """Return what *read* makes of the folder of its files."""
        return self._directory.read(read)

    def counted(self) -> int | None:
        """Count the sentences that are stored and searched."""
        return (
            self._directory.read(_counted)
            if manifest.is_ours(self.manifest())
            else None
        )

    def verified(self) -> Manifest:
        """Read the whole index, and return its manifest if it is as it was written."""
        return self._directory.read(_verified)


def _verified(generation: Path) -> Manifest:
    found = manifest.trusted(generation)
    manifest.verify(found, generation)
    reconcile(found, generation)
    return found


def _counted(generation: Path) -> int:
    return reconcile(manifest.trusted(generation), generation)


def kept(location: Location) -> Kept:
    """Return the index that is kept in a location."""
    if isinstance(location, Server):
        from indexer.opensearch.file_sync import Copy

        return Copy(location)
    return InFolder(location)


def answering(location: Location) -> str:
    """Return what tells the generation that answers in a location from all others.

    Raises:
        CommuniqueError: There is none.
    """
    if isinstance(location, Server):
        from indexer.opensearch.client import connect
        from indexer.opensearch.file_sync import Copy

        with closing(connect(location)) as client:
            return Copy(location, client).name
    return IndexDirectory(location).name()
