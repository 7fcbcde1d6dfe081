"""The plan of a rebuild: its inputs, given by the user or recorded in the old index."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from indexer.analysis import kiwi
from indexer.build.manifest import Manifest, Origin
from indexer.errors import CommuniqueError
from indexer.extract import user_dictionary
from indexer.extract.user_dictionary import UserDictionary
from indexer.ingest import file_search
from indexer.ingest.document_names import NO_NAMES
from indexer.ingest.source import Source, SourceFile
from indexer.ingest.unreadable import Unreadable

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
"""The folder of the communiqué that is part of the program."""


_WAS_INDEXED = "; it was indexed before"
"""The end of the reason of a file that is left out, if the index had its sentences."""


class SourceGoneError(CommuniqueError):
    """Corpus files of the old index no longer exist."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(
            f"{', '.join(paths)}: indexed before, and not there now; put it back, give"
            " --corpus what to index, or --allow-missing to go on without."
        )


class SourceUnreadableError(CommuniqueError):
    """Corpus files of the old index yield no text any more."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(
            f"{', '.join(paths)}: indexed before, and unreadable now; replace the file, or"
            " leave out its sentences with --allow-unreadable."
        )


class IdTwiceError(CommuniqueError):
    """Two sentences of the corpus have the same id."""

    def __init__(self, id_: str, first: Path, second: Path) -> None:
        files = f"in {first}" if first == second else f"in {first} and in {second}"
        super().__init__(f"the id {id_!r} stands twice, {files}; make ids unique.")


class CorpusBlankError(CommuniqueError):
    """The corpus has no sentence."""

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__(
            f"{', '.join(map(str, paths))}: nothing but blank text; give --corpus"
            " something to index."
            if paths
            else "nothing of the corpus is left; give --corpus something to index."
        )


class BuildPlan(NamedTuple):
    """The inputs of a rebuild, resolved.

    `corpus` are absolute paths of files and folders, empty for the communiqué that is
    part of the program. `dictionary` is the content of the file `dictionary_path`, if
    there is one. `repeated` are the inputs of the old index, if its corpus is indexed
    again. `names` are those of the documents in the old index, by path, and
    `allow_unreadable` is whether files that yield no text are left out. Those that were
    indexed before are only left out if this rebuild `drops_indexed`.
    """

    corpus: tuple[Path, ...]
    dictionary_path: Path | None
    dictionary: UserDictionary
    repeated: Origin | None
    names: Mapping[str, str] = NO_NAMES
    allow_unreadable: bool = False
    drops_indexed: bool = False

    @property
    def corpus_names(self) -> tuple[str, ...]:
        """The paths of the corpus, as the manifest records them."""
        return tuple(map(str, self.corpus))

    @property
    def dictionary_name(self) -> str | None:
        """The path of the dictionary, as the manifest records it."""
        return str(self.dictionary_path) if self.dictionary_path else None

    def needs_space(self, lines: Sequence[str]) -> list[bool]:
        """Return `kiwi.spaces_between`, by the Kiwi that also analyses the sentences."""
        return kiwi.spaces_between(lines, self.dictionary.words)

    def find_files(
        self, say: Callable[[str], None], *, allow_missing: bool = False
    ) -> list[Path]:
        """Return the files of the corpus, those in its folders included.

        Raises:
            CommuniqueError: A path does not exist, or is of an unknown kind.
        """
        corpus = self.corpus or (CORPUS,)
        return file_search.find(corpus, say, allow_missing=allow_missing)

    def check_sources(
        self,
        sources: Iterable[Source | SourceFile],
        say: Callable[[str], None],
        *,
        allow_missing: bool,
        left_out: Container[str] = (),
    ) -> None:
        """Refuse to drop a file of the repeated corpus; a renamed file is not dropped.

        *left_out* are the paths of files that are there, and may be skipped.

        Raises:
            SourceUnreadableError: A file yields no text any more, and neither
                `drops_indexed` nor *allow_missing* is on.
            SourceGoneError: A file is gone, and *allow_missing* is off.
        """
        if not self.repeated:
            return
        present = {key for s in sources for key in (str(s.path), s.sha256)}
        dropped = [
            path
            for path, sha256 in self.repeated.sources
            if not present & {path, sha256}
        ]
        unreadable = [path for path in dropped if path in left_out]
        gone = [path for path in dropped if path not in left_out]
        if unreadable and not (self.drops_indexed or allow_missing):
            raise SourceUnreadableError(unreadable)
        if gone and not allow_missing:
            raise SourceGoneError(gone)
        for path in unreadable:
            say(f"left out: {path} was indexed before, and its sentences are no longer")
        for path in gone:
            say(f"left out: {path} was indexed before and is not there now")

    def with_history(
        self, unreadable: Unreadable, previous: Manifest | None
    ) -> Unreadable:
        """Add to the reasons of files that are left out that they were indexed before.

        *previous* is the manifest of the old index, which may already say so.
        """
        if not (self.repeated and previous):
            return unreadable
        indexed = {path for path, _ in self.repeated.sources}
        indexed |= {
            file.path
            for file in previous.unreadable.files
            if file.reason.endswith(_WAS_INDEXED)
        }
        files = tuple(
            file._replace(reason=file.reason + _WAS_INDEXED)
            if file.path in indexed
            else file
            for file in unreadable.files
        )
        return unreadable._replace(files=files)

    def matches(
        self,
        manifest: Manifest,
        sources: Iterable[Source | SourceFile],
        unreadable: Unreadable,
    ) -> bool:
        """Return whether an index was made from these inputs and these *sources*."""
        recorded = [
            (each.document, each.path, each.sha256, each.sidecar)
            for each in manifest.sources
        ]
        present = [
            (each.name, str(each.path), each.sha256, each.declared.sha256)
            for each in sources
        ]
        return (
            recorded == present
            and manifest.unreadable == unreadable
            and manifest.allow_unreadable == self.allow_unreadable
            and manifest.corpus == self.corpus_names
            and manifest.dictionary == self.dictionary_name
            and manifest.dictionary_sha256 == self.dictionary.sha256
        )


def resolve(  # noqa: PLR0913 (each has its default)
    corpus: Iterable[Path],
    dictionary: Path | None,
    *,
    keep_dictionary: bool = True,
    allow_unreadable: bool | None = None,
    previous: Manifest | None = None,
    origin: Origin | None = None,
) -> BuildPlan:
    """Resolve the inputs of a rebuild; inputs not given are those of the old index.

    Args:
        corpus: Files and folders; if empty, those of *origin*.
        dictionary: The file of the user's dictionary; if None, that of *origin*.
        keep_dictionary: Whether the dictionary of *origin* is used.
        allow_unreadable: Whether files that yield no text are left out; if None, as
            before where the corpus is that of *origin*.
        previous: The manifest of the old index, whose dictionary Kiwi has accepted.
        origin: The inputs of the old index, if they are recorded.

    Raises:
        CommuniqueError: The dictionary is missing, unreadable or malformed.
    """
    if origin and origin.dictionary and keep_dictionary and not dictionary:
        dictionary = Path(origin.dictionary)
    paths = tuple(Path(os.path.realpath(path)) for path in corpus)
    repeated = None if paths else origin
    if repeated:
        paths = tuple(map(Path, repeated.corpus))
    drops_indexed = bool(allow_unreadable)
    if allow_unreadable is None:
        allow_unreadable = bool(repeated and repeated.allow_unreadable)
    names = origin.names if origin else NO_NAMES
    path = Path(os.path.realpath(dictionary)) if dictionary else None
    content = _read(dictionary, previous) if dictionary else user_dictionary.EMPTY
    return BuildPlan(
        paths, path, content, repeated, names, allow_unreadable, drops_indexed
    )


def _read(dictionary: Path, previous: Manifest | None) -> UserDictionary:
    """Read a dictionary; Kiwi checks it unless the old index was made with the same."""
    content = user_dictionary.read(dictionary)
    if (
        previous
        and previous.dictionary_sha256 == content.sha256
        and not previous.differences()
    ):
        return content
    return user_dictionary.read(dictionary, trusted=False)
