"""The cache of a server's answers; as a generation never changes, no entry expires."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple, TypeAlias

from search.index import Index

Handler: TypeAlias = Callable[[Index], bytes]
"""Computes the body of an answer from an index."""

LONGEST_KEY = 2000
"""Characters; the answer to a longer request is not cached."""


class _Entry(NamedTuple):
    answer: bytes
    handler: Handler


class AnswerCache:
    """The answers used last, up to *max_bytes* in all, and the handler of each."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._size = 0
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> bytes | None:
        """Return the answer cached for *key*, which then counts as used last."""
        with self._lock:
            if key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key].answer

    def put(self, key: str, answer: bytes, handler: Handler) -> None:
        """Cache an answer, and evict those unused for longest to make room.

        An answer larger than a sixteenth of the cache is not cached.
        """
        if len(key) > LONGEST_KEY or len(answer) > self._max_bytes // 16:
            return
        with self._lock:
            if old := self._entries.pop(key, None):
                self._size -= len(old.answer)
            self._entries[key] = _Entry(answer, handler)
            self._size += len(answer)
            while self._size > self._max_bytes:
                _, oldest = self._entries.popitem(last=False)
                self._size -= len(oldest.answer)

    def latest(self) -> list[tuple[str, Handler]]:
        """Return the keys and their handlers, the one used last first."""
        with self._lock:
            entries = list(self._entries.items())
        return [(key, entry.handler) for key, entry in reversed(entries)]
