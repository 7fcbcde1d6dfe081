"""Work done beside other work, on a second core."""

from __future__ import annotations

import multiprocessing
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection


@contextmanager
def beside(task: Callable[[], None], *, worth_it: bool) -> Iterator[None]:
    """Do *task* while the block runs; both are done when it ends.

    A forked process has all that *task* needs without a copy, and threads would wait for
    each other; so elsewhere than on Linux, or if it is not *worth_it*, the task is done
    after the block.

    Raises:
        OSError: As *task* raised it, or that its process was killed.
    """
    if not worth_it or sys.platform != "linux":
        yield
        task()
        return
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=_run, args=(task, theirs), daemon=True
    )
    with warnings.catch_warnings():
        # Newer Pythons warn of threads: those of Kiwi wait, and hold no lock.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    theirs.close()
    try:
        yield
        try:
            fault = ours.recv()
        except EOFError:
            fault = ChildProcessError(f"{process.name} was killed")
    finally:
        process.kill()
        process.join()
        ours.close()
    if fault is not None:
        raise fault


def _run(task: Callable[[], None], told: Connection) -> None:
    """Do *task* and tell of its fault, or of none."""
    try:
        task()
    except OSError as fault:
        told.send(fault)
    except KeyboardInterrupt:
        pass  # The process that waits is interrupted too.
    else:
        told.send(None)
