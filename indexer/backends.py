"""One table: each kind of location, and how an index there is rebuilt and read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from indexer.build.generation import Generation
from indexer.build.index_directory import IndexDirectory
from indexer.build.manifest import Manifest
from indexer.location import Location

T = TypeVar("T")

ENGINES = ("whoosh", "opensearch")
"""The engines: one for an index in a folder, one for an index on a server."""


class Backend(Protocol):
    """An index at a location.

    All methods except `rebuild` raise CommuniqueError if there is no index, or it is
    damaged.
    """

    @property
    def engine(self) -> str:
        """The engine that searches it, of ENGINES."""

    @property
    def where(self) -> str:
        """The location with its preposition, such as `in /home/kim/index`."""

    def rebuild(self, corpus: Iterable[Path] = (), **options: Any) -> Manifest:
        """Index a corpus, and return the manifest of the new index.

        The options are those of `indexer.build.rebuild.rebuild`; a server has those of
        `indexer.opensearch.rebuild.rebuild`, which has two more.
        """

    def current_name(self) -> str:
        """Return the name of the current generation; cheap enough to poll."""

    def manifest(self) -> Manifest:
        """Return the manifest, whichever versions made the index."""

    def read(self, read: Callable[[Generation], T], *, any_version: bool = False) -> T:
        """Return the result of *read*, called with the current generation.

        *read* may be called again, if a rebuild removes its files meanwhile.

        Args:
            read: Opens or reads files in the folder of the generation.
            any_version: Whether a generation made by other versions is read too.
        """

    def count(self) -> int | None:
        """Return the number of sentences, as stored and as searched.

        It is None if other versions made the index.

        Raises:
            CommuniqueError: The numbers differ from that in the manifest.
        """

    def verify(self) -> Manifest:
        """Compare every file with its digest and the sentences with their sources.

        Returns:
            The manifest.

        Raises:
            CommuniqueError: The message lists the files or the sentences that differ.
        """


class FolderBackend:
    """An index in a folder; see `Backend`."""

    engine = "whoosh"

    def __init__(self, folder: Path) -> None:
        self._directory = IndexDirectory(folder)
        self.where = f"in {folder}"

    def rebuild(self, corpus: Iterable[Path] = (), **options: Any) -> Manifest:
        """Rebuild it; see `indexer.build.rebuild`."""
        from indexer.build.rebuild import rebuild

        return rebuild(self._directory.folder, corpus, **options)

    def current_name(self) -> str:
        """Return the name in CURRENT."""
        return self._directory.current_name()

    def manifest(self) -> Manifest:
        """Return the sealed manifest."""
        return self._directory.open_current(any_version=True).manifest

    def read(self, read: Callable[[Generation], T], *, any_version: bool = False) -> T:
        """Return the result of *read*; see `IndexDirectory.read`."""
        return self._directory.read(read, any_version=any_version)

    def count(self) -> int | None:
        """Count the sentences that are stored and those that are searched."""
        if self.manifest().differences():
            return None
        return self._directory.read(_counted)

    def verify(self) -> Manifest:
        """Read the whole index, and return its manifest."""
        return self._directory.read(_verified)


def backend_of(location: Location) -> Backend:
    """Return the index at *location*; nothing is opened yet."""
    if isinstance(location, Path):
        return FolderBackend(location)
    from indexer.opensearch.backend import ServerBackend

    return ServerBackend(location)


def _counted(generation: Generation) -> int:
    from indexer.build.consistency import check_counts

    check_counts(generation.folder, generation.manifest.sentences)
    return generation.manifest.sentences


def _verified(generation: Generation) -> Manifest:
    """Compare the bytes of all files, and only then what can be read in them."""
    from indexer.build.consistency import check_contents

    generation.verify()
    check_contents(generation.folder, generation.manifest.sentences)
    return generation.manifest
