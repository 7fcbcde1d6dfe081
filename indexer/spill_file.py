"""Spill files: data of a rebuild that wait on disk, so that they do not take memory."""

from __future__ import annotations

import errno
import os
import weakref
from contextlib import suppress
from pathlib import Path
from typing import IO

_IN_MEMORY = 1 << 22
"""Bytes up to which the data stay in memory."""
_FULL = (errno.ENOSPC, errno.EDQUOT)
_REMEDY = "set TMPDIR to a folder with more space"


class SpillFile:
    """Bytes that are appended, and read again by their offset.

    A file of the operating system holds them when they are many. It has no name, so it
    ends with its process, however that ends. Processes that are forked after the last
    `append` may all read it.

    Args:
        folder: The folder of the file; by default that for temporary files.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._data = bytearray()
        self._file: IO[bytes] | None = None
        self._size = 0

    def append(self, data: bytes) -> int:
        """Append *data*; return its offset.

        Raises:
            OSError: The disk is full, or fails; the fault names the folder, and the remedy
                where the default folder is full.
        """
        offset = self._size
        self._size += len(data)
        if self._file or self._size > _IN_MEMORY:
            self._write(data)
        else:
            self._data += data
        return offset

    def _write(self, data: bytes) -> None:
        import tempfile

        try:
            if not self._file:
                self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
                weakref.finalize(self, _close, self._file)
                self._file.write(self._data)
                self._data = bytearray()
            self._file.seek(0, os.SEEK_END)
            self._file.write(data)
            self._file.flush()
        except OSError as fault:
            fault.filename = str(self._folder or tempfile.gettempdir())
            if fault.errno in _FULL and not self._folder:
                fault.strerror = f"{fault.strerror}; {_REMEDY}"
            raise

    def read(self, offset: int, size: int) -> bytes:
        """Return *size* bytes from *offset* on."""
        if not self._file:
            return bytes(self._data[offset : offset + size])
        if hasattr(os, "pread"):
            # Forked processes share the position of the file.
            return os.pread(self._file.fileno(), size, offset)
        self._file.seek(offset)
        return self._file.read(size)


def _close(file: IO[bytes]) -> None:
    # On a full disk, closing the file tries to write the rest of its buffer again.
    with suppress(OSError):
        file.close()
