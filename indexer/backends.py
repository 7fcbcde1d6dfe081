"""An index as it is kept, in a folder or on a server: what it tells of itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Protocol, TypeVar

from indexer.build.consistency import check_counts
from indexer.build.generation import Generation
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
        return self._directory.open_current(any_version=True).manifest

    def read(self, read: Callable[[Path], T]) -> T:
        """Return what *read* makes of the folder of its files."""
        return self._directory.read(lambda g: read(g.folder), any_version=True)

    def counted(self) -> int | None:
        """Count the sentences that are stored and searched."""
        if self.manifest().differences():
            return None
        return self._directory.read(_counted)

    def verified(self) -> Manifest:
        """Read the whole index, and return its manifest if it is as it was written."""
        return self._directory.read(_verified)


def _verified(generation: Generation) -> Manifest:
    generation.verify()
    _counted(generation)
    return generation.manifest


def _counted(generation: Generation) -> int:
    check_counts(generation.folder, generation.manifest.sentences)
    return generation.manifest.sentences


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
    return IndexDirectory(location).current_name()
