"""Ctrl-C while the program is still loading: there is nobody yet to catch it."""

from __future__ import annotations

import signal


def end_at_once() -> None:
    """Have an interrupt end the process by itself, and no traceback tell of it."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def be_caught() -> None:
    """Have an interrupt raise KeyboardInterrupt, as at first."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
