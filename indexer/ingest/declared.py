"""Declared title and date: those that stand beside a document, not in its text.

The file `a.pdf.json` declares them for `a.pdf`, and for a text its encoding:

    {"title": "제52차 한미안보협의회의 공동성명", "date": "2020-10-14"}
"""

from __future__ import annotations

import errno
import hashlib
import json
from pathlib import Path
from typing import NamedTuple

from indexer import regular_files
from indexer.errors import CommuniqueError
from indexer.ingest.dates import first_date

SUFFIX = ".json"
ENCODINGS = ("utf-8", "cp949", "utf-16", "utf-16-le", "utf-16-be")
"""The encodings that a sidecar may declare."""

_KEYS = ("title", "date", "encoding")
_LARGEST = 1 << 20


class SidecarError(CommuniqueError):
    """The file that declares title and date is malformed."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path}: {reason}; it declares title, date (2020-10-14) or encoding"
            f" ({', '.join(ENCODINGS)}) in a JSON object."
        )


class Declared(NamedTuple):
    """Title, date and encoding, each None if undeclared, and the SHA-256 of their file."""

    title: str | None = None
    date: str | None = None
    encoding: str | None = None
    sha256: str | None = None


UNDECLARED = Declared()


def sidecar_of(path: Path) -> Path:
    """Return the path of the file that may declare title and date of *path*."""
    return path.with_name(path.name + SUFFIX)


def read_sidecar(path: Path) -> Declared:
    """Return the declarations beside the file *path*, UNDECLARED if there are none.

    Raises:
        SidecarError: They are malformed.
    """
    sidecar = sidecar_of(path)
    try:
        data = regular_files.read(sidecar, _LARGEST)
    except FileNotFoundError:
        return UNDECLARED
    except OSError as fault:
        if fault.errno == errno.ENAMETOOLONG:
            return UNDECLARED
        raise SidecarError(
            sidecar, f"it cannot be read ({regular_files.reason(fault)})"
        ) from None
    try:
        values = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise SidecarError(sidecar, "it is not JSON in UTF-8") from None
    if not isinstance(values, dict):
        raise SidecarError(sidecar, "it holds no JSON object")
    for key, value in values.items():
        if key not in _KEYS:
            raise SidecarError(sidecar, f"it has the key {key!r}")
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            raise SidecarError(sidecar, f"the value of {key!r} is not a line of text")
    date, encoding = values.get("date"), values.get("encoding")
    if date is not None and first_date(date) is None:
        raise SidecarError(sidecar, f"{date!r} is not a date")
    if encoding is not None and encoding.lower() not in ENCODINGS:
        raise SidecarError(sidecar, f"{encoding!r} is not such an encoding")
    return Declared(
        values.get("title"),
        date,
        encoding.lower() if encoding else None,
        hashlib.sha256(data).hexdigest(),
    )
