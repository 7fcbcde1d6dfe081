"""The folder of an index: generations side by side, and which of them answers.

    DIR/CURRENT      the name of the generation that answers, and the SHA-256 of its
                     manifest, which has those of its other files
    DIR/LOCK         held by the one rebuild that may run
    DIR/g7/          a generation: manifest, lexicon and the Whoosh index; what did not
                     change is the same file as in the generation before
    DIR/building/    a generation in the making; left behind by a killed rebuild

A generation is complete before CURRENT names it, and CURRENT is replaced in one step.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from indexer import regular_files
from indexer.errors import CommuniqueError
from indexer.file_names import MANIFEST

VARIABLE = "COMMUNIQUE_INDEX"
"""The environment variable that names the folder of the index."""

_CURRENT = "CURRENT"
_NEW = "CURRENT.new"
_LARGEST_POINTER = 1 << 10
_LOCK = "LOCK"
_BUILDING = "building"
_GENERATION = re.compile(r"g(\d+)")
_POINTER = re.compile(r"(g\d+)(?: ([0-9a-f]{64}))?")
_OURS = re.compile(r"CURRENT(\.new)?|LOCK|building|g\d+|\..*")


T = TypeVar("T")


class NoIndexError(CommuniqueError):
    """There is no index yet."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: there is no index; make one with `communique rebuild --index {folder}`."
        )
        self.folder = folder


class IndexDamagedError(CommuniqueError):
    """The file that names the generation that answers is missing or damaged."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: the index is damaged ({_CURRENT} names none of its parts); make"
            f" it anew with `communique rebuild --index {folder}`."
        )


class FileMissingError(CommuniqueError):
    """A file of the generation that answers is not there."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(
            f"{folder}: the index is damaged ({name} is missing); make it anew with"
            f" `communique rebuild --force --index {folder}`."
        )


class NotAnIndexError(CommuniqueError):
    """The folder given for the index is somebody else's."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: holds something, but no index; give --index an empty or new folder."
        )


class IndexFolderError(CommuniqueError):
    """The system does not let the folder of the index be used."""

    def __init__(self, folder: Path, fault: OSError) -> None:
        reason = fault.strerror or type(fault).__name__
        super().__init__(
            f"{fault.filename or folder}: the index cannot be kept there ({reason});"
            " mend that or give --index another folder."
        )


class IndexDirectory:
    """The folder of one index, and the generations in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> Path:
        """Return the folder of the generation that answers.

        Raises:
            NoIndexError: None was ever completed.
            IndexDamagedError: It cannot be told which answers.
            NotAnIndexError: The folder holds other things.
        """
        return self._pointed()[0]

    def meant(self) -> list[Path]:
        """Return the generations that CURRENT may mean: their manifest is what it seals.

        Raises:
            CommuniqueError: As `current` does.
        """
        named, seal = self._pointed()
        complete = (path for path in self.generations() if (path / MANIFEST).exists())
        return [path for path in complete if _seal(path) == seal] if seal else [named]

    def name(self) -> str:
        """Return what tells the generation that answers from all others, by its seal."""
        generation, seal = self._pointed()
        return f"{generation.name}-{(seal or '')[:16]}"

    def is_sealed(self, generation: Path) -> bool:
        """Tell whether the manifest of *generation* is as it was when it was switched to.

        Raises:
            FileNotFoundError: Another generation answers by now, or it has no manifest.
            CommuniqueError: As `current` does.
        """
        current, seal = self._pointed()
        if current != generation:
            raise FileNotFoundError(generation)
        return _seal(generation) == seal

    def read(self, read: Callable[[Path], T]) -> T:
        """Return what *read* makes of the generation that answers.

        A rebuild may sweep it away meanwhile; then its successor is read.

        Raises:
            FileMissingError: A file of the generation that answers is missing.
            CommuniqueError: There is no index, or as *read* raises it.
        """
        while True:
            generation = self.current()
            try:
                return read(generation)
            except FileNotFoundError as fault:
                if self.current() == generation:
                    name = Path(fault.filename or generation).name
                    raise FileMissingError(self.folder, name) from None

    @contextmanager
    def building(self, say: Callable[[str], None]) -> Iterator[Path]:
        """Give an empty folder to build in; when the block ends well, it answers.

        Where another rebuild runs, *say* is told and it is waited for. A block that
        fails leaves the generation that answered before.

        Raises:
            NotAnIndexError: The folder holds other things.
            IndexFolderError: The system does not let the folder be used.
        """
        self._claim()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._locked(say):
                building = self.folder / _BUILDING
                _sweep(building)
                building.mkdir()
                try:
                    yield building
                    self._switch(building)
                finally:
                    _sweep(building)
        except OSError as fault:
            raise IndexFolderError(self.folder, fault) from fault

    def tidy(self) -> None:
        """Remove what a rebuild left that was stopped, unless one is running now."""
        if not self._left():
            return
        from filelock import FileLock, Timeout

        # Who may not write here may well read.
        with (
            suppress(Timeout, OSError),
            FileLock(self.folder / _LOCK, blocking=False),
        ):
            for path in self._left():
                if path.is_dir():
                    _sweep(path)
                else:
                    path.unlink()

    @contextmanager
    def _locked(self, say: Callable[[str], None]) -> Iterator[None]:
        from filelock import FileLock, Timeout

        lock = FileLock(self.folder / _LOCK)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            say(f"{self.folder}: another rebuild is running; waiting for it to end")
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def _pointed(self) -> tuple[Path, str | None]:
        """Return the generation that answers, and the SHA-256 of its manifest."""
        pointer = self._pointer()
        if pointer and (match := _POINTER.fullmatch(pointer)):
            return self.folder / match[1], match[2]
        self._claim()
        if pointer is None and not self._generations():
            raise NoIndexError(self.folder)
        raise IndexDamagedError(self.folder)

    def _claim(self) -> None:
        """Refuse a folder that was used for something else.

        The lock is the first thing that is put into a folder of ours.
        """
        if self.folder.is_dir():
            names = {path.name for path in self.folder.iterdir()}
        elif self.folder.exists():
            raise NotAnIndexError(self.folder)
        else:
            return
        foreign = [name for name in names if not _OURS.fullmatch(name)]
        # Without its lock it is still ours if CURRENT names a generation and its seal.
        sealed = _POINTER.fullmatch(self._pointer() or "")
        if foreign or (names and _LOCK not in names and not (sealed and sealed[2])):
            raise NotAnIndexError(self.folder)

    def _switch(self, building: Path) -> None:
        """Make *building* the generation that answers; sweep what nobody reads."""
        numbers = self._generations()
        generation = self.folder / f"g{max(numbers, default=0) + 1}"
        for path in building.rglob("*"):
            _sync(path)
        _sync(building)
        building.rename(generation)
        pointer = self.folder / _NEW
        pointer.write_text(f"{generation.name} {_seal(generation)}\n", encoding="ascii")
        _sync(pointer)
        _sync(self.folder)
        before = (self._pointer() or "").partition(" ")[0]
        pointer.replace(self.folder / _CURRENT)
        _sync(self.folder)
        # A reader may just be opening the one before; older ones are swept, though
        # readers that have one open keep it to their end.
        for path in numbers.values():
            if path.name != before:
                _sweep(path)

    def _pointer(self) -> str | None:
        """Return what CURRENT says, or None where there is no such file."""
        try:
            data = regular_files.read(self.folder / _CURRENT, _LARGEST_POINTER)
            return data.decode("ascii").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, UnicodeDecodeError):
            return ""

    def _left(self) -> list[Path]:
        """Return what is of no use beside the generation that answers and the one before."""
        answering = self.current()
        newest_first = self.generations()
        before = newest_first[newest_first.index(answering) + 1 :][:1]
        others = [path for path in newest_first if path not in (answering, *before)]
        unfinished = (self.folder / _BUILDING, self.folder / _NEW)
        return [*others, *(path for path in unfinished if path.exists())]

    def generations(self) -> list[Path]:
        """Return all generations that were completed, the newest first."""
        return [path for _, path in sorted(self._generations().items(), reverse=True)]

    def _generations(self) -> dict[int, Path]:
        """Return the complete generations by their numbers."""
        if not self.folder.is_dir():
            return {}
        return {
            int(match[1]): path
            for path in self.folder.iterdir()
            if (match := _GENERATION.fullmatch(path.name))
        }


def default_folder() -> Path:
    """Return where the index is kept unless the user says otherwise."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("communique-search") / "index"


def _seal(generation: Path) -> str:
    return hashlib.sha256((generation / MANIFEST).read_bytes()).hexdigest()


def _sync(path: Path) -> None:
    """Have the system write *path* through to the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folder, and keeps its entries in order by itself.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sweep(folder: Path) -> None:
    """Remove a folder, as far as the system lets it be removed."""
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
