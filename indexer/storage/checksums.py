"""The bytes of a generation, each compared with what was written when it is first read.

    checksums.bin    a line of JSON, `{file: [bytes, number of its first checksum]}`, and
                     the checksums, 16 bytes each: the head of the SHA-256 of a piece

A file is checked in pieces, so that opening it takes no longer the larger it is, and
that what nobody asks for is not read. That the checksums are those that were written
is for the manifest to tell, and CURRENT tells it of the manifest.
"""

from __future__ import annotations

import hashlib
import io
import json
import mmap
from collections.abc import Iterator
from pathlib import Path

from indexer.errors import CommuniqueError
from indexer.file_names import CHECKSUMS

_PIECE = 1 << 14
"""Bytes that are checked together: a hundredth of a millisecond's work."""
_SIZE = 16
"""Bytes of a checksum."""


class FileDamagedError(CommuniqueError):
    """A file of the index cannot be read as it was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: the file is damaged; see `communique check`, and make the index"
            " anew with `communique rebuild --force`."
        )


def write(generation: Path) -> None:
    """Write the checksums of all files in the folder *generation* into it."""
    listed: dict[str, tuple[int, int]] = {}
    sums: list[bytes] = []
    for path in sorted(path for path in generation.rglob("*") if path.is_file()):
        before = len(sums)
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                sums.append(_checksum(piece))
        name = path.relative_to(generation).as_posix()
        listed[name] = path.stat().st_size, before
    head = json.dumps(listed, ensure_ascii=False).encode()
    (generation / CHECKSUMS).write_bytes(b"\n".join([head, b"".join(sums)]))


def read(path: Path) -> bytes:
    """Return all bytes of a file, checked.

    Raises:
        FileDamagedError: They are not as they were written.
    """
    file = Verified(path)
    try:
        return file[0 : len(file)]
    finally:
        file.close()


def stream(path: Path) -> io.BufferedReader:
    """Open a file for reading; reading raises FileDamagedError."""
    return io.BufferedReader(_Stream(Verified(path)), _PIECE)


class Verified:
    """The bytes of a file, mapped: slices are read, and checked, as they are asked for.

    A file of no generation, which has no checksums beside it, is read as it is.

    Raises:
        FileDamagedError: The file, or in slicing a piece of it, is not as it was written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._data = _mapped(path)
        try:
            self._sums = _checksums_of(path, len(self._data))
        except FileDamagedError:
            self.close()
            raise
        pieces = -(-len(self._data) // _PIECE)
        # What is not to be checked counts as checked.
        self._checked = bytearray([self._sums is None]) * pieces

    def __len__(self) -> int:
        return len(self._data)

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(len(self._data))
        if start < stop:
            for number in range(start // _PIECE, (stop - 1) // _PIECE + 1):
                if not self._checked[number]:
                    self._check(number)
        return self._data[start:stop]

    def close(self) -> None:
        """Let go of the file."""
        if isinstance(self._data, mmap.mmap):
            self._data.close()

    def _check(self, number: int) -> None:
        piece = self._data[number * _PIECE : (number + 1) * _PIECE]
        place = number * _SIZE
        if self._sums is None or _checksum(piece) != self._sums[place : place + _SIZE]:
            raise FileDamagedError(self._path)
        self._checked[number] = True


class _Stream(io.RawIOBase):
    def __init__(self, data: Verified) -> None:
        self._data = data
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: len(self._data)}
        self._place = base[whence] + offset
        return self._place

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._data[self._place : self._place + len(buffer)]
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)

    def close(self) -> None:
        self._data.close()
        super().close()


def _mapped(path: Path) -> mmap.mmap | bytes:
    with path.open("rb") as file:
        # An empty file cannot be mapped.
        if not path.stat().st_size:
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _checksum(piece: bytes) -> bytes:
    return hashlib.sha256(piece).digest()[:_SIZE]


def _checksums_of(path: Path, size: int) -> bytes | None:
    """Return the checksums of a file of *size* bytes; None if it has none beside it."""
    for folder in _folders(path):
        try:
            with (folder / CHECKSUMS).open("rb") as file:
                head = file.readline()
                written, first = json.loads(head)[path.relative_to(folder).as_posix()]
                file.seek(len(head) + first * _SIZE)
                sums = file.read(-(-size // _PIECE) * _SIZE)
        except FileNotFoundError:
            continue
        except (OSError, ValueError, TypeError, KeyError):
            # The file is one too many, or the checksums are no such file.
            raise FileDamagedError(path) from None
        if written != size:
            raise FileDamagedError(path)
        return sums
    return None


def _folders(path: Path) -> Iterator[Path]:
    """Yield where the checksums of a file may be: beside it, or a folder above."""
    yield path.parent
    yield path.parent.parent
