"""Byte order marks, which begin a text and show its encoding."""

from __future__ import annotations

_MARKS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
"""The marks of UTF-16 and UTF-32, the longer ones first."""


def encoding_of(head: bytes) -> str | None:
    """Return `utf-16` or `utf-32` if a byte order mark begins *head*, None otherwise."""
    return next((name for mark, name in _MARKS if head.startswith(mark)), None)
