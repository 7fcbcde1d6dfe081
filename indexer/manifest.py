"""The manifest: what an index was made from, and by which versions.

It is plain JSON and read before anything of the index that needs trust.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from indexer.analysis import ANALYSIS_VERSION
from indexer.edition import Edition
from indexer.errors import CommuniqueError
from indexer.store import Store
from indexer.versions import installed_tools

FORMAT = 3
"""Version of the layout of an index on disk, the Whoosh schema included."""

_FILE = "manifest.json"


class ManifestUnreadableError(CommuniqueError):
    """The manifest is missing or damaged."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: the index has no readable manifest; make it anew with"
            f" `communique rebuild --index {folder.parent}`."
        )


class GenerationDamagedError(CommuniqueError):
    """Files of the index are not as they were written."""

    def __init__(self, folder: Path, what: str) -> None:
        super().__init__(
            f"{folder.parent}: the index is damaged ({what}); make it anew with"
            f" `communique rebuild --force --index {folder.parent}`."
        )


class IndexOutdatedError(CommuniqueError):
    """The index was made by other versions than those that would read it."""

    def __init__(self, folder: Path, differences: list[str]) -> None:
        super().__init__(
            f"{folder.parent}: the index was made with {' and '.join(differences)};"
            f" make it anew with `communique rebuild --index {folder.parent}`."
        )


class SourceRecord(NamedTuple):
    """A corpus file as it was when it was indexed."""

    document: str
    path: str
    sha256: str
    encoding: str
    title: str | None
    dateline: str | None
    number: int | None
    date: str | None
    place: str | None
    year: int | None
    paragraphs: int
    sentences: int

    @property
    def edition(self) -> Edition:
        """Which edition the document is."""
        return Edition(
            document=self.document,
            title=self.title,
            number=self.number,
            date=self.date,
            place=self.place,
            year=self.year,
        )


class Manifest(NamedTuple):
    """What an index holds, from what, made when and by which versions.

    `corpus` is the paths that were given to the rebuild, none for the communiqué that
    comes with the program, and `dictionary` that of the user's dictionary. `files` are
    the other files of the index with their SHA-256.
    """

    format: int
    analysis: int
    tools: dict[str, str]
    made: str
    corpus: tuple[str, ...]
    dictionary: str | None
    dictionary_sha256: str | None
    sources: tuple[SourceRecord, ...]
    terms: int
    files: dict[str, str]

    @property
    def sentences(self) -> int:
        """How many sentences the index holds."""
        return sum(source.sentences for source in self.sources)

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as a JSON object."""
        return {**self._asdict(), "sources": [s._asdict() for s in self.sources]}

    def write(self, folder: Path) -> None:
        """Write the manifest into the folder of its index."""
        text = json.dumps(self.to_json(), ensure_ascii=False, indent=1)
        (folder / _FILE).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """Read the manifest of the index in *folder*.

    Raises:
        ManifestUnreadableError: There is none, or it is damaged.
        IndexOutdatedError: The index has another format.
    """
    try:
        record = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        if record["format"] != FORMAT:
            difference = f"index format {record['format']} (here {FORMAT})"
            raise IndexOutdatedError(folder, [difference])
        sources = tuple(SourceRecord(**source) for source in record.pop("sources"))
        corpus = tuple(record.pop("corpus"))
        tools = dict(record.pop("tools").items())
        files = dict(record.pop("files").items())
        return Manifest(
            tools=tools, corpus=corpus, sources=sources, files=files, **record
        )
    except FileNotFoundError:
        if not folder.exists():
            raise  # Swept away by a rebuild: the reader looks for its successor.
        raise ManifestUnreadableError(folder) from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ManifestUnreadableError(folder) from None


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file in *folder* but the manifest, by relative path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in files
        if path.name != _FILE
    }


def verify(manifest: Manifest, folder: Path) -> None:
    """Read every file of the index in *folder*, and compare it with what was written.

    Raises:
        GenerationDamagedError: Naming the files that are missing, changed or new.
    """
    found = hashes(folder)
    names = sorted(found.keys() | manifest.files.keys())
    changed = [name for name in names if found.get(name) != manifest.files.get(name)]
    if changed:
        raise GenerationDamagedError(folder, f"changed: {', '.join(changed)}")


def current(store: Store) -> Manifest:
    """Read the manifest of the index that answers.

    Raises:
        CommuniqueError: There is no index, or its manifest is damaged.
    """
    try:
        return store.read(read)
    except FileNotFoundError:
        raise ManifestUnreadableError(store.current()) from None


def is_ours(manifest: Manifest) -> bool:
    """Tell whether these versions would have made the index in the same way."""
    return not list(_differences(manifest))


def check(manifest: Manifest, folder: Path) -> None:
    """Refuse an index that these versions would not have made in the same way.

    Raises:
        IndexOutdatedError: Naming each difference.
    """
    if differences := list(_differences(manifest)):
        raise IndexOutdatedError(folder, differences)


def _differences(manifest: Manifest) -> Iterator[str]:
    if manifest.analysis != ANALYSIS_VERSION:
        yield f"analysis {manifest.analysis} (here {ANALYSIS_VERSION})"
    for tool, here in installed_tools().items():
        if (there := manifest.tools.get(tool)) != here:
            yield f"{tool} {there} (here {here})"
