"""Ctrl-C while no handler can catch it: during imports, and during finalisers."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs


def exit_on_interrupt() -> None:
    """Make an interrupt end the process at once, without a traceback."""
    sys.unraisablehook = _ignore_interrupt
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def raise_on_interrupt() -> None:
    """Make an interrupt raise KeyboardInterrupt again, as Python does by default."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _ignore_interrupt(unraisable: UnraisableHookArgs) -> None:
    """Report an exception in a finaliser, except an interrupt: the user can repeat it."""
    if not issubclass(unraisable.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(unraisable)
