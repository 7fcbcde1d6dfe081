"""Ctrl-C where nobody can catch it: while the program loads, and while an object goes."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs


def exit_on_interrupt() -> None:
    """Have an interrupt end the process by itself, and no traceback tell of it."""
    sys.unraisablehook = _passed_over
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def raise_on_interrupt() -> None:
    """Have an interrupt raise KeyboardInterrupt, as at first."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _passed_over(what: UnraisableHookArgs) -> None:
    """Tell of what nobody can catch, but for an interrupt: who meant it tries again."""
    if not issubclass(what.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(what)
