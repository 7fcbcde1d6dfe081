"""Progress of a long loop, as a seam between a rebuild and the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Wraps the items of a loop and shows how many were taken, such as a progress bar."""

    def __call__(self, items: Sequence[T], label: str) -> Iterable[T]:
        """Return *items*, for one loop; *label* names the loop to the user."""


def no_progress(items: Sequence[T], label: str) -> Iterable[T]:  # noqa: ARG001
    """Return *items* and show nothing."""
    return items
