"""The folder of an index: its generations, and CURRENT, which names one of them.

    DIR/CURRENT      the name of the current generation and the SHA-256 of its manifest,
                     its seal; the manifest has the SHA-256 of the other files
    DIR/LOCK         locked while a rebuild runs
    DIR/g7/          a generation: manifest, lexicon, Whoosh index …; files that did not
                     change are hard links to those of the generation before
    DIR/building-…/  a generation that is being written, by one rebuild alone; a killed
                     one leaves it
    DIR/.reserved    the first rebuild has a corpus of the user's, and has not succeeded

A generation is complete before CURRENT names it, and CURRENT is replaced in one step. The
files of a generation are created, never written over (see `indexer.storage.new_file`).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, TypeVar

from indexer import regular_files
from indexer.build import manifest
from indexer.build.generation import Generation, GenerationDamagedError
from indexer.build.manifest import Origin
from indexer.errors import CommuniqueError
from indexer.file_names import MANIFEST
from indexer.storage import new_file

VARIABLE = "COMMUNIQUE_INDEX"
"""The environment variable that names the default folder of the index."""

_CURRENT = "CURRENT"
_LARGEST_POINTER = 1 << 10
_LOCK = "LOCK"
_RESERVED = ".reserved"
_BUILDING = "building-"
_GENERATION = re.compile(r"g(\d+)")
_POINTER = re.compile(r"(g\d+)(?: ([0-9a-f]{64}))?")
_UNFINISHED = re.compile(r"CURRENT\.\w+|building(-\w+)?")
"""The names of the paths that only a running rebuild needs."""
_OURS = re.compile(rf"CURRENT|LOCK|g\d+|\..*|{_UNFINISHED.pattern}")
_SEAL_SHOWN = 16
"""Hexadecimal digits of the seal that are part of a generation's name."""

T = TypeVar("T")


class NoIndexError(CommuniqueError):
    """There is no index yet."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: there is no index; make one with `communique rebuild --index {folder}`."
        )
        self.folder = folder


class IndexDamagedError(CommuniqueError):
    """CURRENT is missing or damaged."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: the index is damaged ({_CURRENT} names none of its parts); make"
            f" it anew with `communique rebuild --index {folder}`."
        )


class FileMissingError(CommuniqueError):
    """A file of the current generation is missing."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(
            f"{folder}: the index is damaged ({name} is missing); make it anew with"
            f" `communique rebuild --force --index {folder}`."
        )


class OriginLostError(CommuniqueError):
    """No manifest of the index records its inputs, and the rebuild was given none."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: the index no longer records its corpus; give --corpus, or remove"
            " the folder."
        )


class NotAnIndexError(CommuniqueError):
    """The folder for the index holds other files."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: holds something, but no index; give --index an empty or new folder."
        )


class IndexFolderError(CommuniqueError):
    """The operating system refuses access to the folder of the index."""

    def __init__(self, folder: Path, fault: OSError) -> None:
        reason = regular_files.reason(fault)
        if isinstance(fault, FileExistsError):
            reason = "it is no folder"
        super().__init__(
            f"{fault.filename or folder}: the index cannot be kept there ({reason});"
            " mend that or give --index another folder."
        )


class IndexUnreadableError(CommuniqueError):
    """The operating system refuses to open files of the index, which may be undamaged."""

    def __init__(self, folder: Path, fault: OSError) -> None:
        super().__init__(
            f"{fault.filename or folder}: the index cannot be read"
            f" ({regular_files.reason(fault)}); mend that and try again."
        )


class _Pointer(NamedTuple):
    """The folder that CURRENT names, and the SHA-256 of its manifest."""

    folder: Path
    seal: str | None

    @property
    def name(self) -> str:
        return f"{self.folder.name}-{(self.seal or '')[:_SEAL_SHOWN]}"


class IndexDirectory:
    """The folder of one index, and the generations in it.

    Methods that read the current generation raise NoIndexError where none was ever
    completed, IndexDamagedError where CURRENT is missing or damaged, and NotAnIndexError
    where the folder holds other files.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> Path:
        """Return the folder of the current generation, which may be damaged."""
        return self._pointed().folder

    def current_name(self) -> str:
        """Return the name of the current generation, such as `g7` (see `Generation.name`).

        Only CURRENT is read, so that a server can call this every second.
        """
        return self._pointed().name

    def open_current(self, *, any_version: bool = False) -> Generation:
        """Open the current generation for reading.

        Its manifest is compared with the seal in CURRENT, the versions in it with the
        installed ones, and its checksums.bin, which verifies all other files while they
        are read, with the manifest.

        Args:
            any_version: Whether a generation of this format is returned whichever
                versions made it. Then no file except the manifest is read.

        Raises:
            IndexOutdatedError: Other versions made it.
            CommuniqueError: It is damaged, or there is none.
        """
        return self.read(lambda generation: generation, any_version=any_version)

    def read(self, read: Callable[[Generation], T], *, any_version: bool = False) -> T:
        """Return the result of *read*, called with `open_current(any_version)`.

        If rebuilds remove the generation meanwhile, *read* is called with its successor.

        Raises:
            FileMissingError: A file of the generation is missing.
            CommuniqueError: As `open_current` and *read* raise it.
        """
        while True:
            pointer = self._pointed()
            try:
                generation = _opened(pointer, any_version=any_version)
                return read(generation)
            except FileNotFoundError as fault:
                if self._pointed() == pointer:
                    name = Path(fault.filename or pointer.folder).name
                    raise FileMissingError(self.folder, name) from None
            except OSError as fault:
                raise IndexUnreadableError(self.folder, fault) from fault
            except GenerationDamagedError:
                if self._pointed() == pointer:
                    raise

    def origin(self) -> Origin | None:
        """Return the inputs that the index was made from; None where there is no index.

        Any format will do. Where CURRENT is lost, the newest generation with a manifest
        counts. A manifest that does not match the seal may be of another corpus, and does
        not count.

        Raises:
            OriginLostError: There is an index, but no manifest that counts.
            NotAnIndexError: The folder holds other files.
        """
        try:
            folders = self._sealed_folders()
        except NoIndexError:
            return None
        except IndexDamagedError:
            folders = self.generations()
        for folder in folders:
            with suppress(OSError):
                if origin := manifest.origin_of((folder / MANIFEST).read_bytes()):
                    return origin
        raise OriginLostError(self.folder)

    def _sealed_folders(self) -> list[Path]:
        """Return the folders whose manifest matches the seal in CURRENT."""
        named, seal = self._pointed()
        complete = (path for path in self.generations() if (path / MANIFEST).exists())
        return [path for path in complete if _seal(path) == seal] if seal else [named]

    @contextmanager
    def building(self, say: Callable[[str], None]) -> Iterator[Path]:
        """Yield an empty folder, which becomes the current generation after the block.

        The block must write a manifest into it. If the block raises, the generation of
        before stays current and the folder is removed. If another rebuild runs, a message
        goes to *say*, and this one waits for its end.

        Raises:
            NotAnIndexError: The folder of the index holds other files.
            IndexFolderError: The operating system refuses access to it.
            OSError: As the block raises it, of anything outside the folder.
        """
        self._claim()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._locked(say):
                self._sweep_unfinished()
                building = self.folder / f"{_BUILDING}{os.urandom(4).hex()}"
                building.mkdir()
                try:
                    yield building
                    self._switch(building)
                finally:
                    self._sweep_unfinished()
        except OSError as fault:
            if not self._concerns(fault):
                raise
            raise IndexFolderError(self.folder, fault) from fault

    def _concerns(self, fault: OSError) -> bool:
        """Return whether a fault is one of this folder; a full disk has no file name."""
        name = fault.filename
        inside = not name or Path(os.fsdecode(name)).is_relative_to(self.folder)
        # The parents of the folder may be missing, or no folders.
        outside = inside or self.folder.is_relative_to(os.fsdecode(name))
        return outside and not regular_files.is_limit(fault)

    def reserve(self) -> None:
        """Reserve a folder without an index for the corpus that a rebuild now reads.

        Unless that rebuild or a later one succeeds, no search makes the index of the
        communiqué in its place.

        Raises:
            CommuniqueError: The folder holds other files, or cannot be written.
        """
        self._claim()
        if self._pointer() is not None:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / _LOCK).touch()
            (self.folder / _RESERVED).touch()
        except OSError as fault:
            raise IndexFolderError(self.folder, fault) from fault

    @property
    def is_reserved(self) -> bool:
        """Whether the first rebuild has a corpus of the user's, and has not succeeded."""
        return (self.folder / _RESERVED).exists()

    def tidy(self) -> None:
        """Remove leftovers of a rebuild that was killed, unless one is running now."""
        if not self._leftovers():
            return
        from filelock import FileLock, Timeout

        # A user without write permission may still search.
        with (
            suppress(Timeout, OSError),
            FileLock(self.folder / _LOCK, blocking=False),
        ):
            for path in self._leftovers():
                _sweep(path)

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

    def _pointed(self) -> _Pointer:
        """Return the parsed content of CURRENT."""
        text = self._pointer()
        if text and (match := _POINTER.fullmatch(text)):
            return _Pointer(self.folder / match[1], match[2])
        self._claim()
        if text is None and not self._generations():
            raise NoIndexError(self.folder)
        raise IndexDamagedError(self.folder)

    def _claim(self) -> None:
        """Refuse a folder that holds files of other programs.

        LOCK is the first file that a rebuild puts into the folder of an index.
        """
        if self.folder.is_dir():
            names = {path.name for path in self.folder.iterdir()}
        elif self.folder.exists():
            raise NotAnIndexError(self.folder)
        else:
            return
        foreign = [name for name in names if not _OURS.fullmatch(name)]
        # Without LOCK it is still an index if CURRENT has a name and a seal.
        sealed = _POINTER.fullmatch(self._pointer() or "")
        if foreign or (names and _LOCK not in names and not (sealed and sealed[2])):
            raise NotAnIndexError(self.folder)

    def _switch(self, building: Path) -> None:
        """Make *building* the current generation; remove those before the last one."""
        numbers = self._generations()
        generation = self.folder / f"g{max(numbers, default=0) + 1}"
        for path in building.rglob("*"):
            _sync(path)
        _sync(building)
        building.rename(generation)
        pointer = self.folder / building.name.replace(_BUILDING, f"{_CURRENT}.")
        new_file.write(pointer, f"{generation.name} {_seal(generation)}\n".encode())
        _sync(pointer)
        _sync(self.folder)
        before = (self._pointer() or "").partition(" ")[0]
        pointer.replace(self.folder / _CURRENT)
        (self.folder / _RESERVED).unlink(missing_ok=True)
        _sync(self.folder)
        # A reader may be opening the last one now, so that stays. Files of older ones
        # that are open remain readable until they are closed.
        for path in numbers.values():
            if path.name != before:
                _sweep(path)

    def _pointer(self) -> str | None:
        """Return the text of CURRENT; empty if unreadable, None if there is no such file."""
        try:
            data = regular_files.read(self.folder / _CURRENT, _LARGEST_POINTER)
            return data.decode("ascii").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except UnicodeDecodeError:
            return ""
        except OSError as fault:
            if regular_files.is_refused(fault):
                raise IndexUnreadableError(self.folder, fault) from fault
            return ""

    def _leftovers(self) -> list[Path]:
        """Return all but the current generation and the one before it."""
        current = self.current()
        newest_first = self.generations()
        before = newest_first[newest_first.index(current) + 1 :][:1]
        others = [path for path in newest_first if path not in (current, *before)]
        return [*others, *self._unfinished()]

    def _unfinished(self) -> list[Path]:
        """Return the paths that only a running rebuild needs."""
        return [p for p in self.folder.iterdir() if _UNFINISHED.fullmatch(p.name)]

    def _sweep_unfinished(self) -> None:
        for path in self._unfinished():
            _sweep(path)

    def generations(self) -> list[Path]:
        """Return the folders of the complete generations, the newest first."""
        return [path for _, path in sorted(self._generations().items(), reverse=True)]

    def _generations(self) -> dict[int, Path]:
        """Return the folders of the complete generations by their numbers."""
        if not self.folder.is_dir():
            return {}
        return {
            int(match[1]): path
            for path in self.folder.iterdir()
            if (match := _GENERATION.fullmatch(path.name))
        }


def default_folder() -> Path:
    """Return `$COMMUNIQUE_INDEX`, or a folder in the cache folder of the platform."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("communique-search") / "index"


def _opened(pointer: _Pointer, *, any_version: bool) -> Generation:
    """Read the manifest of a generation, and compare it with the seal.

    Raises:
        GenerationDamagedError: It differs from the manifest that was sealed.
        CommuniqueError: It is no manifest, or other versions made the generation.
        FileNotFoundError: The generation was removed, or a file of it is missing.
    """
    folder = pointer.folder
    data = manifest.read_bytes(folder)
    parsed = manifest.parse(data, folder)
    if not any_version:
        manifest.check(parsed, folder)
    if _sha256(data) != pointer.seal:
        raise GenerationDamagedError(folder, f"changed: {MANIFEST}")
    generation = Generation(folder, pointer.name, parsed)
    if not any_version:
        generation.check_files()
    return generation


def _seal(folder: Path) -> str:
    return _sha256((folder / MANIFEST).read_bytes())


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _sync(path: Path) -> None:
    """Flush *path* to the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot open folders, and journals their entries.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sweep(path: Path) -> None:
    """Remove a file, a link, or a folder and its files, ignoring errors."""
    import shutil

    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
