"""Work on other cores, in forked processes: they have this process's data without a copy.

Threads would wait for the GIL. Outside Linux, where forking is not safe, the work runs
in this process instead.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from itertools import chain
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from typing import Any, Generic, TypeVar, cast

from indexer.errors import CommuniqueError
from indexer.parent_death import die_with, prctl

if sys.platform == "linux":
    import fcntl

T = TypeVar("T")
U = TypeVar("U")

_PIPE_SIZE = 1 << 20
"""Bytes that a pipe buffers before its sender waits, where the system allows it."""


class WorkerKilledError(CommuniqueError):
    """A process ended before it sent its result."""

    def __init__(self) -> None:
        super().__init__(
            "a worker process was killed; see whether memory ran out, and try again."
        )


def core_count() -> int:
    """Return how many processes can work at once; 1 outside Linux."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


@contextmanager
def in_background(task: Callable[[], None], *, worth_it: bool) -> Iterator[None]:
    """Run *task* in a forked process while the block runs, and wait for it at the end.

    Unless it is *worth_it*, and outside Linux, the task runs here after the block.

    Raises:
        MemoryError, OSError, CommuniqueError: The task raised it.
        WorkerKilledError: The process was killed.
    """
    if not worth_it or sys.platform != "linux":
        yield
        task()
        return

    def work(_: Sequence[None]) -> Iterator[None]:
        task()
        yield

    with _forked(work, ()) as results:
        yield
        _receive(results)


def parallel_map(
    work: Callable[[Sequence[T]], Iterator[U]], parts: Sequence[T], processes: int
) -> Iterator[U]:
    """Yield one result for each of *parts*, in order, made by several processes.

    Args:
        work: Yields a result for each of the parts that it is given, in order. Each
            process calls it once with its share. The results are pickled.
        parts: The inputs.
        processes: The number of processes to fork; with 1, the work runs here.

    Raises:
        MemoryError, OSError, CommuniqueError: The work raised it.
        WorkerKilledError: A process was killed.
    """
    if processes == 1:
        yield from work(parts)
        return
    with ExitStack() as stack:
        results: list[Connection] = []
        for first in range(processes):
            share = parts[first::processes]
            results.append(stack.enter_context(_forked(work, share, results)))
        for number in range(len(parts)):
            yield _receive(results[number % processes])


class WorkerPool(Generic[T, U]):
    """The running processes of `worker_pool`.

    Args:
        inputs: The ends of pipes on which the workers receive parts.
        outputs: The ends of pipes on which they return results, in the same order.
        fault: The connection on which a fault while getting ready arrives.
    """

    def __init__(
        self,
        inputs: Sequence[Connection],
        outputs: Sequence[Connection],
        fault: Connection,
    ) -> None:
        self._inputs = inputs
        self._outputs = outputs
        self._fault = fault

    def map(self, parts: Iterable[T]) -> Iterator[U]:
        """Send all *parts* to the workers in turn, then return their results, in order.

        Raises:
            As `parallel_map`, when parts are sent or when results are received.
        """
        results: list[U] = []
        sent = 0
        for part in parts:
            with suppress(BrokenPipeError):  # Receiving raises the reason below.
                self._worker(self._inputs, sent).send(part)
            sent += 1
            while (
                len(results) < sent and self._worker(self._outputs, len(results)).poll()
            ):
                results.append(self._result(len(results)))
        return chain(results, map(self._result, range(len(results), sent)))

    def finish(self) -> None:
        """Have the workers end after the parts sent, without waiting for them."""
        _close(self._inputs)

    def _worker(self, ends: Sequence[Connection], number: int) -> Connection:
        return ends[number % len(ends)]

    def _result(self, number: int) -> U:
        try:
            return cast("U", _receive(self._worker(self._outputs, number)))
        except WorkerKilledError:
            if self._fault.poll():  # It failed before it was ready to answer.
                _receive(self._fault)
            raise


@contextmanager
def worker_pool(
    ready: Callable[[], Callable[[T], U]], processes: int
) -> Iterator[WorkerPool[T, U]]:
    """Yield a pool of *processes*, which get ready while the block runs.

    One process calls *ready*, which returns the function that maps a part to its result;
    the others are forked from it and so share what it has loaded. It must not have
    threads by then. A process that is forked within the block must not use the pool: its
    results would go to either process.
    """
    worker_inputs, inputs = _pipes(processes)
    outputs, worker_outputs = _pipes(processes)

    def serve(number: int, answer: Callable[[T], U]) -> None:
        _close([*worker_inputs[number + 1 :], *worker_outputs[number + 1 :]])
        results = partial(_map_received, worker_inputs[number], answer)
        _run(lambda _: results(), (), worker_outputs[number], ())

    def work(_: Sequence[None]) -> Iterator[None]:
        # With these ends open here, a worker would not see that the first process ended.
        _close([*inputs, *outputs])
        answer = ready()
        first, others = os.getpid(), list[int]()
        for number in range(processes - 1):
            others.append(os.fork())
            if not others[-1]:
                die_with(first)
                serve(number, answer)
                os._exit(0)
            _close([worker_inputs[number], worker_outputs[number]])
        serve(processes - 1, answer)
        # The others would die with this process.
        for other in others:
            os.waitpid(other, 0)
        yield

    with _forked(work, ()) as fault:
        _close([*worker_inputs, *worker_outputs])
        try:
            yield WorkerPool(inputs, outputs, fault)
        finally:
            _close([*inputs, *outputs])


def _pipes(count: int) -> tuple[list[Connection], list[Connection]]:
    """Return the receiving and the sending ends of *count* pipes."""
    receiving, sending = [], []
    for _ in range(count):
        receiver, sender = multiprocessing.Pipe(duplex=False)
        _widen(sender)
        receiving.append(receiver)
        sending.append(sender)
    return receiving, sending


def _close(connections: Iterable[Connection]) -> None:
    for connection in connections:
        connection.close()


def _map_received(inputs: Connection, answer: Callable[[T], U]) -> Iterator[U]:
    """Yield the result for each part received, until the sender closes the pipe."""
    parts = SimpleQueue[T | None]()

    def receive() -> None:
        with suppress(EOFError):
            while True:
                parts.put(inputs.recv())
        parts.put(None)

    # A thread always receives: otherwise both sides could wait for a full pipe.
    try:
        Thread(target=receive, daemon=True).start()
    except RuntimeError as fault:
        # The system has no room for another thread.
        raise MemoryError(str(fault)) from None
    while (part := parts.get()) is not None:
        yield answer(part)


@contextmanager
def _forked(
    work: Callable[[Sequence[T]], Iterator[Any]],
    share: Sequence[T],
    others: Sequence[Connection] = (),
) -> Iterator[Connection]:
    """Yield a connection to a process that does *work*; kill it at the end of the block.

    It also dies when this process is killed: nothing would stop it from writing files
    that another rebuild makes by then. *others* are the connections to other processes,
    which the new one closes.
    """
    (ours,), (theirs,) = _pipes(1)
    parent = os.getpid()
    prctl()

    def run() -> None:
        die_with(parent)
        _run(work, share, theirs, (ours, *others))

    process = multiprocessing.get_context("fork").Process(target=run, daemon=True)
    with warnings.catch_warnings():
        # Python 3.12 warns of threads; those of Kiwi wait, and hold no lock.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    theirs.close()
    try:
        yield ours
    finally:
        process.kill()
        process.join()
        ours.close()


def _widen(sender: Connection) -> None:
    """Enlarge a pipe's buffer, so that the sender rarely waits for the receiver."""
    if sys.platform == "linux":
        with suppress(OSError):
            fcntl.fcntl(sender.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_SIZE)


def _run(
    work: Callable[[Sequence[T]], Iterator[Any]],
    share: Sequence[T],
    results: Connection,
    not_ours: Sequence[Connection],
) -> None:
    """Send each result of *work* as (result, None), or a fault as (None, exception)."""
    # Open in this process, they would hide that the first process ended.
    _close(not_ours)
    try:
        for result in work(share):
            results.send((result, None))
    except BrokenPipeError:
        pass  # Nothing receives the rest.
    except (MemoryError, OSError) as fault:
        results.send((None, fault))
    except CommuniqueError as fault:
        # Most subclasses cannot be unpickled: their arguments are not their text.
        results.send((None, CommuniqueError(str(fault))))
    except KeyboardInterrupt:
        pass  # The process that waits is interrupted too.
    except Exception:  # noqa: BLE001 (a fault of the program, shown where it is awaited)
        results.send((None, RuntimeError(f"in a process:\n{traceback.format_exc()}")))


def _receive(results: Connection) -> Any:
    try:
        result, fault = results.recv()
    except EOFError:
        raise WorkerKilledError from None
    except OSError as ending:
        if ending.errno is None:  # A part of the result has arrived.
            raise WorkerKilledError from None
        raise
    if fault is not None:
        raise fault
    return result
