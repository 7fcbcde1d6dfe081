"""Writing an index for a server to files, for those who load it by their own means.

sentences.json              settings and mapping of the index of sentences
sentences-00001.ndjson …    its documents, as bulk requests
files.json, files-….ndjson  the same of the index of files
aliases.json                what then makes both answer, in one step
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
from indexer.opensearch.aliases import GenerationNames, switching
from indexer.opensearch.file_sync import documents
from indexer.opensearch.mapping import file_settings, settings
from indexer.opensearch.staging import examined, prepared
from indexer.progress import Progress, no_progress

_PART = 50 << 20
"""About how many bytes a bulk file has; a server takes twice that in a request."""


class ExportFolderError(CommuniqueError):
    """The folder to write to cannot be used."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"{folder}: {why}; give --output an empty or new folder.")


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
    """Write to *folder* what a server needs to have the index of that name.

    Raises:
        CommuniqueError: A corpus file is bad, or the folder cannot be used.
    """
    plan = resolve(corpus, dictionary)
    to = GenerationNames(Server((), name), 1)
    read = examined(plan, say, progress)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise ExportFolderError(folder, "holds something")
        with prepared(plan, read) as ready:
            words: Counter[str] = Counter()
            batches = progress(ready.spool.batches, "indexing")
            make = ready.documents
            sentences = (a.lines for batch in batches for a in make.of(batch, words))
            _write(folder / "sentences.json", settings(shards, replicas, ready.size))
            _write_parts(folder, "sentences", sentences)
            made = ready.finish(words)
            _write(folder / "files.json", file_settings(replicas))
            files = (
                f"{json.dumps({'create': {'_id': id_}})}\n{json.dumps(body)}\n"
                for id_, body in documents(made, ready.folder)
            )
            _write_parts(folder, "files", files)
            _write(folder / "aliases.json", switching(to, None))
    except OSError as fault:
        raise ExportFolderError(folder, fault.strerror or str(fault)) from fault
    return made


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
