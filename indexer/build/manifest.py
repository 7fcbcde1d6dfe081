"""The manifest: what an index was made from, and by which versions.

It is plain JSON and read before anything of the index that needs trust.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from indexer.analysis.analyzer import ANALYSIS_VERSION
from indexer.build.index_directory import (
    IndexDamagedError,
    IndexDirectory,
    NoIndexError,
)
from indexer.errors import CommuniqueError
from indexer.file_names import CHECKSUMS, MANIFEST
from indexer.ingest.edition import Edition
from indexer.versions import installed_tools

FORMAT = 7
"""Version of the layout of an index on disk, the Whoosh schema included."""


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


class OriginLostError(CommuniqueError):
    """What an index was made from cannot be told, and nothing else is given."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: what the index was made from can no longer be told; give --corpus"
            " what to index, or remove the folder."
        )


class IndexOutdatedError(CommuniqueError):
    """The index was made by other versions than those that would read it."""

    def __init__(self, folder: Path, differences: list[str]) -> None:
        super().__init__(
            f"{folder.parent}: the index was made with {' and '.join(differences)};"
            f" make it anew with `communique rebuild --index {folder.parent}`."
        )
        self.differences = differences


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


class Origin(NamedTuple):
    """What an index was made from, to be made again, as manifests of all formats say.

    `sources` are the corpus files that were read, each a path and its SHA-256.
    """

    corpus: tuple[str, ...]
    dictionary: str | None
    sources: tuple[tuple[str, str], ...]


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
    def origin(self) -> Origin:
        """What the index was made from, to be made again."""
        sources = tuple((each.path, each.sha256) for each in self.sources)
        return Origin(self.corpus, self.dictionary, sources)

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
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """Read the manifest of the index in *folder*, be it sealed or not.

    Raises:
        ManifestUnreadableError: There is none, or it is damaged.
        IndexOutdatedError: The index has another format.
    """
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
    except FileNotFoundError:
        if not folder.exists():
            raise  # Swept away by a rebuild: the reader looks for its successor.
        raise ManifestUnreadableError(folder) from None
    except (OSError, ValueError):
        raise ManifestUnreadableError(folder) from None
    return parsed(text, folder)


def parsed(text: str, folder: Path) -> Manifest:
    """Return the manifest that *text* is, of the index in *folder*.

    Raises:
        ManifestUnreadableError: It is none.
        IndexOutdatedError: The index has another format.
    """
    try:
        record = json.loads(text)
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
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ManifestUnreadableError(folder) from None


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file in *folder* but the manifest, by relative path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in files
        if path.name != MANIFEST
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


def trusted(folder: Path) -> Manifest:
    """Read the manifest of the index in *folder*, which its other files are checked by.

    Raises:
        CommuniqueError: It is damaged, or other versions made the index.
        FileNotFoundError: Another index answers by now, or a file is missing.
    """
    found = read(folder)
    check(found, folder)
    _check_seal(folder)
    checksums = hashlib.sha256((folder / CHECKSUMS).read_bytes()).hexdigest()
    if found.files.get(CHECKSUMS) != checksums:
        raise GenerationDamagedError(folder, f"changed: {CHECKSUMS}")
    for name in found.files:
        # Whoosh takes a file that is not there for one that need not be.
        (folder / name).stat()
    return found


def current(directory: IndexDirectory) -> Manifest:
    """Read the manifest of the index that answers, whichever versions made it.

    Raises:
        CommuniqueError: There is no index, or its manifest is damaged.
    """

    def sealed(folder: Path) -> Manifest:
        found = read(folder)
        _check_seal(folder)
        return found

    return directory.read(sealed)


def _check_seal(folder: Path) -> None:
    if not IndexDirectory(folder.parent).is_sealed(folder):
        raise GenerationDamagedError(folder, f"changed: {MANIFEST}")


def origin(directory: IndexDirectory) -> Origin | None:
    """Tell what the index was made from, by whichever version; None where there is none.

    Where CURRENT was lost, the newest generation tells. A manifest that is not the one
    that CURRENT seals may be of another corpus, and tells nothing.

    Raises:
        OriginLostError: There is an index, and it does not tell.
        NotAnIndexError: The folder holds other things.
    """
    try:
        generations = directory.meant()
    except NoIndexError:
        return None
    except IndexDamagedError:
        generations = directory.generations()
    for generation in generations:
        try:
            text = (generation / MANIFEST).read_text(encoding="utf-8")
        except (OSError, ValueError):
            continue
        if found := origin_of(text):
            return found
    raise OriginLostError(directory.folder)


def origin_of(text: str) -> Origin | None:
    """Tell what an index was made from by the *text* of its manifest, of any version."""
    try:
        record = json.loads(text)
        sources = [(each["path"], each["sha256"]) for each in record["sources"]]
        found = Origin(tuple(record["corpus"]), record["dictionary"], tuple(sources))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    paths = (*found.corpus, *(path for path, _ in sources), found.dictionary or "")
    told = all(isinstance(path, str) and "\0" not in path for path in paths)
    return found if told else None


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
