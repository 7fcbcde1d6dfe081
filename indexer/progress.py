"""Progress of a long loop, as a seam between a rebuild and the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Items(Protocol[T_co]):
    """Items whose number is known before they are taken."""

    def __len__(self) -> int:
        """Return the number of items."""

    def __iter__(self) -> Iterator[T_co]:
        """Yield the items."""


class Progress(Protocol):
    """Wraps the items of a loop and shows how many were taken, such as a progress bar."""

    def __call__(self, items: Items[T], label: str) -> Iterable[T]:
        """Return *items*, for one loop; *label* names the loop to the user."""


def no_progress(items: Items[T], label: str) -> Iterable[T]:  # noqa: ARG001
    """Return *items* and show nothing."""
    return items
