"""Forked processes: results in order, faults raised, and no process left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from threading import Thread

import pytest
from helpers import examples, is_running
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.analysis import kiwi
from indexer.errors import CommuniqueError
from indexer.parallel import (
    WorkerKilledError,
    in_background,
    parallel_map,
    worker_pool,
)

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="processes are forked on Linux alone"
)


def doubled(parts: Sequence[int]) -> Iterator[int]:
    for part in parts:
        yield part * 2


@settings(max_examples=examples(0.4))
@given(parts=st.lists(st.integers()), processes=st.integers(1, 4))
def test_results_come_in_order(parts: list[int], processes: int) -> None:
    assert list(parallel_map(doubled, parts, processes)) == [part * 2 for part in parts]


class TwoFactsError(CommuniqueError):
    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} and {other}.")


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (TwoFactsError("one", "the other"), "one and the other."),
        (FileNotFoundError(2, "No such file", "gone"), "No such file: 'gone'"),
        (MemoryError("no more"), "no more"),
        (KeyError("a bug"), r"in work\n(.*\n)*KeyError: 'a bug'"),
    ],
)
def test_a_fault_is_raised_where_its_result_is_awaited(
    fault: Exception, message: str
) -> None:
    def work(parts: Sequence[int]) -> Iterator[int]:
        for part in parts:
            if part == 3:
                raise fault
            yield part

    results = parallel_map(work, range(6), 2)

    assert [next(results) for _ in range(3)] == [0, 1, 2]
    expected = (CommuniqueError, OSError, MemoryError, RuntimeError)
    with pytest.raises(expected, match=message):
        next(results)


def test_a_killed_process_raises_worker_killed_error() -> None:
    def work(parts: Sequence[int]) -> Iterator[int]:
        os.kill(os.getpid(), signal.SIGKILL)
        yield from parts

    with pytest.raises(WorkerKilledError, match="killed"):
        list(parallel_map(work, [1, 2], 2))


def test_a_process_killed_while_it_sends_raises_worker_killed_error() -> None:
    def work(parts: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        for size in parts:
            # Longer than the system takes to fill the pipe, which is not emptied.
            signal.setitimer(signal.ITIMER_REAL, 0.2 if size else 0)
            yield os.getpid(), bytes(size)

    results = parallel_map(work, [0, 0, 1 << 24, 1 << 24], 2)
    processes = [next(results)[0], next(results)[0]]
    until = time.monotonic() + 60
    while any(map(is_running, processes)):
        assert time.monotonic() < until
        time.sleep(0.01)

    with pytest.raises(WorkerKilledError):
        list(results)


def test_closing_the_results_kills_the_processes() -> None:
    def work(parts: Sequence[int]) -> Iterator[int]:
        yield os.getpid()
        time.sleep(600)
        yield from parts

    results = parallel_map(work, [1, 2], 2)
    process = next(results)
    results.close()  # type: ignore[attr-defined]

    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_worker_can_send_half_a_megabyte_before_it_is_received(
    tmp_path: Path,
) -> None:
    def work(parts: Sequence[int]) -> Iterator[bytes]:
        for _ in parts:
            yield bytes(50_000)
        (tmp_path / str(parts[0])).touch()

    results = parallel_map(work, range(20), 2)
    received = [next(results)]
    until = time.monotonic() + 60
    while len(list(tmp_path.iterdir())) < 2 and time.monotonic() < until:
        time.sleep(0.01)

    assert {path.name for path in tmp_path.iterdir()} == {"0", "1"}
    assert len([*received, *results]) == 20


def test_processes_end_when_their_parent_is_killed() -> None:
    script = (
        "import os, sys; from indexer.parallel import parallel_map\n"
        "def work(parts):\n"
        "    for part in parts: yield os.getpid(), 'x' * 200_000\n"
        "results = parallel_map(work, range(1000), 3)\n"
        "print(*(next(results)[0] for _ in range(3)), flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=False, text=True
    )

    left = {int(process) for process in done.stdout.split()}
    assert len(left) == 3
    until = time.monotonic() + 60
    while any(map(is_running, left)) and time.monotonic() < until:
        time.sleep(0.01)
    assert not any(map(is_running, left))


def test_a_forked_process_analyses_with_a_kiwi_of_its_own() -> None:
    """The threads of the Kiwi that it inherits are gone; waiting for them never ends."""

    def work(runs: Sequence[str]) -> Iterator[list[str]]:
        for run in runs:
            yield [
                part.form for parts in kiwi.morphemes([run, "동맹"]) for part in parts
            ]

    list(kiwi.morphemes(["전작권", "동맹"]))

    assert list(parallel_map(work, ["전작권", "핵"], 2)) == [
        ["전작권", "동맹"],
        ["핵", "동맹"],
    ]


def test_a_background_task_is_done_at_the_end_of_the_block(tmp_path: Path) -> None:
    with in_background((tmp_path / "a").touch, worth_it=True):
        (tmp_path / "b").touch()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_a_fault_of_a_background_task_is_raised() -> None:
    def task() -> None:
        raise PermissionError(13, "Permission denied", "there")

    with pytest.raises(PermissionError), in_background(task, worth_it=True):
        pass


def test_a_pool_gets_ready_while_the_block_runs(tmp_path: Path) -> None:
    mark = tmp_path / "ready"

    def ready() -> Callable[[int], tuple[int, int]]:
        mark.touch()
        return lambda part: (part * 2, os.getpid())

    with worker_pool(ready, 1) as pool:
        until = time.monotonic() + 60
        while not mark.exists():
            assert time.monotonic() < until
            time.sleep(0.01)
        (one, first), (other, second) = pool.map([1, 2])

    assert (one, other) == (2, 4)
    assert first == second != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def test_a_pool_receives_parts_while_its_results_are_not_received() -> None:
    """Neither side waits for the other, however much is sent."""
    parts = [f"{number:07}" * 100_000 for number in range(8)]

    def twice(part: str) -> str:
        return part * 2

    with worker_pool(lambda: twice, 2) as pool:
        assert list(pool.map(iter(parts))) == [part * 2 for part in parts]


def test_workers_end_when_the_pool_is_finished() -> None:
    def answer(_: int) -> int:
        return os.getpid()

    with worker_pool(lambda: answer, 2) as pool:
        workers = set(pool.map([0, 1]))
        pool.finish()

        until = time.monotonic() + 60
        while any(map(is_running, workers)):
            assert time.monotonic() < until
            time.sleep(0.01)
    assert len(workers) == 2


def test_a_fault_while_getting_ready_is_raised_by_map() -> None:
    def ready() -> Callable[[int], int]:
        raise MemoryError("no more")

    with worker_pool(ready, 1) as pool, pytest.raises(MemoryError, match="no more"):
        list(pool.map([1]))


def test_a_worker_that_cannot_start_a_thread_raises_memory_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def start(_: Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(Thread, "start", start)

    def answer(part: int) -> int:
        return part

    with worker_pool(lambda: answer, 2) as pool, pytest.raises(MemoryError):
        list(pool.map([1]))


def test_a_killed_worker_raises_worker_killed_error() -> None:
    def answer(part: int) -> int:
        os.kill(os.getpid(), signal.SIGKILL)
        return part

    with worker_pool(lambda: answer, 2) as pool:
        for _ in range(2):
            with pytest.raises(WorkerKilledError, match="killed"):
                list(pool.map([1]))


WAITING = """
import os, time
from indexer.parallel import worker_pool
with worker_pool(lambda: lambda part: os.getpid(), 2) as pool:
    print(*pool.map([0, 1]), flush=True)
    time.sleep(600)
"""
BUSY = """
import os, sys, time
from indexer.parallel import worker_pool
def answer(part):
    os.write(1, b"%d\\n" % os.getpid())
    time.sleep(600)
with worker_pool(lambda: answer, 2) as pool:
    list(pool.map([0, 1]))
"""
WRITING = """
import os, time
from indexer.parallel import in_background
def write():
    os.write(1, b"%d\\n" % os.getpid())
    time.sleep(600)
with in_background(write, worth_it=True), in_background(write, worth_it=True):
    time.sleep(600)
"""


@pytest.mark.parametrize("script", [WAITING, BUSY, WRITING])
def test_workers_end_when_their_parent_is_killed(script: str) -> None:
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        words = chain.from_iterable(map(bytes.split, parent.stdout))
        workers = list(map(int, islice(words, 2)))
        parent.kill()

    until = time.monotonic() + 60
    while any(map(is_running, workers)):
        assert time.monotonic() < until
        time.sleep(0.01)
