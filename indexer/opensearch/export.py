"""Writing the requests that create an index on a server to files, to be sent later.

sentences.json              settings and mapping of the index of sentences
sentences-00001.ndjson …    its documents, as bulk requests
files.json, files-….ndjson  the same for the index of files
aliases.json                the request that makes both current
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from indexer.build.manifest import Manifest
from indexer.build.plan import resolve
from indexer.errors import CommuniqueError
from indexer.opensearch.address import Server
from indexer.opensearch.aliases import GenerationNames, switch_request
from indexer.opensearch.bulk import Documents
from indexer.opensearch.file_sync import documents
from indexer.opensearch.mapping import file_settings, settings
from indexer.opensearch.staging import examine_sources, staged
from indexer.progress import Progress, no_progress

_PART = 50 << 20
"""About how many bytes a bulk file has; a server accepts twice that in a request."""


class ExportFolderError(CommuniqueError):
    """The folder for the files is not empty, or cannot be written."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"{folder}: {reason}; give --output an empty or new folder.")


def export(  # noqa: PLR0913 (each has its default)
    folder: Path,
    corpus: Iterable[Path] = (),
    *,
    dictionary: Path | None = None,
    name: str = "main",
    shards: int = 1,
    replicas: int = 0,
    say: Callable[[str], None],
    progress: Progress = no_progress,
) -> Manifest:
    """Write the requests that create the index *name* to *folder*, which has to be empty.

    Raises:
        CommuniqueError: A corpus file is bad, or the folder cannot be used.
    """
    plan = resolve(corpus, dictionary)
    names = GenerationNames(Server((), name), 1)
    reading = examine_sources(plan, say, progress)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise ExportFolderError(folder, "holds something")
        with staged(plan, reading.files) as staging:
            words: Counter[str] = Counter()
            batches = progress(staging.spool.batches, "indexing")
            make = Documents(staging.spool, staging.known_runs.known)
            sentences = (a.lines for batch in batches for a in make.of(batch, words))
            _write(folder / "sentences.json", settings(shards, replicas, staging.size))
            _write_parts(folder, "sentences", sentences)
            manifest = staging.finish(words, reading.unreadable)
            _write(folder / "files.json", file_settings(replicas))
            files = (
                f"{json.dumps({'create': {'_id': id_}})}\n{json.dumps(body)}\n"
                for id_, body in documents(manifest, staging.folder)
            )
            _write_parts(folder, "files", files)
            _write(folder / "aliases.json", switch_request(names, None))
    except OSError as fault:
        raise ExportFolderError(folder, fault.strerror or str(fault)) from fault
    return manifest


def _write(path: Path, record: dict[str, Any]) -> None:
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")


def _write_parts(folder: Path, name: str, lines: Iterable[str]) -> None:
    for number, part in enumerate(_parts(lines), 1):
        path = folder / f"{name}-{number:05}.ndjson"
        path.write_bytes(part)


def _parts(lines: Iterable[str]) -> Iterator[bytes]:
    part = bytearray()
    for line in lines:
        part += line.encode()
        if len(part) >= _PART:
            yield bytes(part)
            part.clear()
    if part:
        yield bytes(part)
