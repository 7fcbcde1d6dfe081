"""The files of a generation that lie on the server, and their copies on this machine.

The lexicon, the vocabulary and the abbreviations grow with the words of a corpus, not
with its sentences. They are put on the server in chunks, and copied once by each machine
that searches, so that a word is looked up without asking.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from indexer.build import generation as build
from indexer.build import manifest
from indexer.build.manifest import (
    IndexOutdatedError,
    Manifest,
    ManifestUnreadableError,
    Origin,
)
from indexer.file_names import MANIFEST
from indexer.opensearch.address import Server, ServerError
from indexer.opensearch.aliases import Generation, arrived, current
from indexer.opensearch.client import Client, connect, patiently
from indexer.storage import checksums

T = TypeVar("T")

_CHUNK = 4 << 20
"""Bytes of a file that one document has."""
_KEPT = 86_400.0
"""Seconds for which the copies of generations that do not answer are kept."""


def put(
    client: Client, server: Server, to: Generation, made: Manifest, folder: Path
) -> None:
    """Put the files in *folder* on the server, and with them the manifest *made*."""
    for id_, body in documents(made, folder):
        write = partial(client.index, index=to.files, id=id_, body=body)
        patiently(server, write)
    patiently(server, lambda: client.indices.refresh(index=to.files))


def documents(made: Manifest, folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the documents of the files in *folder*, the manifest's last, by their ids."""
    chunks = {}
    for name in made.files:
        data = (folder / name).read_bytes()
        starts = range(0, len(data), _CHUNK)
        chunks[name] = len(starts)
        for number, start in enumerate(starts):
            encoded = base64.b64encode(data[start : start + _CHUNK]).decode()
            yield f"{name}-{number}", {"data": encoded}
    text = json.dumps(made.to_json(), ensure_ascii=False)
    yield "manifest", {"manifest": text, "chunks": chunks}


class ServerIndexDamagedError(ServerError):
    """What is on the server is not as it was written."""

    def __init__(self, server: Server, what: str) -> None:
        super().__init__(
            f"{server}: the index is damaged (changed: {what}); make it anew with"
            f" `communique rebuild --force {server.option}`."
        )


class Copy:
    """A generation that answers, and the copy of its files on this machine.

    The copy is made on the first start after a rebuild.
    """

    def __init__(self, server: Server, client: Client | None = None) -> None:
        self.client = client or connect(server)
        self.server = server
        self.generation, found = current(self.client, server)
        text, chunks = found.get("manifest"), found.get("chunks")
        if not isinstance(text, str) or not isinstance(chunks, dict):
            raise ServerIndexDamagedError(server, "its manifest")
        self._text = text
        self._chunks: dict[str, int] = chunks
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        self.name = f"g{self.generation.number}-{digest}"
        self._folder = _cache(server) / self.name

    @property
    def origin(self) -> Origin | None:
        """What the index was made from, by whichever version, if that can be told."""
        return manifest.origin_of(self._text.encode())

    def folder(self) -> Path:
        """Return the folder of the copy, which is as a generation's on disk."""
        if not self._folder.is_dir():
            self._make()
        return self._folder

    def opened(self) -> build.Generation:
        """Return the copy, opened for reading.

        Raises:
            ServerError: It cannot be copied, or its manifest is damaged.
        """
        return build.Generation(self.folder(), self.name, self.manifest())

    def whole(self) -> Path:
        """Return the folder of the copy, copied anew unless all of it is as written."""
        if checksums.digests(self.folder()) != self.manifest().files:
            self.discard()
        return self.folder()

    def discard(self) -> None:
        """Remove the copy; it is made anew when it is asked for."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def manifest(self) -> Manifest:
        """Return the manifest.

        Raises:
            ServerError: The index has another format, or the manifest is damaged.
        """
        try:
            return manifest.parse(self._text.encode(), self._folder)
        except IndexOutdatedError as fault:
            raise self._outdated(fault) from None
        except ManifestUnreadableError:
            raise ServerIndexDamagedError(self.server, "its manifest") from None

    def check(self) -> None:
        """Refuse an index that these versions would not have made in the same way.

        Raises:
            ServerError: Naming each difference.
        """
        try:
            manifest.check(self.manifest(), self._folder)
        except IndexOutdatedError as fault:
            raise self._outdated(fault) from None

    def _outdated(self, fault: IndexOutdatedError) -> ServerError:
        return ServerError(
            f"{self.server}: the index was made with {' and '.join(fault.differences)};"
            f" make it anew with `communique rebuild {self.server.option}`."
        )

    def counted(self) -> int | None:
        """Count the sentences on the server; None where other versions made the index."""
        found = self.manifest()
        if found.differences():
            return None
        arrived(self.client, self.server, self.generation.sentences, found.sentences)
        return found.sentences

    def read(self, read: Callable[[Path], T]) -> T:
        """Return what *read* makes of the folder of the copy."""
        return read(self.whole())

    def verified(self) -> Manifest:
        """Return the manifest if all files are as they were written, no sentence missing.

        Raises:
            ServerError: Something is missing or changed, or other versions made it.
        """
        self.check()
        found = self.manifest()
        arrived(self.client, self.server, self.generation.sentences, found.sentences)
        for name, written in found.files.items():
            digest = hashlib.sha256()
            for data in self._parts(name):
                digest.update(data)
            if digest.hexdigest() != written:
                raise ServerIndexDamagedError(self.server, name)
        return found

    def _parts(self, name: str) -> Iterator[bytes]:
        for number in range(self._chunks.get(name, 0)):
            id_ = f"{name}-{number}"
            get = partial(self.client.get, index=self.generation.files, id=id_)
            yield base64.b64decode(patiently(self.server, get)["_source"]["data"])

    def _make(self) -> None:
        written = self.manifest().files
        shelf = self._folder.parent
        shelf.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(dir=shelf, prefix="building-"))
        try:
            for name in written:
                with (building / name).open("wb") as file:
                    file.writelines(self._parts(name))
            found = checksums.digests(building)
            if wrong := [name for name in written if found[name] != written[name]]:
                raise ServerIndexDamagedError(self.server, ", ".join(wrong))
            (building / MANIFEST).write_text(self._text, encoding="utf-8")
            if not self._folder.is_dir():
                building.rename(self._folder)
        except OSError as fault:
            if not self._folder.is_dir():
                reason = fault.strerror or type(fault).__name__
                raise ServerError(
                    f"{shelf}: the server's files cannot be copied there ({reason});"
                    " mend that or set another cache folder."
                ) from fault
        finally:
            shutil.rmtree(building, ignore_errors=True)
        _sweep(shelf, self._folder)


def _cache(server: Server) -> Path:
    """Return the folder for the copies of an index's generations."""
    from platformdirs import user_cache_path

    named = hashlib.sha256(f"{sorted(server.nodes)}/{server.name}".encode()).hexdigest()
    return user_cache_path("communique-search") / "opensearch" / named[:16]


def _sweep(shelf: Path, kept: Path) -> None:
    """Remove copies of generations that long ago ceased to answer."""
    for folder in shelf.iterdir():
        try:
            old = time.time() - folder.stat().st_mtime > _KEPT
        except OSError:
            continue
        if folder != kept and old:
            shutil.rmtree(folder, ignore_errors=True)
