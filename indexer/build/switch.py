"""The switch to a new generation, in one step, and the removal of what it leaves over."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from indexer.build import pointer
from indexer.file_names import CURRENT
from indexer.storage import new_file

LOCK = "LOCK"
"""The file that a rebuild locks while it runs."""
RESERVED = ".reserved"
"""The file by which a first rebuild reserves the folder."""
_BUILDING = "building-"
UNFINISHED = re.compile(r"CURRENT\.\w+|building(-\w+)?")
"""The names of the paths that only a running rebuild needs."""


@contextmanager
def locked(folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock of an index; a message goes to *say* if another rebuild holds it."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        say(f"{folder}: another rebuild is running; waiting for it to end")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def new_building(folder: Path) -> Path:
    """Make an empty folder for a generation; no other rebuild writes to it."""
    building = folder / f"{_BUILDING}{os.urandom(4).hex()}"
    building.mkdir()
    return building


def complete(folder: Path, building: Path) -> None:
    """Make *building* the current generation; remove those before the last one."""
    numbers = pointer.generations(folder)
    generation = folder / f"g{max(numbers, default=0) + 1}"
    for path in building.rglob("*"):
        sync(path)
    sync(building)
    building.rename(generation)
    new_pointer = folder / building.name.replace(_BUILDING, f"{CURRENT}.")
    text = f"{generation.name} {pointer.seal_of(generation)}\n"
    new_file.write(new_pointer, text.encode())
    sync(new_pointer)
    sync(folder)
    before = (pointer.read(folder) or "").partition(" ")[0]
    new_pointer.replace(folder / CURRENT)
    (folder / RESERVED).unlink(missing_ok=True)
    sync(folder)
    # A reader may be opening the last one now, so that stays. Files of older ones
    # that are open remain readable until they are closed.
    for path in numbers.values():
        if path.name != before:
            sweep(path)


def unfinished(folder: Path) -> list[Path]:
    """Return the paths that only a running rebuild needs."""
    return [path for path in folder.iterdir() if UNFINISHED.fullmatch(path.name)]


def sync(path: Path) -> None:
    """Flush a file, or the entries of a folder, to the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot open folders, and journals their entries.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(path: Path) -> None:
    """Remove a file, a link, or a folder and its files, ignoring errors."""
    import shutil

    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
