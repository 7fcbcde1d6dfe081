"""A progress bar on a terminal, with the recent speed and the time left."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from typing import TypeVar

import click

from indexer.progress import Items

_INTERVAL = 0.5
"""Seconds between two measurements of the position."""
_MEASUREMENTS = 11
"""The number of recent measurements; the first and the last of them give the speed."""

T = TypeVar("T")


def progress(items: Items[T], label: str) -> Iterable[T]:
    """Yield *items*; if standard error is a terminal, show a bar with position and speed."""
    return _bar(items, label) if sys.stderr.isatty() else items


def _bar(items: Items[T], label: str) -> Iterator[T]:
    pace = Pace()

    def describe(_: T | None) -> str:
        return pace.describe(bar.pos, len(items), time.monotonic())

    bar = click.progressbar(
        items,
        label=label,
        file=sys.stderr,
        item_show_func=describe,
        show_pos=True,
        # Click averages over the whole loop, which starts slowly while Kiwi is loaded.
        show_eta=False,
    )
    with bar:
        yield from bar


class Pace:
    """The recent speed of a loop, and the time left at that speed."""

    def __init__(self) -> None:
        self._positions = deque[tuple[float, int]](maxlen=_MEASUREMENTS)

    def describe(self, done: int, count: int, now: float) -> str:
        """Return speed and time left, such as `1,000/s, 0:06 left`, or "" if unknown.

        Args:
            done: The number of items that are done.
            count: The number of all items.
            now: The time in seconds.
        """
        if not self._positions or now - self._positions[-1][0] >= _INTERVAL:
            self._positions.append((now, done))
        then, before = self._positions[0]
        if done == before or now == then:
            return ""
        rate = (done - before) / (now - then)
        minutes, seconds = divmod(round((count - done) / rate), 60)
        return f"{rate:,.0f}/s, {minutes}:{seconds:02} left"
