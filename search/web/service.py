"""The service behind every route: the opened index, the threads, the kept answers."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable

from indexer.location import Location
from search.web.answer_cache import Work
from search.web.index_watcher import Following
from search.web.thread_pools import Lane

_SWITCH = 0.001
"""Seconds after which a thread that computes lets another go on; Python's own 0.005
would have each step of a quick request wait so long for a slow one."""


_COLLECTIONS = (700, 10, 10_000)
"""How rarely Python looks for cycles of objects: what an index remembers is hundreds of
thousands of objects, and while Python goes through all of them nobody is answered. That is
done when an index has been let go of."""


class Service:
    """Answers questions from an index, in threads."""

    def __init__(self, location: Location, say: Callable[[str], None]) -> None:
        """Open the index.

        Raises:
            CommuniqueError: There is none, or it cannot be read.
        """
        self.following = Following(location, say)
        self.searching = Lane("search", threads=4, waiting=64, seconds=10)
        self.comparing = Lane("compare", threads=2, waiting=16, seconds=20)

    def start(self) -> None:
        """Follow rebuilds, and load what the first queries would wait for."""
        sys.setswitchinterval(_SWITCH)
        gc.set_threshold(*_COLLECTIONS)
        self.following.start()

    def stop(self) -> None:
        """Let go of everything."""
        self.searching.close()
        self.comparing.close()
        self.following.stop()

    async def answer(self, lane: Lane, question: str, work: Work) -> bytes:
        """Return what *work* makes of the index, or made of it for the same question.

        Raises:
            BusyError: Too many requests wait for the threads of *lane*.
            TooSlowError: It takes too long.
            CommuniqueError: As *work* raises it.
        """
        kept = self.following.current.answers.to(question)
        if kept is not None:
            return kept
        return await lane.run(lambda: self._answered(question, work))

    def _answered(self, question: str, work: Work) -> bytes:
        with self.following.read() as opened:
            return opened.answered(question, work)
