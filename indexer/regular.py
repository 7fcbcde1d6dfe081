"""Files that users name: regular ones alone, and no larger than they should be."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


def read(path: Path, largest: int) -> bytes:
    """Return the bytes of a file.

    A pipe would be waited for, and a device may have no end: neither is a file.

    Raises:
        OSError: The system does not let it be read, it is none, or it has more than
            *largest* bytes.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, "rb") as file:  # noqa: PTH123 (it is open already)
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        # What grows meanwhile is read no further either.
        data = b"" if status.st_size > largest else file.read(largest + 1)
    if max(len(data), status.st_size) > largest:
        most = f"it has more than {largest >> 20} MiB"
        raise OSError(errno.EFBIG, most, str(path))
    return data
