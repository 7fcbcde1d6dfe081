"""The request: what an index is to be made from, be it asked for or as it was before."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from indexer.analysis.analyzer import ANALYSIS_VERSION
from indexer.build import manifest
from indexer.build.manifest import Manifest, Origin, SourceRecord
from indexer.errors import CommuniqueError
from indexer.extract import user_dictionary as dictionaries
from indexer.extract.user_dictionary import UserDictionary
from indexer.file_names import DICTIONARY
from indexer.ingest import corpus_files
from indexer.ingest.corpus_files import Source, SourceFile
from indexer.storage import checksums
from indexer.versions import installed_tools

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
"""The folder of the communiqué that comes with the program."""


class SourceGoneError(CommuniqueError):
    """Files that were indexed before are not there any more."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(
            f"{', '.join(paths)}: indexed before, and not there now; put it back, give"
            " --corpus what to index, or --allow-missing to go on without."
        )


class Request(NamedTuple):
    """What an index is to be made from.

    `corpus` is the files and folders, none for the communiqué that comes with the
    program, and `own` is what stands in the `dictionary`, if there is one. `repeated` is
    what the index before was made from, where the corpus is that of before.
    """

    corpus: tuple[Path, ...]
    dictionary: Path | None
    own: UserDictionary
    repeated: Origin | None

    def files(
        self, say: Callable[[str], None], *, allow_missing: bool = False
    ) -> list[Path]:
        """Return the files of the corpus.

        Raises:
            CommuniqueError: A path is missing, or of another kind.
        """
        corpus = self.corpus or (CORPUS,)
        return corpus_files.find(corpus, say, allow_missing=allow_missing)

    def check_gone(
        self,
        read: Iterable[Source | SourceFile],
        say: Callable[[str], None],
        *,
        allow_missing: bool,
    ) -> None:
        """Refuse to go on without a source of before, unless it now has another name.

        Raises:
            SourceGoneError: There is one that may not be missing.
        """
        if not self.repeated:
            return
        kept = {name for source in read for name in (str(source.path), source.sha256)}
        gone = [
            path for path, sha256 in self.repeated.sources if not kept & {path, sha256}
        ]
        if gone and not allow_missing:
            raise SourceGoneError(gone)
        for path in gone:
            say(f"left out: {path} was indexed before and is not there now")

    def made(self, index: Manifest, read: Iterable[Source | SourceFile]) -> bool:
        """Tell whether *index* was made from just this, with the sources as now *read*."""
        then = [(each.document, each.path, each.sha256) for each in index.sources]
        now = [(source.name, str(source.path), source.sha256) for source in read]
        asked = (self._corpus(), self._place(), self.own.sha256, now)
        return asked == (index.corpus, index.dictionary, index.dictionary_sha256, then)

    def complete(
        self, folder: Path, records: Iterable[SourceRecord], terms: int
    ) -> Manifest:
        """Add dictionary and checksums to the files of a generation; return its manifest."""
        if self.dictionary:
            (folder / DICTIONARY).write_bytes(self.own.data)
        checksums.write(folder)
        return Manifest(
            format=manifest.FORMAT,
            analysis=ANALYSIS_VERSION,
            tools=installed_tools(),
            made=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            corpus=self._corpus(),
            dictionary=self._place(),
            dictionary_sha256=self.own.sha256,
            sources=tuple(records),
            terms=terms,
            files=manifest.hashes(folder),
        )

    def _corpus(self) -> tuple[str, ...]:
        return tuple(map(str, self.corpus))

    def _place(self) -> str | None:
        return os.path.realpath(self.dictionary) if self.dictionary else None


def request(
    corpus: Iterable[Path],
    dictionary: Path | None,
    before: Manifest | None = None,
    origin: Origin | None = None,
) -> Request:
    """Return what is asked for, and for the rest what an index was made from.

    Args:
        corpus: The files and folders given; without any, those of *origin*.
        dictionary: The file with the user's own words.
        before: The index that answers: its dictionary has passed Kiwi's check.
        origin: What the index was made from that is to be made again.

    Raises:
        CommuniqueError: The dictionary is missing, unreadable or malformed.
    """
    given = tuple(Path(os.path.realpath(path)) for path in corpus)
    repeated = None if given else origin
    if repeated:
        given = tuple(map(Path, repeated.corpus))
    return Request(given, dictionary, _own_words(dictionary, before), repeated)


def _own_words(dictionary: Path | None, before: Manifest | None) -> UserDictionary:
    """Read the user's dictionary; Kiwi checks one that the index before did not have."""
    if not dictionary:
        return dictionaries.EMPTY
    own = dictionaries.read(dictionary)
    if before and before.dictionary_sha256 == own.sha256:
        return own
    return dictionaries.read(dictionary, trusted=False)
