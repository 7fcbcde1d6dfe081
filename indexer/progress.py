"""Progress: how far a long loop has come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Shows how far a long loop has come: yields *items* as they are taken."""

    def __call__(self, items: Sequence[T], label: str) -> Iterable[T]:
        """Return *items*, to be looped over once."""


def no_progress(items: Sequence[T], label: str) -> Iterable[T]:  # noqa: ARG001
    """Show nothing."""
    return items
