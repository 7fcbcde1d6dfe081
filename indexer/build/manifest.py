"""The manifest: what an index was made from, when, and by which versions.

It is plain JSON, readable without the tools that made the index, and is read before
any file whose reader has to trust its bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from indexer import regular_files
from indexer.analysis.analyzer import ANALYSIS_VERSION
from indexer.errors import CommuniqueError
from indexer.file_names import DOCID_MAP, MANIFEST
from indexer.ingest.edition import Edition
from indexer.ingest.unreadable import Unreadable, UnreadableFile
from indexer.storage import new_file
from indexer.versions import installed_tools

FORMAT = 15
"""Version of the files of a generation, the Whoosh schema included."""


class ManifestUnreadableError(CommuniqueError):
    """The manifest is missing or damaged."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: the index has no readable manifest; make it anew with"
            f" `communique rebuild --index {folder.parent}`."
        )


class IndexOutdatedError(CommuniqueError):
    """The index was made by other versions than the installed ones.

    `differences` are those of `Manifest.differences`.
    """

    def __init__(self, folder: Path, differences: list[str]) -> None:
        super().__init__(
            f"{folder.parent}: the index was made with {' and '.join(differences)};"
            f" make it anew with `communique rebuild --index {folder.parent}`."
        )
        self.differences = differences


class SourceRecord(NamedTuple):
    """A corpus file as it was when it was indexed, and the document in it.

    `sidecar` is the SHA-256 of the file that declares title and date, None without one.
    """

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
    sidecar: str | None = None

    @property
    def edition(self) -> Edition:
        """The edition that the title and the date line name."""
        return Edition(
            document=self.document,
            title=self.title,
            number=self.number,
            date=self.date,
            place=self.place,
            year=self.year,
        )


class Origin(NamedTuple):
    """The inputs of an index, from which it can be rebuilt; every format records them.

    `sources` are the path and the SHA-256 of each corpus file that was read, and `names`
    are those of the documents by path.
    """

    corpus: tuple[str, ...]
    dictionary: str | None
    sources: tuple[tuple[str, str], ...]
    names: Mapping[str, str] = MappingProxyType({})
    allow_unreadable: bool = False


class Manifest(NamedTuple):
    """The contents of an index, its inputs, and when and by which versions it was made.

    `corpus` are the paths that the rebuild was given, empty for the communiqué that is
    part of the program, and `dictionary` that of the user's dictionary. `made` is in UTC,
    as in `2020-10-14T00:00:00Z`. `terms` is the number of distinct terms,
    or an upper bound of it after incremental builds. `files` are the other files of the
    generation with their SHA-256. `unreadable` are the corpus files that were left
    out, as `allow_unreadable` or a missing file allowed.
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
    allow_unreadable: bool = False
    unreadable: Unreadable = Unreadable()

    @property
    def origin(self) -> Origin:
        """The inputs of the index."""
        sources = tuple((each.path, each.sha256) for each in self.sources)
        names = {each.path: each.document for each in self.sources}
        return Origin(
            self.corpus, self.dictionary, sources, names, self.allow_unreadable
        )

    @property
    def is_incremental(self) -> bool:
        """Whether sentences changed since the first segment was written."""
        return DOCID_MAP in self.files

    @property
    def sentences(self) -> int:
        """Number of sentences in all sources."""
        return sum(source.sentences for source in self.sources)

    def differences(self) -> list[str]:
        """Return the versions that differ from the installed ones.

        Each is a phrase such as `kiwipiepy 0.1 (here 0.24.1)`. With none, a rebuild from
        the same inputs would write the same postings.
        """
        phrases = []
        if self.analysis != ANALYSIS_VERSION:
            phrases.append(f"analysis {self.analysis} (here {ANALYSIS_VERSION})")
        for tool, here in installed_tools().items():
            if (version := self.tools.get(tool)) != here:
                phrases.append(f"{tool} {version} (here {here})")
        return phrases

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as a JSON object, as `communique info --json` prints it."""
        files = [each._asdict() for each in self.unreadable.files]
        return {
            **self._asdict(),
            "sources": [each._asdict() for each in self.sources],
            "unreadable": {"count": self.unreadable.total, "files": files},
        }

    def write(self, folder: Path) -> None:
        """Write manifest.json into the folder of a generation."""
        text = json.dumps(self.to_json(), ensure_ascii=False, indent=1)
        new_file.write(folder / MANIFEST, f"{text}\n".encode())


def read(folder: Path) -> Manifest:
    """Read the manifest of the index in *folder* without comparing it with its seal.

    Raises:
        ManifestUnreadableError: There is none, or it is damaged.
        IndexOutdatedError: The index has another format.
        FileNotFoundError: The folder does not exist.
    """
    return parse(read_bytes(folder), folder)


def read_bytes(folder: Path) -> bytes:
    """Read the file manifest.json of the index in *folder*.

    Raises:
        ManifestUnreadableError: There is none, or it cannot be read.
        FileNotFoundError: The folder does not exist.
    """
    try:
        with regular_files.open_file(folder / MANIFEST) as file:
            return file.read()
    except FileNotFoundError:
        if not folder.exists():
            raise  # A rebuild has swept it away: the reader opens its successor.
        raise ManifestUnreadableError(folder) from None
    except OSError as fault:
        if regular_files.is_refused(fault):
            raise
        raise ManifestUnreadableError(folder) from None


def parse(data: bytes, folder: Path) -> Manifest:
    """Parse a manifest; *folder*, where its index is, is named in errors.

    Raises:
        ManifestUnreadableError: *data* is no manifest.
        IndexOutdatedError: The index has another format.
    """
    try:
        record = json.loads(data.decode())
        if record["format"] != FORMAT:
            difference = f"index format {record['format']} (here {FORMAT})"
            raise IndexOutdatedError(folder, [difference])
        sources = tuple(SourceRecord(**source) for source in record.pop("sources"))
        corpus = tuple(record.pop("corpus"))
        tools = dict(record.pop("tools").items())
        files = dict(record.pop("files").items())
        left_out = record.pop("unreadable")
        unreadable = Unreadable(
            left_out["count"], tuple(UnreadableFile(**f) for f in left_out["files"])
        )
        return Manifest(
            tools=tools,
            corpus=corpus,
            sources=sources,
            files=files,
            unreadable=unreadable,
            **record,
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ManifestUnreadableError(folder) from None


def origin_of(data: bytes) -> Origin | None:
    """Return the origin that a manifest of any format records; None if it is damaged."""
    try:
        record = json.loads(data.decode())
        sources = [(each["path"], each["sha256"]) for each in record["sources"]]
        names = {str(each["path"]): str(each["document"]) for each in record["sources"]}
        origin = Origin(
            tuple(record["corpus"]),
            record["dictionary"],
            tuple(sources),
            names,
            record.get("allow_unreadable") is True,
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    paths = (*origin.corpus, *(path for path, _ in sources), origin.dictionary or "")
    is_usable = all(isinstance(path, str) and "\0" not in path for path in paths)
    return origin if is_usable else None


def check(manifest: Manifest, folder: Path) -> None:
    """Refuse an index that the installed versions would not have made in the same way.

    Raises:
        IndexOutdatedError: The message lists each difference.
    """
    if differences := manifest.differences():
        raise IndexOutdatedError(folder, differences)
