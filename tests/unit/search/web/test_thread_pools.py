"""A slow or superfluous request fails in a thread pool; the others go on."""

from __future__ import annotations

import asyncio
from threading import Event, get_ident

import pytest

from search.web.thread_pools import BusyError, ThreadPool, TooSlowError


def test_work_runs_in_another_thread() -> None:
    async def main() -> None:
        pool = ThreadPool("test", threads=1, queue_size=0, seconds=60)
        assert await pool.run(get_ident) != get_ident()
        pool.close()

    asyncio.run(main())


def test_an_exception_of_the_work_reaches_the_caller() -> None:
    async def main() -> None:
        pool = ThreadPool("test", threads=1, queue_size=0, seconds=60)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await pool.run(lambda: 1 / 0)
        pool.close()

    asyncio.run(main())


def test_a_slow_request_fails_and_others_go_on() -> None:
    async def main() -> None:
        pool = ThreadPool("test", threads=2, queue_size=2, seconds=0.05)
        release = Event()
        with pytest.raises(TooSlowError):
            await pool.run(release.wait)
        pool.seconds = 60
        assert [await pool.run(lambda: 7) for _ in range(5)] == [7] * 5
        release.set()
        pool.close()

    asyncio.run(main())


def test_work_that_has_not_begun_in_time_never_begins() -> None:
    async def main() -> None:
        pool = ThreadPool("test", threads=1, queue_size=1, seconds=0.05)
        release, begun = Event(), Event()
        slow = asyncio.create_task(pool.run(release.wait))
        await asyncio.sleep(0)
        with pytest.raises(TooSlowError):
            await pool.run(begun.set)
        with pytest.raises(TooSlowError):
            await slow
        release.set()
        pool.seconds = 60
        await asyncio.sleep(0)
        assert await pool.run(lambda: 7) == 7
        assert not begun.is_set()
        pool.close()

    asyncio.run(main())


def test_a_full_queue_refuses_requests_until_there_is_room() -> None:
    async def main() -> None:
        pool = ThreadPool("test", threads=1, queue_size=1, seconds=60)
        release = Event()
        pending = [asyncio.create_task(pool.run(release.wait)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(BusyError):
            await pool.run(lambda: 7)
        release.set()
        assert await asyncio.gather(*pending) == [True, True]
        assert await pool.run(lambda: 7) == 7
        pool.close()

    asyncio.run(main())
