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

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from indexer import regular_files
from indexer.build import manifest, pointer, switch
from indexer.build.generation import Generation, GenerationDamagedError
from indexer.build.index_errors import (
    FileMissingError,
    IndexDamagedError,
    IndexFolderError,
    IndexUnreadableError,
    NoIndexError,
    NotAnIndexError,
    OriginLostError,
)
from indexer.build.manifest import ManifestUnreadableError, Origin
from indexer.build.pointer import Pointer
from indexer.file_names import MANIFEST
from indexer.storage.digest import hexdigest

VARIABLE = "COMMUNIQUE_INDEX"
"""The environment variable that names the default folder of the index."""

_OURS = re.compile(rf"CURRENT|LOCK|g\d+|\..*|{switch.UNFINISHED.pattern}")

T = TypeVar("T")


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
            pointed = self._pointed()
            try:
                generation = _opened(pointed, any_version=any_version)
                return read(generation)
            except FileNotFoundError as fault:
                if self._pointed() == pointed:
                    name = Path(fault.filename or pointed.folder).name
                    raise FileMissingError(self.folder, name) from None
            except OSError as fault:
                raise IndexUnreadableError(self.folder, fault) from fault
            except GenerationDamagedError:
                if self._pointed() == pointed:
                    raise

    def origin(self) -> Origin | None:
        """Return the inputs that the index was made from; None where there is no index.

        Any format will do. Where CURRENT is lost, the newest generation with a manifest
        counts. A manifest that does not match the seal may be of another corpus, and does
        not count.

        Raises:
            OriginLostError: There is an index, but no manifest that counts.
            IndexUnreadableError: The system refuses to read a manifest.
            NotAnIndexError: The folder holds other files.
        """
        try:
            folders = self._sealed_folders()
        except NoIndexError:
            return None
        except IndexDamagedError:
            folders = self.generations()
        for folder in folders:
            with suppress(ManifestUnreadableError):
                data = _unless_lost(manifest.read_bytes, folder)
                if data and (origin := manifest.origin_of(data)):
                    return origin
        raise OriginLostError(self.folder)

    def _sealed_folders(self) -> list[Path]:
        """Return the folders whose manifest matches the seal in CURRENT."""
        named, seal = self._pointed()
        if not seal:
            return [named]
        seal_of = partial(_unless_lost, pointer.seal_of)
        return [path for path in self.generations() if seal_of(path) == seal]

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
            with switch.locked(self.folder, say):
                self._sweep_unfinished()
                try:
                    building = switch.new_building(self.folder)
                    yield building
                    switch.complete(self.folder, building)
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
        if pointer.read(self.folder) is not None:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / switch.LOCK).touch()
            (self.folder / switch.RESERVED).touch()
        except OSError as fault:
            raise IndexFolderError(self.folder, fault) from fault

    @property
    def is_reserved(self) -> bool:
        """Whether the first rebuild has a corpus of the user's, and has not succeeded."""
        return (self.folder / switch.RESERVED).exists()

    def tidy(self) -> None:
        """Remove leftovers of a rebuild that was killed, unless one is running now."""
        if not self._leftovers():
            return
        from filelock import FileLock, Timeout

        # A user without write permission may still search.
        with (
            suppress(Timeout, OSError),
            FileLock(self.folder / switch.LOCK, blocking=False),
        ):
            for path in self._leftovers():
                switch.sweep(path)

    def _pointed(self) -> Pointer:
        """Return the parsed content of CURRENT."""
        text = pointer.read(self.folder)
        if pointed := pointer.parse(self.folder, text):
            return pointed
        self._claim()
        if text is None and not pointer.generations(self.folder):
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
        pointed = pointer.parse(self.folder, pointer.read(self.folder))
        is_ours = switch.LOCK in names or (pointed and pointed.seal)
        if foreign or (names and not is_ours):
            raise NotAnIndexError(self.folder)

    def _leftovers(self) -> list[Path]:
        """Return all but the current generation and the one before it."""
        current = self.current()
        newest_first = self.generations()
        if current not in newest_first:
            return []  # Another rebuild replaces it now, and removes what it leaves.
        before = newest_first[newest_first.index(current) + 1 :][:1]
        others = [path for path in newest_first if path not in (current, *before)]
        return [*others, *switch.unfinished(self.folder)]

    def _sweep_unfinished(self) -> None:
        for path in switch.unfinished(self.folder):
            switch.sweep(path)

    def generations(self) -> list[Path]:
        """Return the folders of the complete generations, the newest first."""
        return [
            path
            for _, path in sorted(
                pointer.generations(self.folder).items(), reverse=True
            )
        ]


def default_folder() -> Path:
    """Return `$COMMUNIQUE_INDEX`, or a folder in the cache folder of the platform."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else _cache_folder() / "index"


def _cache_folder() -> Path:
    """Return the folder of this program in the user's cache folder.

    On Linux the XDG Base Directory Specification names it. Where that does not apply,
    platformdirs is imported, which takes 5 ms.
    """
    name = "communique-search"
    cache, home = (os.environ.get(name, "") for name in ("XDG_CACHE_HOME", "HOME"))
    if sys.platform == "linux" and "ANDROID_DATA" not in os.environ:
        if Path(cache).is_absolute():
            return Path(cache) / name
        if not cache and Path(home).is_absolute():
            return Path(home) / ".cache" / name
    from platformdirs import user_cache_path

    return user_cache_path(name)


def _unless_lost(read: Callable[[Path], T], generation: Path) -> T | None:
    """Return what *read* reads of a generation's manifest; None if that is lost.

    Raises:
        IndexUnreadableError: The system refuses to read it; it may be undamaged.
    """
    try:
        return read(generation)
    except OSError as fault:
        if regular_files.is_refused(fault):
            raise IndexUnreadableError(generation.parent, fault) from fault
        return None


def _opened(pointed: Pointer, *, any_version: bool) -> Generation:
    """Read the manifest of a generation, and compare it with the seal.

    Raises:
        GenerationDamagedError: It differs from the manifest that was sealed.
        CommuniqueError: It is no manifest, or other versions made the generation.
        FileNotFoundError: The generation was removed, or a file of it is missing.
    """
    folder = pointed.folder
    data = manifest.read_bytes(folder)
    parsed = manifest.parse(data, folder)
    if not any_version:
        manifest.check(parsed, folder)
    if hexdigest(data) != pointed.seal:
        raise GenerationDamagedError(folder, f"changed: {MANIFEST}")
    generation = Generation(folder, pointed.name, parsed)
    if not any_version:
        generation.check_files()
    return generation
