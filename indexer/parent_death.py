"""The end of a child process with its parent, on Linux.

Nothing else would stop it from writing files that another rebuild makes by then.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from functools import cache

_PR_SET_PDEATHSIG = 1
"""The request of prctl(2) for a signal at the end of the parent."""


@cache
def prctl() -> Callable[[int, int], int]:
    """Return the C function of that name; load it before a fork of a threaded process."""
    import ctypes

    function: Callable[[int, int], int] = ctypes.CDLL(None).prctl
    return function


def die_with(parent: int) -> None:
    """Have the system kill this process when *parent* ends, however that ends."""
    prctl()(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # It ended before the line above.
        os._exit(1)
