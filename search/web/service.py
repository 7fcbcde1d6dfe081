"""The service behind every route: the open index, its cache, and the thread pools."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable

from indexer.location import Location
from search.web.answer_cache import Handler
from search.web.index_watcher import IndexWatcher
from search.web.thread_pools import ThreadPool

SEARCH_SECONDS = 10
COMPARE_SECONDS = 20
"""The time limits of a search and of a comparison."""

_SWITCH = 0.001
"""Seconds until Python switches to another thread. With its default of 0.005, each step
of a quick request could wait that long for a slow one."""

_COLLECTIONS = (700, 10, 10_000)
"""Thresholds of the garbage collector, with rare collections of the oldest objects: an
index holds hundreds of thousands of objects, and no request is answered during a full
collection. The watcher runs one after it has closed an index."""


class Service:
    """Computes the answers to requests, in threads."""

    def __init__(self, location: Location, say: Callable[[str], None]) -> None:
        """Open the index.

        Raises:
            CommuniqueError: The index does not exist or cannot be read.
        """
        self.watcher = IndexWatcher(location, say)
        self.search_pool = ThreadPool(
            "search", threads=4, queue_size=64, seconds=SEARCH_SECONDS
        )
        self.compare_pool = ThreadPool(
            "compare", threads=2, queue_size=16, seconds=COMPARE_SECONDS
        )

    def start(self) -> None:
        """Load the index in advance, and replace it after each rebuild."""
        sys.setswitchinterval(_SWITCH)
        gc.set_threshold(*_COLLECTIONS)
        self.watcher.start()

    def stop(self) -> None:
        """Stop the threads, and close the index after its last reader."""
        self.search_pool.close()
        self.compare_pool.close()
        self.watcher.stop()

    async def answer(self, pool: ThreadPool, key: str, handler: Handler) -> bytes:
        """Return the answer that is cached for *key*, or run *handler* in a thread.

        Raises:
            BusyError: The queue of *pool* is full.
            TooSlowError: The time limit of *pool* is exceeded.
            CommuniqueError: As *handler* raises it.
        """
        cached = self.watcher.current.answers.get(key)
        if cached is not None:
            return cached
        return await pool.run(lambda: self._compute(key, handler))

    async def answer_once(self, pool: ThreadPool, handler: Handler) -> bytes:
        """Run *handler* in a thread, and do not cache its answer.

        Raises:
            CommuniqueError: As `answer` raises it, and so the faults of *pool*.
        """

        def compute() -> bytes:
            with self.watcher.read() as open_index:
                return handler(open_index.index)

        return await pool.run(compute)

    def _compute(self, key: str, handler: Handler) -> bytes:
        with self.watcher.read() as open_index:
            return open_index.answer(key, handler)
