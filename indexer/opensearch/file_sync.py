"""The files of a generation on a server, and their copies on this machine.

Lexicon, words and abbreviations grow with the words of a corpus, not with its sentences.
A rebuild stores them on the server in chunks. Each machine that searches copies them
once per generation, so that looking up a word takes no request.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from indexer.build import manifest
from indexer.build.generation import Generation
from indexer.build.manifest import (
    IndexOutdatedError,
    Manifest,
    ManifestUnreadableError,
    Origin,
)
from indexer.file_names import MANIFEST
from indexer.opensearch.address import Server, ServerError
from indexer.opensearch.aliases import GenerationNames, check_count, current
from indexer.opensearch.client import (
    Client,
    connect,
    patiently,
    persistently,
    shard_wait,
)
from indexer.storage import checksums

_CHUNK = 4 << 20
"""Bytes of a file in one document."""
_LIFETIME = 86_400.0
"""Seconds for which copies of superseded generations are kept."""


def put(
    client: Client,
    server: Server,
    names: GenerationNames,
    manifest: Manifest,
    folder: Path,
) -> None:
    """Store the files in *folder*, and then their *manifest*, on the server."""
    index = partial(client.index, index=names.files, params=shard_wait())
    for id_, body in documents(manifest, folder):
        write = partial(index, id=id_, body=body)
        persistently(server, write)
    persistently(server, lambda: client.indices.refresh(index=names.files))


def documents(manifest: Manifest, folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the id and the body of each document of the index of files.

    A chunk is `("words.bin-0", {"data": base64})`. The last document is `"manifest"`,
    with the text of the manifest and the number of chunks of each file.
    """
    chunks = {}
    for name in manifest.files:
        data = (folder / name).read_bytes()
        starts = range(0, len(data), _CHUNK)
        chunks[name] = len(starts)
        for number, start in enumerate(starts):
            encoded = base64.b64encode(data[start : start + _CHUNK]).decode()
            yield f"{name}-{number}", {"data": encoded}
    text = json.dumps(manifest.to_json(), ensure_ascii=False)
    yield "manifest", {"manifest": text, "chunks": chunks}


class ServerIndexDamagedError(ServerError):
    """The files on the server have changed since they were written."""

    def __init__(self, server: Server, changed: str) -> None:
        super().__init__(
            f"{server}: the index is damaged (changed: {changed}); make it anew with"
            f" `communique rebuild --force {server.option}`."
        )


class ServerGeneration(Generation):
    """A generation whose folder is a copy, and whose sentences *server* searches.

    `index` is the name of the index of its sentences.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (three more than on disk)
        self,
        folder: Path,
        name: str,
        manifest: Manifest,
        client: Client,
        server: Server,
        index: str,
    ) -> None:
        super().__init__(folder, name, manifest)
        self.client = client
        self.server = server
        self.index = index


class RemoteGeneration:
    """The current generation on a server; its files are copied when they are needed.

    Raises:
        NoServerIndexError: The server has no such index.
        ServerError: The server does not answer, or its manifest is missing.
    """

    def __init__(self, server: Server, client: Client | None = None) -> None:
        self.client = client or connect(server)
        self.server = server
        self.names, record = current(self.client, server)
        text, chunks = record.get("manifest"), record.get("chunks")
        if not isinstance(text, str) or not isinstance(chunks, dict):
            raise ServerIndexDamagedError(server, "its manifest")
        self._text = text
        self._chunks: dict[str, int] = chunks
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        self.name = f"g{self.names.number}-{digest}"
        self._folder = _cache(server) / self.name

    @property
    def origin(self) -> Origin | None:
        """The inputs of the index, of any format; None if its manifest is damaged."""
        return manifest.origin_of(self._text.encode())

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

    def check_versions(self) -> None:
        """Refuse an index that the installed versions would not have made in the same way.

        Raises:
            ServerError: The message lists each difference.
        """
        try:
            manifest.check(self.manifest(), self._folder)
        except IndexOutdatedError as fault:
            raise self._outdated(fault) from None

    def check_count(self) -> None:
        """Compare the number of sentences on the server with the manifest.

        Raises:
            ServerError: They differ.
        """
        sentences = self.manifest().sentences
        check_count(self.client, self.server, self.names.sentences, sentences)

    def verify(self) -> Manifest:
        """Read all files on the server and count its sentences; return the manifest.

        Raises:
            ServerError: A file has changed, a sentence is missing, or other versions
                made the index.
        """
        self.check_versions()
        self.check_count()
        verified = self.manifest()
        for name, recorded in verified.files.items():
            digest = hashlib.sha256()
            for data in self._chunks_of(name):
                digest.update(data)
            if digest.hexdigest() != recorded:
                raise ServerIndexDamagedError(self.server, name)
        return verified

    def opened(self) -> ServerGeneration:
        """Return the generation for reading, its files copied.

        Raises:
            GenerationDamagedError: The copy has changed since it was made.
            FileNotFoundError: A file of the copy is missing.
            ServerError: The files cannot be copied, or their manifest is damaged.
        """
        generation = ServerGeneration(
            self.folder(),
            self.name,
            self.manifest(),
            self.client,
            self.server,
            self.names.sentences,
        )
        generation.check_files()
        return generation

    def folder(self) -> Path:
        """Return the folder of the copy; its files are those of a generation on disk."""
        if not self._folder.is_dir():
            self._copy()
        return self._folder

    def intact_folder(self) -> Path:
        """Return the folder of the copy after comparing all files with the manifest.

        If one has changed, all are copied again.
        """
        if checksums.digests(self.folder()) != self.manifest().files:
            self.discard()
        return self.folder()

    def discard(self) -> None:
        """Remove the copy."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _outdated(self, fault: IndexOutdatedError) -> ServerError:
        return ServerError(
            f"{self.server}: the index was made with {' and '.join(fault.differences)};"
            f" make it anew with `communique rebuild {self.server.option}`."
        )

    def _chunks_of(self, name: str) -> Iterator[bytes]:
        for number in range(self._chunks.get(name, 0)):
            id_ = f"{name}-{number}"
            get = partial(self.client.get, index=self.names.files, id=id_)
            yield base64.b64decode(patiently(self.server, get)["_source"]["data"])

    def _copy(self) -> None:
        """Copy all files to a new folder, compare them, and rename it to its name."""
        recorded = self.manifest().files
        copies = self._folder.parent
        copies.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(dir=copies, prefix="building-"))
        try:
            for name in recorded:
                with (building / name).open("wb") as file:
                    file.writelines(self._chunks_of(name))
            digests = checksums.digests(building)
            if changed := [n for n in recorded if digests[n] != recorded[n]]:
                raise ServerIndexDamagedError(self.server, ", ".join(changed))
            (building / MANIFEST).write_text(self._text, encoding="utf-8")
            if not self._folder.is_dir():
                building.rename(self._folder)
        except OSError as fault:
            # Another process may have made the same copy first.
            if not self._folder.is_dir():
                reason = fault.strerror or type(fault).__name__
                raise ServerError(
                    f"{copies}: the server's files cannot be copied there ({reason});"
                    " mend that or set another cache folder."
                ) from fault
        finally:
            shutil.rmtree(building, ignore_errors=True)
        _sweep(copies, self._folder)


def _cache(server: Server) -> Path:
    """Return the folder for the copies of an index, one folder per generation."""
    from platformdirs import user_cache_path

    digest = hashlib.sha256(f"{sorted(server.nodes)}/{server.name}".encode())
    return user_cache_path("communique-search") / "opensearch" / digest.hexdigest()[:16]


def _sweep(copies: Path, current: Path) -> None:
    """Remove copies of generations that have not been current for `_LIFETIME`."""
    for folder in copies.iterdir():
        try:
            is_old = time.time() - folder.stat().st_mtime > _LIFETIME
        except OSError:
            continue
        if folder != current and is_old:
            shutil.rmtree(folder, ignore_errors=True)
