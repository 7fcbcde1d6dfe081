"""Reading files that users name: only regular ones, and only up to a size."""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


def read(path: Path, largest: int) -> bytes:
    """Return the bytes of a file.

    Raises:
        OSError: It cannot be read, is not a regular file, or has more than *largest*
            bytes.
    """
    with open_file(path) as file:
        _check_size(path, _status(file.fileno(), path).st_size, largest)
        # Also a file that grows meanwhile is not read beyond the limit.
        data = file.read(largest + 1)
    _check_size(path, len(data), largest)
    return data


def size(path: Path, largest: int) -> int:
    """Return the number of bytes of a file; the errors are those of `read`."""
    with open_file(path) as file:
        bytes_ = _status(file.fileno(), path).st_size
    _check_size(path, bytes_, largest)
    return bytes_


def _check_size(path: Path, size: int, largest: int) -> None:
    if size > largest:
        most = f"it has more than {largest >> 20} MiB"
        raise OSError(errno.EFBIG, most, str(path))


def open_file(path: Path) -> BinaryIO:
    """Open a regular file for reading.

    Reading a pipe could wait for ever, and a device may have no end: both are refused.

    Raises:
        OSError: It cannot be read, or is not a regular file. A fault of a later read
            names the file too.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    try:
        _check_kind(path, _status(descriptor, path).st_mode)
        return io.BufferedReader(_NamedFile(descriptor, path))
    except OSError:
        os.close(descriptor)
        raise


def _check_kind(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "not a regular file", str(path))


def _status(descriptor: int, path: Path) -> os.stat_result:
    """Return the status of the open file *path*; a fault names it."""
    try:
        return os.fstat(descriptor)
    except OSError as fault:
        fault.filename = str(path)
        raise


class _NamedFile(io.FileIO):
    """An open file whose faults name it; those of `read` do not."""

    def __init__(self, descriptor: int, path: Path) -> None:
        try:
            super().__init__(descriptor)
        except OSError as fault:
            fault.filename = str(path)
            raise
        self._path = path

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        try:
            return super().readinto(buffer)
        except OSError as fault:
            fault.filename = str(self._path)
            raise

    def readall(self) -> bytes:
        try:
            return super().readall()
        except OSError as fault:
            fault.filename = str(self._path)
            raise


def is_refused(fault: OSError) -> bool:
    """Return whether a file could not be opened or read, whatever its content."""
    return is_limit(fault) or fault.errno in (errno.EACCES, errno.EPERM, errno.EIO)


def is_limit(fault: OSError) -> bool:
    """Return whether a process or the system has as much as it may have."""
    limits = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN)
    return fault.errno in limits


def is_replaced(fault: OSError) -> bool:
    """Return whether a pipe, a folder, a device or a socket is in the place of a file."""
    return fault.errno in (errno.EINVAL, errno.ENXIO)


def reason(fault: OSError) -> str:
    """Return why a file cannot be used, as a part of a sentence."""
    if fault.errno == errno.EIO:
        return "the device reports an input/output error; see the log of the system"
    return fault.strerror or type(fault).__name__
