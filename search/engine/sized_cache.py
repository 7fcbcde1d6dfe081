"""A cache of results that is bounded by their size and not by their number."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from itertools import count
from threading import Lock
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")
Value = TypeVar("Value")


class SizedCache(Generic[Value]):
    """Keeps results of functions, those used last, while they fit into *room* together.

    Called with a function, it returns the function with this cache. *size_of* returns the
    bytes of a result, *shortened* an equal result of fewer bytes. Several threads may use
    the functions at once.
    """

    def __init__(
        self,
        room: int,
        size_of: Callable[[Value], int],
        shortened: Callable[[Value], Value] = lambda value: value,
    ) -> None:
        self._size_of = size_of
        self._shortened = shortened
        self._room = room
        self._values: OrderedDict[tuple[object, ...], Value] = OrderedDict()
        self._lock = Lock()
        self._functions = count()

    def __call__(self, function: Callable[..., Any], /) -> Callable[..., Any]:
        """Return *function* with the cache; its arguments are hashable."""
        number = next(self._functions)
        values = self._values

        def cached(*args: Any) -> Any:
            key = (number, *args)
            try:
                value = values[key]
                values.move_to_end(key)
            except KeyError:
                # It is missing, or another thread removed it between the two steps.
                value = self._shortened(function(*args))
                self._add(key, value)
            return value

        return cached

    def _add(self, key: tuple[object, ...], value: Value) -> None:
        with self._lock:
            if key not in self._values:
                self._values[key] = value
                self._room -= self._size_of(value)
            while self._room < 0:
                _, oldest = self._values.popitem(last=False)
                self._room += self._size_of(oldest)
