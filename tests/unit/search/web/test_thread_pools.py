"""Lanes: a slow or superfluous request is told so, and the others go on."""

from __future__ import annotations

import asyncio
from threading import Event, get_ident

import pytest

from search.web.thread_pools import BusyError, Lane, TooSlowError


def test_work_is_done_in_another_thread() -> None:
    async def main() -> None:
        lane = Lane("test", threads=1, waiting=0, seconds=5)
        assert await lane.run(get_ident) != get_ident()
        lane.close()

    asyncio.run(main())


def test_its_fault_is_the_askers() -> None:
    async def main() -> None:
        lane = Lane("test", threads=1, waiting=0, seconds=5)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await lane.run(lambda: 1 / 0)
        lane.close()

    asyncio.run(main())


def test_a_slow_request_is_told_and_others_go_on() -> None:
    async def main() -> None:
        lane = Lane("test", threads=2, waiting=2, seconds=0.2)
        release = Event()
        with pytest.raises(TooSlowError):
            await lane.run(release.wait)
        assert [await lane.run(lambda: 7) for _ in range(5)] == [7] * 5
        release.set()
        lane.close()

    asyncio.run(main())


def test_what_has_not_begun_in_time_never_begins() -> None:
    async def main() -> None:
        lane = Lane("test", threads=1, waiting=1, seconds=0.2)
        release, begun = Event(), Event()
        slow = asyncio.create_task(lane.run(release.wait))
        await asyncio.sleep(0)
        with pytest.raises(TooSlowError):
            await lane.run(begun.set)
        with pytest.raises(TooSlowError):
            await slow
        release.set()
        await asyncio.sleep(0)
        assert await lane.run(lambda: 7) == 7
        assert not begun.is_set()
        lane.close()

    asyncio.run(main())


def test_more_than_may_wait_are_refused_until_there_is_room() -> None:
    async def main() -> None:
        lane = Lane("test", threads=1, waiting=1, seconds=5)
        release = Event()
        held = [asyncio.create_task(lane.run(release.wait)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(BusyError):
            await lane.run(lambda: 7)
        release.set()
        assert await asyncio.gather(*held) == [True, True]
        assert await lane.run(lambda: 7) == 7
        lane.close()

    asyncio.run(main())
