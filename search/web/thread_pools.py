"""Thread pools with a bounded queue and a time limit for each request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


class BusyError(Exception):
    """The queue of the pool is full, or the pool is closed."""


class TooSlowError(Exception):
    """A request exceeded the time limit."""


class ThreadPool:
    """Threads for one kind of request, which therefore never waits for another kind.

    Python cannot stop a thread: after the time limit the caller gets an error, and the
    thread stays occupied until its work ends. Work that has not begun is dropped.

    Args:
        name: The prefix of the threads' names.
        threads: The number of threads.
        queue_size: How many requests may wait for a thread.
        seconds: The time limit of a request, its wait in the queue included.
    """

    def __init__(
        self, name: str, *, threads: int, queue_size: int, seconds: float
    ) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._capacity = threads + queue_size
        self._pending = 0
        self._closed = False
        self.seconds = seconds

    async def run(self, work: Callable[[], T]) -> T:
        """Call *work* in one of the threads, and return its result.

        Raises:
            BusyError: The queue is full, or the pool was closed.
            TooSlowError: The time limit is exceeded.
        """
        if self._closed or self._pending >= self._capacity:
            raise BusyError
        loop = asyncio.get_running_loop()
        self._pending += 1
        future = self._pool.submit(work)

        def done(_: Future[Any]) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._release)

        future.add_done_callback(done)
        try:
            result = asyncio.shield(asyncio.wrap_future(future))
            return await asyncio.wait_for(result, self.seconds)
        except asyncio.TimeoutError:
            future.cancel()
            raise TooSlowError from None
        except asyncio.CancelledError:
            if future.cancelled():
                raise BusyError from None  # `close` has dropped it.
            raise

    def close(self) -> None:
        """Drop the queue; running work goes on to its end."""
        self._closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _release(self) -> None:
        self._pending -= 1
