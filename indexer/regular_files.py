"""Reading files that users name: only regular ones, and only up to a size."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


def read(path: Path, largest: int) -> bytes:
    """Return the bytes of a file.

    Raises:
        OSError: It cannot be read, is not a regular file, or has more than *largest*
            bytes.
    """
    with open_file(path) as file:
        size = os.fstat(file.fileno()).st_size
        # Also a file that grows meanwhile is not read beyond the limit.
        data = b"" if size > largest else file.read(largest + 1)
    if max(len(data), size) > largest:
        most = f"it has more than {largest >> 20} MiB"
        raise OSError(errno.EFBIG, most, str(path))
    return data


def open_file(path: Path) -> BinaryIO:
    """Open a regular file for reading.

    Reading a pipe could wait for ever, and a device may have no end: both are refused.

    Raises:
        OSError: It cannot be read, or is not a regular file.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    file = open(descriptor, "rb")  # noqa: PTH123, SIM115 (it is open already)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return file


def is_refused(fault: OSError) -> bool:
    """Return whether the operating system refused to open a file, whatever its content."""
    return is_limit(fault) or fault.errno in (errno.EACCES, errno.EPERM)


def is_limit(fault: OSError) -> bool:
    """Return whether a process or the system has as much as it may have."""
    limits = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN)
    return fault.errno in limits
