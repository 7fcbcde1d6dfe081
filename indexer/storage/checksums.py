"""Checksums of a generation's files: each piece is compared when it is first read.

    checksums.bin    a line of JSON, `{file: [bytes, number of its first checksum]}`, and
                     the checksums, 16 bytes each: the head of the SHA-256 of a piece

Opening a file does not read it whole, and pieces that no query needs stay unread. The
manifest holds the SHA-256 of checksums.bin itself, and CURRENT that of the manifest.
"""

from __future__ import annotations

import hashlib
import io
import json
import mmap
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from indexer import regular_files
from indexer.errors import CommuniqueError
from indexer.file_names import CHECKSUMS, MANIFEST
from indexer.storage import new_file

PIECE = 1 << 14
"""Bytes that one checksum covers: hashing them takes about 10 microseconds."""
_WHOLE = 1 << 20
"""Bytes that are read at a time where whole files are hashed."""
_SIZE = 16
"""Bytes of a checksum."""


class FileDamagedError(CommuniqueError):
    """A file of the index cannot be read as it was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: the file is damaged; see `communique check`, and make the index"
            " anew with `communique rebuild --force`."
        )


def write(generation: Path) -> dict[str, str]:
    """Write checksums.bin for all files in the folder *generation*, reading each once.

    Returns:
        The result of `digests`, which includes checksums.bin.
    """
    header: dict[str, tuple[int, int]] = {}
    sums: list[bytes] = []
    by_name: dict[str, str] = {}
    for name, path in _files(generation):
        first, size, whole = len(sums), 0, hashlib.sha256()
        for piece in _pieces(path, PIECE):
            sums.append(_checksum(piece))
            whole.update(piece)
            size += len(piece)
        header[name] = size, first
        by_name[name] = whole.hexdigest()
    head = json.dumps(header, ensure_ascii=False).encode()
    data = b"\n".join([head, b"".join(sums)])
    new_file.write(generation / CHECKSUMS, data)
    by_name[CHECKSUMS] = hashlib.sha256(data).hexdigest()
    return {name: by_name[name] for name in sorted(by_name, key=PurePosixPath)}


def digests(generation: Path) -> dict[str, str]:
    """Return the SHA-256 of each file except the manifest, reading all of them.

    The keys are paths relative to the folder, as in `{"whoosh/MAIN_1.toc": "9f86d0…"}`.
    """
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


def stream(path: Path) -> io.BufferedReader:
    """Open a file for buffered reading; a changed piece raises FileDamagedError."""
    return io.BufferedReader(_Stream(Verified(path)), PIECE)


class Verified:
    """The bytes of a memory-mapped file; slicing it checks the pieces of the slice.

    A file without checksums.bin beside it, or one folder above, is read unchecked.

    Raises:
        FileDamagedError: The size of the file has changed since it was written, or, in
            slicing, a piece has.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._data = _mapped(path)
        try:
            self._sums = _checksums_of(path, len(self._data))
        except FileDamagedError:
            self.close()
            raise
        pieces = -(-len(self._data) // PIECE)
        # Without checksums every piece counts as checked.
        self._checked = bytearray([self._sums is None]) * pieces

    def __len__(self) -> int:
        return len(self._data)

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(len(self._data))
        if start < stop:
            for number in range(start // PIECE, (stop - 1) // PIECE + 1):
                self.check(number)
        return self._data[start:stop]

    @property
    def mapped(self) -> mmap.mmap | bytes:
        """All bytes, unchecked: `check` a piece before its bytes are used."""
        return self._data

    def find(self, part: bytes, start: int, stop: int) -> int:
        """Return the first offset of *part* from *start* to *stop*, -1 if there is none."""
        for number in range(start // PIECE, (stop - 1) // PIECE + 1):
            self.check(number)
        return self._data.find(part, start, stop)

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

    def _check(self, number: int) -> None:
        piece = self._data[number * PIECE : (number + 1) * PIECE]
        start = number * _SIZE
        if self._sums is None or _checksum(piece) != self._sums[start : start + _SIZE]:
            raise FileDamagedError(self._path)
        self._checked[number] = True


class _Stream(io.RawIOBase):
    def __init__(self, data: Verified) -> None:
        self._data = data
        self._offset = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._offset, io.SEEK_END: len(self._data)}
        self._offset = base[whence] + offset
        return self._offset

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._data[self._offset : self._offset + len(buffer)]
        buffer[: len(data)] = data
        self._offset += len(data)
        return len(data)

    def close(self) -> None:
        self._data.close()
        super().close()


def _mapped(path: Path) -> mmap.mmap | bytes:
    with regular_files.open_file(path) as file:
        # An empty file cannot be mapped.
        if not os.fstat(file.fileno()).st_size:
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


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


def _checksum(piece: bytes) -> bytes:
    return hashlib.sha256(piece).digest()[:_SIZE]


def _checksums_of(path: Path, size: int) -> bytes | None:
    """Return the checksums of a file of *size* bytes; None without checksums.bin."""
    for folder in _folders(path):
        try:
            with regular_files.open_file(folder / CHECKSUMS) as file:
                head = file.readline()
                written, first = json.loads(head)[path.relative_to(folder).as_posix()]
                file.seek(len(head) + first * _SIZE)
                sums = file.read(-(-size // PIECE) * _SIZE)
        except FileNotFoundError:
            continue
        except (OSError, ValueError, TypeError, KeyError) as fault:
            if isinstance(fault, OSError) and regular_files.is_refused(fault):
                raise
            # checksums.bin does not list the file, or is damaged itself.
            raise FileDamagedError(path) from None
        if written != size:
            raise FileDamagedError(path)
        return sums
    return None


def _folders(path: Path) -> Iterator[Path]:
    """Yield the folders where the checksums of a file may be."""
    yield path.parent
    yield path.parent.parent
