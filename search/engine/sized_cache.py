"""A cache of results that is bounded by their size and not by their number."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class SizedCache(Generic[Key, Value]):
    """Calls *read* for a key, and keeps the results used last while they fit into *room*.

    *size_of* returns the bytes of a result. Several threads may use the cache at once.
    """

    def __init__(
        self,
        read: Callable[[Key], Value],
        size_of: Callable[[Value], int],
        room: int,
    ) -> None:
        self._read = read
        self._size_of = size_of
        self._room = room
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    def __call__(self, key: Key) -> Value:
        """Return the result of *read* for *key*, read now or before."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = self._read(key)
        with self._lock:
            if key not in self._values:
                self._values[key] = value
                self._room -= self._size_of(value)
            while self._room < 0:
                _, oldest = self._values.popitem(last=False)
                self._room += self._size_of(oldest)
        return value
