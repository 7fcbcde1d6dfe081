"""The manifest: what an index was made from, and by which versions.

It is plain JSON and read before anything of the index that needs trust.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from indexer.analysis import ANALYSIS_VERSION
from indexer.errors import CommuniqueError
from indexer.store import Store

FORMAT = 1
"""Version of the layout of an index on disk, the Whoosh schema included."""

_FILE = "manifest.json"
_TOOLS = ("whoosh", "kiwipiepy", "kiwipiepy_model")


class ManifestUnreadableError(CommuniqueError):
    """The manifest is missing or damaged."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: the index has no readable manifest; make it anew with"
            f" `communique rebuild --index {folder.parent}`."
        )


class IndexOutdatedError(CommuniqueError):
    """The index was made by other versions than those that would read it."""

    def __init__(self, folder: Path, differences: list[str]) -> None:
        super().__init__(
            f"{folder.parent}: the index was made with {' and '.join(differences)};"
            f" make it anew with `communique rebuild --index {folder.parent}`."
        )


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A corpus file as it was when it was indexed."""

    document: str
    path: str
    sha256: str
    encoding: str
    title: str | None
    dateline: str | None
    paragraphs: int
    sentences: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index holds, from what, made when and by which versions.

    `corpus` is the paths that were given to the rebuild, none for the communiqué that
    comes with the program, and `dictionary` that of the user's dictionary.
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

    @property
    def sentences(self) -> int:
        """How many sentences the index holds."""
        return sum(source.sentences for source in self.sources)

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as a JSON object."""
        return asdict(self)

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
        return Manifest(tools=tools, corpus=corpus, sources=sources, **record)
    except FileNotFoundError:
        if not folder.exists():
            raise  # Swept away by a rebuild: the reader looks for its successor.
        raise ManifestUnreadableError(folder) from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ManifestUnreadableError(folder) from None


def current(store: Store) -> Manifest:
    """Read the manifest of the index that answers.

    Raises:
        CommuniqueError: There is no index, or its manifest is damaged.
    """
    try:
        return store.read(read)
    except FileNotFoundError:
        raise ManifestUnreadableError(store.current()) from None


def check(manifest: Manifest, folder: Path) -> None:
    """Refuse an index that these versions would not have made in the same way.

    Raises:
        IndexOutdatedError: Naming each difference.
    """
    if differences := list(_differences(manifest)):
        raise IndexOutdatedError(folder, differences)


def installed_tools() -> dict[str, str]:
    """Return the versions of the tools that shape an index."""
    return {tool: _version(tool) for tool in _TOOLS}


def program_version() -> str:
    """Return the version of this program."""
    return _version("communique-search")


def _version(distribution: str) -> str:
    # whoosh3 is the maintained fork of whoosh under the same import name.
    for name in (distribution, f"{distribution}3"):
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return "(not installed)"


def _differences(manifest: Manifest) -> Iterator[str]:
    if manifest.analysis != ANALYSIS_VERSION:
        yield f"analysis {manifest.analysis} (here {ANALYSIS_VERSION})"
    for tool, here in installed_tools().items():
        if (there := manifest.tools.get(tool)) != here:
            yield f"{tool} {there} (here {here})"
