"""The files of a corpus: those at its paths, and below those that are folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from indexer.errors import CommuniqueError
from indexer.ingest.corpus_errors import (
    CorpusEmptyError,
    CorpusFileKindError,
    CorpusFileNameError,
    CorpusLostError,
    CorpusPathMissingError,
    CorpusUnreadableError,
    CorpusUnusableError,
    skip_or_raise,
    tolerated_errors,
)
from indexer.ingest.declared import SUFFIX as SIDECAR
from indexer.ingest.declared import sidecar_of
from indexer.ingest.file_kinds import KINDS, SUFFIXES


def find(
    paths: Iterable[Path], say: Callable[[str], None], *, allow_missing: bool = False
) -> list[Path]:
    """Return the corpus files at *paths*, and below those that are folders.

    The files of a folder are sorted by path. Hidden files are skipped.

    Args:
        paths: Files and folders, in the order in which they are indexed.
        say: Called with a message for each other file that is skipped.
        allow_missing: Whether to skip a path that does not exist, with a message.

    Raises:
        CommuniqueError: A path is missing or of another kind, or a folder has nothing
            to index.
    """
    files: dict[Path, Path] = {}
    for path in paths:
        skip = partial(
            skip_or_raise, say, tolerated_errors(allow_missing=allow_missing)
        )
        with _skipping(skip):
            for file in _files_at(path, say, skip):
                # Unlike `Path.resolve` this takes links that lead in a circle.
                files.setdefault(Path(os.path.realpath(file)), file)
    for file in files.values():
        try:
            str(file).encode()
        except UnicodeEncodeError:
            raise CorpusFileNameError(file) from None
    return list(files.values())


@contextmanager
def _skipping(skip: Callable[[CommuniqueError], None]) -> Iterator[None]:
    try:
        yield
    except (CorpusLostError, CorpusUnusableError) as fault:
        skip(fault)


def _files_at(
    path: Path, say: Callable[[str], None], skip: Callable[[CorpusLostError], None]
) -> Iterator[Path]:
    if path.is_dir():
        is_empty = True
        for file in _files_below(path, say, skip):
            if file.suffix.lower() in SUFFIXES:
                is_empty = False
                yield file
            elif not _is_sidecar(file):
                say(f"{file}: passed over, neither {KINDS.replace(' and ', ' nor ')}")
        if is_empty:
            raise CorpusEmptyError(path, KINDS)
    elif not os.path.lexists(path):
        raise CorpusPathMissingError(path)
    elif path.suffix.lower() not in SUFFIXES:
        raise CorpusFileKindError(path, KINDS)
    else:
        yield path


def _is_sidecar(file: Path) -> bool:
    """Return whether a file declares title and date of another, as `a.pdf.json` does."""
    document = file.with_suffix("")
    return (
        sidecar_of(document) == file
        and file.suffix == SIDECAR
        and document.suffix.lower() in SUFFIXES
        and document.is_file()
    )


def _files_below(
    folder: Path, say: Callable[[str], None], skip: Callable[[CorpusLostError], None]
) -> list[Path]:
    """Return the files in *folder* and its subfolders, sorted, without hidden ones.

    The lock files that word processors leave beside an open document, as ~$a.docx, are
    left out too.

    *skip* is called for a folder that cannot be read.
    """

    def refuse(fault: OSError) -> None:
        skip(CorpusUnreadableError(Path(fault.filename or folder), fault))

    files: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=refuse):
        for name in folders:
            if Path(parent, name).is_symlink() and not name.startswith("."):
                say(f"{Path(parent, name)}: passed over, a link to a folder")
        folders[:] = [name for name in folders if not name.startswith(".")]
        files += [Path(parent, n) for n in names if not n.startswith((".", "~$"))]
    return sorted(files)
