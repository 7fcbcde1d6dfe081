"""Work on other cores, by forked processes: they have all they need without a copy.

Threads would wait for each other. Where processes cannot be forked safely, which is
everywhere but on Linux, the work is done in turn instead.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import stat
import sys
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, Generic, TypeVar, cast

from indexer.errors import CommuniqueError

if sys.platform == "linux":
    import fcntl

T = TypeVar("T")
U = TypeVar("U")

_PATIENCE = 0.1
"""Seconds between two looks at whether what is done aside is still wanted."""
_PIPE = 1 << 20
"""How many bytes may be told before they are received, if the system lets so many."""


def core_count() -> int:
    """Return how many processes may work at once; one where none is forked."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


@contextmanager
def in_background(task: Callable[[], None], *, worth_it: bool) -> Iterator[None]:
    """Do *task* while the block runs, or after it if that is not *worth_it*.

    Both are done when the block ends.

    Raises:
        MemoryError: As *task* raised it.
        OSError: As *task* raised it, or that its process was killed.
    """
    if not worth_it or sys.platform != "linux":
        yield
        task()
        return

    def work(_: Sequence[None]) -> Iterator[None]:
        task()
        yield

    with _forked(work, ()) as told:
        yield
        _received(told)


def parallel_map(
    work: Callable[[Sequence[T]], Iterator[U]], parts: Sequence[T], processes: int
) -> Iterator[U]:
    """Yield what is made of each of *parts*, in order.

    Each of the *processes* calls *work* with its share of the parts; it yields as many
    results, which are pickled.

    Raises:
        MemoryError: As *work* raised it.
        OSError: As *work* raised it, or that a process was killed.
        CommuniqueError: As *work* raised it.
    """
    if processes == 1:
        yield from work(parts)
        return
    with ExitStack() as stack:
        told: list[Connection] = []
        for first in range(processes):
            share = parts[first::processes]
            told.append(stack.enter_context(_forked(work, share, told)))
        for number in range(len(parts)):
            yield _received(told[number % processes])


def map_in_child(
    work: Callable[[Sequence[T]], Iterator[U]],
    parts: Sequence[T],
    going_on: Callable[[], bool],
) -> Generator[U, None, None]:
    """Yield what is made of each of *parts*, in order, as long as *going_on* says so.

    One process does it, for one that has other things to do: it may have threads and
    connections, which those whom it serves never share with the one aside.

    Raises:
        As `parallel_map`.
    """

    def alone(parts: Sequence[T]) -> Iterator[U]:
        _let_go()
        yield from work(parts)

    if sys.platform != "linux":
        for result in work(parts):
            yield result
            if not going_on():
                return
        return
    with _forked(alone, parts) as told:
        for _ in parts:
            while not told.poll(_PATIENCE):
                if not going_on():
                    return
            yield _received(told)
            if not going_on():
                return


class WorkerPool(Generic[T, U]):
    """Processes that answer in turn (see `worker_pool`); None is not to be asked."""

    def __init__(
        self,
        asking: Sequence[Connection],
        told: Sequence[Connection],
        fault: Connection,
    ) -> None:
        self._asking = asking
        self._told = told
        self._fault = fault

    def ask(self, parts: Iterable[T]) -> Iterator[U]:
        """Ask for each of *parts*, all of them now; return the answers, in order.

        Raises:
            As `parallel_map`, be it when it is asked or where the answers are taken.
        """
        found: list[U] = []
        asked = 0
        for part in parts:
            with suppress(BrokenPipeError):  # What became of it is told below.
                self._of(self._asking, asked).send(part)
            asked += 1
            while len(found) < asked and self._of(self._told, len(found)).poll():
                found.append(self._answer(len(found)))
        return chain(found, map(self._answer, range(len(found), asked)))

    def end(self) -> None:
        """Have the processes end, which are asked no more; nobody waits for it here."""
        _close(self._asking)

    def _of(self, ends: Sequence[Connection], number: int) -> Connection:
        return ends[number % len(ends)]

    def _answer(self, number: int) -> U:
        try:
            return cast("U", _received(self._of(self._told, number)))
        except ChildProcessError:
            if self._fault.poll():  # There was one before it could answer.
                _received(self._fault)
            raise


@contextmanager
def worker_pool(
    ready: Callable[[], Callable[[T], U]], processes: int
) -> Iterator[WorkerPool[T, U]]:
    """Give what asks *processes*, which get ready to answer while the block goes on.

    One of them gets ready, and the others are forked from it: what it has loaded is
    theirs too, without a copy. It has no threads by then. A process that is forked
    within the block must not ask: the answers would come to either.
    """
    asked, asking = _pipes(processes)
    told, telling = _pipes(processes)

    def answers(number: int, answer: Callable[[T], U]) -> None:
        _close([*asked[number + 1 :], *telling[number + 1 :]])
        _run(lambda _: _answers(asked[number], answer), (), telling[number], ())

    def work(_: Sequence[None]) -> Iterator[None]:
        # Held open here, they would hide that nobody asks any more.
        _close([*asking, *told])
        answer = ready()
        for number in range(processes - 1):
            if not os.fork():
                answers(number, answer)
                os._exit(0)
            _close([asked[number], telling[number]])
        answers(processes - 1, answer)
        yield

    with _forked(work, ()) as fault:
        _close([*asked, *telling])
        try:
            yield WorkerPool(asking, told, fault)
        finally:
            _close([*asking, *told])


def _pipes(count: int) -> tuple[list[Connection], list[Connection]]:
    """Return the ends of pipes where what is sent is received, and where it is sent."""
    received, sent = [], []
    for _ in range(count):
        there, here = multiprocessing.Pipe(duplex=False)
        _widen(here)
        received.append(there)
        sent.append(here)
    return received, sent


def _close(connections: Iterable[Connection]) -> None:
    for connection in connections:
        connection.close()


def _answers(asked: Connection, answer: Callable[[T], U]) -> Iterator[U]:
    parts = SimpleQueue[T | None]()

    def take() -> None:
        with suppress(EOFError):
            while True:
                parts.put(asked.recv())
        parts.put(None)

    # Taken all the time, lest both wait for the other to take what is told.
    try:
        Thread(target=take, daemon=True).start()
    except RuntimeError as fault:
        # The system has no room for another thread.
        raise MemoryError(str(fault)) from None
    while (part := parts.get()) is not None:
        yield answer(part)


def _let_go() -> None:
    """Let go of what a forked process has of a server: its signals and its sockets."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    for opened in list(Path("/proc/self/fd").iterdir()):
        number = int(opened.name)
        with suppress(OSError):  # The one that listed them is closed by now.
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                os.close(number)


@contextmanager
def _forked(
    work: Callable[[Sequence[T]], Iterator[Any]],
    share: Sequence[T],
    others: Sequence[Connection] = (),
) -> Iterator[Connection]:
    """Give what a process tells that does *work*; kill it at the end of the block."""
    (ours,), (theirs,) = _pipes(1)
    process = multiprocessing.get_context("fork").Process(
        target=_run, args=(work, share, theirs, (ours, *others)), daemon=True
    )
    with warnings.catch_warnings():
        # Newer Pythons warn of threads: those of Kiwi wait, and hold no lock.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    theirs.close()
    try:
        yield ours
    finally:
        process.kill()
        process.join()
        ours.close()


def _widen(told: Connection) -> None:
    """Let who tells go on while who receives does other things."""
    if sys.platform == "linux":
        with suppress(OSError):
            fcntl.fcntl(told.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)


def _run(
    work: Callable[[Sequence[T]], Iterator[Any]],
    share: Sequence[T],
    told: Connection,
    not_ours: Sequence[Connection],
) -> None:
    """Tell what *work* yields, or of its fault."""
    # Held open here, they would hide that the first process is gone.
    _close(not_ours)
    try:
        for result in work(share):
            told.send((result, None))
    except BrokenPipeError:
        pass  # Nobody wants the rest.
    except (MemoryError, OSError) as fault:
        told.send((None, fault))
    except CommuniqueError as fault:
        # Most errors are made of facts, which they do not keep.
        told.send((None, CommuniqueError(str(fault))))
    except KeyboardInterrupt:
        pass  # The process that waits is interrupted too.


def _received(told: Connection) -> Any:
    try:
        result, fault = told.recv()
    except EOFError:
        raise ChildProcessError("a process beside was killed") from None
    if fault is not None:
        raise fault
    return result
