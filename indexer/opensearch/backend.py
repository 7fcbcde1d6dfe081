"""An index on a server, behind the interface of `indexer.backends`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from indexer.build.generation import Generation, GenerationDamagedError
from indexer.build.manifest import Manifest
from indexer.opensearch.address import Server
from indexer.opensearch.client import connect
from indexer.opensearch.file_sync import RemoteGeneration
from indexer.storage.checksums import FileDamagedError

T = TypeVar("T")


class ServerBackend:
    """An index on a server; see `indexer.backends.Backend`."""

    engine = "opensearch"

    def __init__(self, server: Server) -> None:
        self._server = server
        self.where = f"on {server}"

    @cached_property
    def _remote(self) -> RemoteGeneration:
        return RemoteGeneration(self._server)

    def rebuild(self, corpus: Iterable[Path] = (), **options: Any) -> Manifest:
        """Rebuild it; see `indexer.opensearch.rebuild`."""
        from indexer.opensearch.rebuild import rebuild

        return rebuild(self._server, corpus, **options)

    def current_name(self) -> str:
        """Return the name of the current generation, read from the server."""
        with closing(connect(self._server)) as client:
            return RemoteGeneration(self._server, client).name

    def manifest(self) -> Manifest:
        """Return the manifest, whichever versions made the index."""
        return self._remote.manifest()

    def read(self, read: Callable[[Generation], T], *, any_version: bool = False) -> T:
        """Return the result of *read*, called with a `ServerGeneration`.

        If the copy of its files turns out damaged, they are copied again.
        """
        if not any_version:
            self._remote.check_versions()
        try:
            return read(self._remote.opened())
        except (FileNotFoundError, FileDamagedError, GenerationDamagedError):
            self._remote.discard()
            return read(self._remote.opened())

    def count(self) -> int | None:
        """Return the number of sentences on the server, compared with the manifest."""
        manifest = self.manifest()
        if manifest.differences():
            return None
        self._remote.check_count()
        return manifest.sentences

    def verify(self) -> Manifest:
        """Compare all files on the server with the manifest, and return it."""
        return self._remote.verify()
