"""Checksums of a generation's files: each piece is compared when it is first read.

    checksums.bin    a line of JSON, `{file: [bytes, number of its first checksum]}`, and
                     the checksums: the CRC-32 of each piece, 4 bytes

Opening a file does not read it whole, and pieces that no query needs stay unread. The
manifest holds the SHA-256 of checksums.bin itself, and CURRENT that of the manifest.
"""

from __future__ import annotations

import json
import mmap
import os
import re
import sys
from array import array
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple, NoReturn
from weakref import finalize
from zlib import crc32

from indexer import regular_files
from indexer.errors import CommuniqueError
from indexer.file_names import CHECKSUMS, MANIFEST
from indexer.storage import new_file

PIECE = 1 << 12
"""Bytes that one checksum covers: a page of memory, as the smallest part that is read."""
_WHOLE = 1 << 20
"""Bytes that are read at a time where whole files are hashed."""
_HAS_PREAD = hasattr(os, "pread")
_GENERATION, _COPY = r"g\d+", r"g\d+-[0-9a-f]{16}"
"""The names of the folders of a generation and of a copy of one on a server."""
_CACHED_TABLES = 8
"""How many generations have their checksums in memory."""


class FileDamagedError(CommuniqueError):
    """A file of the index, `path`, cannot be read as it was written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path}: the file is damaged; {_remedy(path)}.")


def _remedy(path: Path) -> str:
    """Return the remedy for a damaged file of a generation, or of a copy of one."""
    for folder in _folders(path):
        if re.fullmatch(_COPY, folder.name):
            return f"remove {folder}, and it is copied from the server again"
        if re.fullmatch(_GENERATION, folder.name):
            option = f"--index {folder.parent}"
            return (
                f"see `communique check {option}`, and make the index anew with"
                f" `communique rebuild --force {option}`"
            )
    return "make the index anew with `communique rebuild --force`"


def write(generation: Path) -> dict[str, str]:
    """Write checksums.bin for all files in the folder *generation*, reading each once.

    Returns:
        The result of `digests`, which includes checksums.bin.
    """
    import hashlib

    header: dict[str, tuple[int, int]] = {}
    sums = array("I")
    by_name: dict[str, str] = {}
    for name, path in _files(generation):
        first, size, whole = len(sums), 0, hashlib.sha256()
        for piece in _pieces(path, PIECE):
            sums.append(crc32(piece))
            whole.update(piece)
            size += len(piece)
        header[name] = size, first
        by_name[name] = whole.hexdigest()
    head = json.dumps(header, ensure_ascii=False).encode()
    data = b"\n".join([head, _little_endian(sums).tobytes()])
    new_file.write(generation / CHECKSUMS, data)
    by_name[CHECKSUMS] = hashlib.sha256(data).hexdigest()
    return {name: by_name[name] for name in sorted(by_name, key=PurePosixPath)}


def digests(generation: Path) -> dict[str, str]:
    """Return the SHA-256 of each file except the manifest, reading all of them.

    The keys are paths relative to the folder, as in `{"whoosh/MAIN_1.toc": "9f86d0…"}`.
    """
    import hashlib

    by_name: dict[str, str] = {}
    for name, path in _files(generation):
        whole = hashlib.sha256()
        for piece in _pieces(path, _WHOLE):
            whole.update(piece)
        by_name[name] = whole.hexdigest()
    return by_name


def read(path: Path) -> bytes:
    """Return all bytes of a file.

    Raises:
        FileDamagedError: The file has changed since it was written.
    """
    file = Verified(path)
    try:
        return file[0 : len(file)]
    finally:
        file.close()


class Verified:
    """The bytes of a memory-mapped file; slicing it checks the pieces of the slice.

    A file without checksums.bin beside it, or one folder above, is read unchecked.

    Raises:
        FileDamagedError: The size of the file has changed since it was written, or, in
            slicing, a piece has.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._data: mmap.mmap | bytes = b""
        with ExitStack() as stack:
            with regular_files.open_file(path) as file:
                self._size = os.fstat(file.fileno()).st_size
                self._attach(file.fileno())
                stack.callback(self.close)
            self._sums = _checksums_of(path, self._size)
            stack.pop_all()
        pieces = -(-self._size // PIECE)
        # Without checksums every piece counts as checked.
        self._checked = bytearray([self._sums is None]) * pieces

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(self._size)
        first, end = start // PIECE, (stop - 1) // PIECE + 1
        if start < stop and not all(self._checked[first:end]):
            for number in range(first, end):
                self.check(number)
        return self.mapped[start:stop]

    @property
    def mapped(self) -> mmap.mmap | bytes:
        """All bytes, unchecked: `check` a piece before its bytes are used."""
        return self._data

    def check(self, number: int) -> None:
        """Compare the piece of that number, of `PIECE` bytes, with its checksum."""
        if not self._checked[number]:
            self._check(number)

    def close(self) -> None:
        """Unmap the file; if arrays over `mapped` are left, their end does that."""
        if isinstance(self._data, mmap.mmap):
            # The traceback of a fault may hold arrays while its handler closes the file.
            with suppress(BufferError):
                self._data.close()

    def _attach(self, descriptor: int) -> None:
        """Take what is read from the open file, whose descriptor is closed afterwards."""
        self._data = _mapped(descriptor, self._size)

    def _check(self, number: int) -> None:
        self._compare(number, self.mapped[number * PIECE : (number + 1) * PIECE])

    def _compare(self, number: int, piece: bytes) -> None:
        if not self._sums or crc32(piece) != self._sums[number]:
            raise FileDamagedError(self._path)
        self._checked[number] = True


class VerifiedParts(Verified):
    """A `Verified` for slices that are scattered over a large file.

    They are read from the file. The memory map would hold the pages around each of them,
    which count as memory of the process: a search would take up as much as the file.
    """

    _pread: Callable[[int, int], bytes]

    def __getitem__(self, part: slice) -> bytes:
        if not _HAS_PREAD:
            return super().__getitem__(part)
        start, stop, _ = part.indices(self._size)
        first, end = start // PIECE, (stop - 1) // PIECE + 1
        if start >= stop or all(self._checked[first:end]):
            return self._pread(max(0, stop - start), start)
        data = self._pread((end - first) * PIECE, first * PIECE)
        for number in range(first, end):
            offset = (number - first) * PIECE
            self._compare(number, data[offset : offset + PIECE])
        return data[start - first * PIECE : stop - first * PIECE]

    def read(self, start: int, stop: int) -> bytes:
        """Return the bytes from *start* to *stop*, which are in the file."""
        first = start // PIECE
        before = first * PIECE
        # Most parts are short, and within one piece.
        if before + PIECE < stop or not _HAS_PREAD:
            return self[start:stop]
        if self._checked[first]:
            return self._pread(stop - start, start)
        piece = self._pread(PIECE, before)
        self._compare(first, piece)
        return piece[start - before : stop - before]

    @property
    def mapped(self) -> mmap.mmap | bytes:
        """All bytes, unchecked, mapped when they are first used."""
        if not len(self._data):
            if not self._close.alive:
                _refuse()
            self._data = _mapped(self._descriptor, self._size)
        return self._data

    def close(self) -> None:
        """Close the file."""
        self._close()
        # Another file may get the number of the descriptor.
        self._pread = _refuse
        super().close()

    def _attach(self, descriptor: int) -> None:
        self._descriptor = os.dup(descriptor)
        # Also where a reader is not closed.
        self._close = finalize(self, os.close, self._descriptor)
        self._pread = partial(os.pread, self._descriptor) if _HAS_PREAD else _refuse


def _refuse(*_: int) -> NoReturn:
    raise ValueError("the file is closed")


def _mapped(descriptor: int, size: int) -> mmap.mmap | bytes:
    # An empty file cannot be mapped.
    return mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) if size else b""


def _files(generation: Path) -> Iterator[tuple[str, Path]]:
    """Yield the relative path and the path of each file except the manifest, sorted.

    Raises:
        OSError: A folder cannot be read; `Path.rglob` would take it for an empty one.
    """
    walk = os.walk(generation, onerror=_raise)
    paths = (Path(folder, name) for folder, _, names in walk for name in names)
    for path in sorted(path for path in paths if path.is_file()):
        if path.name != MANIFEST:
            yield path.relative_to(generation).as_posix(), path


def _raise(fault: OSError) -> None:
    raise fault


def _pieces(path: Path, size: int) -> Iterator[bytes]:
    with regular_files.open_file(path) as file:
        while piece := file.read(size):
            yield piece


class _Table(NamedTuple):
    """The content of a checksums.bin: of each file its size and its first checksum."""

    files: dict[str, tuple[int, int]]
    sums: array[int]


def _checksums_of(path: Path, size: int) -> array[int] | None:
    """Return the checksums of a file of *size* bytes; None without checksums.bin."""
    for folder in _folders(path):
        try:
            file = (folder / CHECKSUMS).stat()
            identity = (file.st_dev, file.st_ino, file.st_size, file.st_mtime_ns)
            table = _table(folder / CHECKSUMS, identity)
            written, first = table.files[path.relative_to(folder).as_posix()]
            sums = table.sums[first : first + -(-size // PIECE)]
        except FileNotFoundError:
            continue
        except (OSError, ValueError, TypeError, KeyError) as fault:
            if isinstance(fault, OSError) and regular_files.is_refused(fault):
                raise
            # checksums.bin does not list the file, or is damaged itself.
            raise FileDamagedError(path) from None
        if written != size or len(sums) * PIECE < size:
            raise FileDamagedError(path)
        return sums
    return None


@lru_cache(_CACHED_TABLES)
def _table(path: Path, identity: tuple[int, ...]) -> _Table:  # noqa: ARG001 (its key)
    """Read a checksums.bin, which other files of the generation share."""
    with regular_files.open_file(path) as file:
        files = json.loads(file.readline())
        return _Table(files, _little_endian(array("I", file.read())))


def _little_endian(sums: array[int]) -> array[int]:
    """Convert *sums*, in place, to little-endian bytes, or from them."""
    if sys.byteorder != "little":
        sums.byteswap()
    return sums


def _folders(path: Path) -> Iterator[Path]:
    """Yield the folders where the checksums of a file may be."""
    yield path.parent
    yield path.parent.parent
