"""Answers that were given: the same question has the same answer from a generation."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple, TypeAlias

from search.index import Index

Work: TypeAlias = Callable[[Index], bytes]
"""Makes an answer of an index."""

LONGEST_QUESTION = 2000
"""Characters of a question whose answer is kept."""


class _Kept(NamedTuple):
    answer: bytes
    work: Work


class Answers:
    """The latest answers, up to a number of bytes, and what made each of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = Lock()

    def to(self, question: str) -> bytes | None:
        """Return the answer to *question*, if it is kept."""
        with self._lock:
            if question not in self._kept:
                return None
            self._kept.move_to_end(question)
            return self._kept[question].answer

    def keep(self, question: str, answer: bytes, work: Work) -> None:
        """Keep *answer* as the latest, letting go of the oldest where there is no room."""
        if len(question) > LONGEST_QUESTION or len(answer) > self._most // 16:
            return
        with self._lock:
            if before := self._kept.pop(question, None):
                self._size -= len(before.answer)
            self._kept[question] = _Kept(answer, work)
            self._size += len(answer)
            while self._size > self._most:
                _, oldest = self._kept.popitem(last=False)
                self._size -= len(oldest.answer)

    def latest(self) -> list[tuple[str, Work]]:
        """Return the questions, the latest first, with what answers them."""
        with self._lock:
            kept = list(self._kept.items())
        return [(question, each.work) for question, each in reversed(kept)]
