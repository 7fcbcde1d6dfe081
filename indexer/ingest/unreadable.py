"""Corpus files that are left out of an index, as its manifest records them."""

from __future__ import annotations

from typing import NamedTuple

MOST_LISTED = 100
"""Files that are left out and listed; more are counted."""


class UnreadableFile(NamedTuple):
    """A corpus file that is left out, with the reason."""

    path: str
    reason: str


class Unreadable(NamedTuple):
    """The number of corpus files that are left out, and the first MOST_LISTED of them."""

    total: int = 0
    files: tuple[UnreadableFile, ...] = ()
