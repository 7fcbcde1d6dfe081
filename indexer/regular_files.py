"""Files that users name: regular ones alone, and no larger than they should be."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


def read(path: Path, largest: int) -> bytes:
    """Return the bytes of a file.

    Raises:
        OSError: The system does not let it be read, it is none, or it has more than
            *largest* bytes.
    """
    with open_file(path) as file:
        size = os.fstat(file.fileno()).st_size
        # What grows meanwhile is read no further either.
        data = b"" if size > largest else file.read(largest + 1)
    if max(len(data), size) > largest:
        most = f"it has more than {largest >> 20} MiB"
        raise OSError(errno.EFBIG, most, str(path))
    return data


def open_file(path: Path) -> BinaryIO:
    """Open a file for reading.

    A pipe would be waited for, and a device may have no end: neither is a file.

    Raises:
        OSError: The system does not let it be read, or it is none.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    file = open(descriptor, "rb")  # noqa: PTH123, SIM115 (it is open already)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return file
