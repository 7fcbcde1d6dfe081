"""Lanes: the threads that search, how many requests wait for them, and how long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


class BusyError(Exception):
    """More requests wait already than may."""


class TooSlowError(Exception):
    """A request took longer than it may."""


class Lane:
    """Some threads for requests of a kind, which so never wait for those of another.

    A thread cannot be stopped: a request that has taken too long is told so, and its
    thread is taken until its work ends. One that has not begun is dropped.
    """

    def __init__(
        self, name: str, *, threads: int, waiting: int, seconds: float
    ) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._most = threads + waiting
        self._held = 0
        self._seconds = seconds

    async def run(self, work: Callable[[], T]) -> T:
        """Return what *work* returns, which one of the threads does.

        Raises:
            BusyError: Too many wait already; try again.
            TooSlowError: It takes too long.
        """
        if self._held >= self._most:
            raise BusyError
        loop = asyncio.get_running_loop()
        self._held += 1
        future = self._pool.submit(work)

        def ended(_: Future[Any]) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._release)

        future.add_done_callback(ended)
        try:
            waited = asyncio.shield(asyncio.wrap_future(future))
            return await asyncio.wait_for(waited, self._seconds)
        except asyncio.TimeoutError:
            future.cancel()
            raise TooSlowError from None

    def close(self) -> None:
        """Begin no more work."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _release(self) -> None:
        self._held -= 1
