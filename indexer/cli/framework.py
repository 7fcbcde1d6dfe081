"""What every command of the program shares: exit statuses, options, progress."""

from __future__ import annotations

import gc
import io
import json
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeVar

import click

from indexer.errors import CommuniqueError
from indexer.signals import raise_on_interrupt
from indexer.text.control_characters import printable

HITS, NO_HITS, FAILED, INTERRUPTED = 0, 1, 2, 130
"""The exit statuses, as grep has them."""

_STEP = 0.5
"""Seconds between two looks at how far a loop is."""
_LATELY = 11
"""Of so many looks the first and the last tell its pace."""

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


class _ReaderGoneError(Exception):
    """Who read the output has gone; click would make a failure of that."""


@contextmanager
def _reader_watched() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as fault:
        raise _ReaderGoneError from fault


class Program(click.Group):
    """A group of commands that return their exit status.

    A command's module, which `commands_at` names, is imported when the command is asked
    for: a search does not wait for what only a rebuild needs. Faults become one line on
    standard error. A reader of the output that goes away, as `head` does, is no fault.
    """

    def __init__(
        self, *args: Any, commands_at: Mapping[str, str] | None = None, **extra: Any
    ) -> None:
        super().__init__(*args, **extra)
        self._commands_at = dict(commands_at or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, sorted."""
        return sorted({*super().list_commands(ctx), *self._commands_at})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, importing its module."""
        if module := self._commands_at.get(cmd_name):
            command: click.Command = getattr(import_module(module), cmd_name)
            return command
        return super().get_command(ctx, cmd_name)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT002 (click's own signature)
        **extra: Any,
    ) -> Any:
        """Run the command line and end the process, unless *standalone_mode* is off."""
        if not standalone_mode:
            return super().main(
                args, prog_name, complete_var, standalone_mode=False, **extra
            )
        sys.exit(self._status(args, prog_name, complete_var, **extra))

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the command line; `--help` prints here."""
        with _reader_watched():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _reader_watched():
            return super().invoke(ctx)

    def _status(
        self,
        args: Sequence[str] | None,
        prog_name: str | None,
        complete_var: str | None,
        **extra: Any,
    ) -> int:
        _prepare_streams()
        try:
            raise_on_interrupt()
            status = super().main(
                args, prog_name, complete_var, standalone_mode=False, **extra
            )
            sys.stdout.flush()
        except click.ClickException as fault:
            fault.show()
            return FAILED
        except CommuniqueError as fault:
            click.echo(f"Error: {fault}", err=True)
            return FAILED
        except (KeyboardInterrupt, click.Abort):
            click.echo("Interrupted.", err=True)
            return INTERRUPTED
        except (BrokenPipeError, _ReaderGoneError):
            # Python would complain of the pipe once more when it flushes at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return HITS
        except (OSError, MemoryError) as fault:
            click.echo(f"Error: {_reason(fault)}.", err=True)
            return FAILED
        return status if isinstance(status, int) else HITS


def run(program: Program, name: str) -> None:
    """Run the command line of this process, and end it.

    Python looks through all objects once more before it ends, to take apart those that
    refer to each other: a tenth of the time of a search, and their memory goes with the
    process anyway. Frozen objects are left out of that.
    """
    try:
        program(prog_name=name)
    finally:
        gc.freeze()


def _reason(fault: OSError | MemoryError) -> str:
    if isinstance(fault, MemoryError):
        return "there is not enough memory for that"
    return f"{fault.filename or 'the output'}: {fault.strerror or fault}"


def _prepare_streams() -> None:
    """Have every standard stream, and have it take every character."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            # It was closed: what nobody reads is not written.
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
        elif mode == "w" and isinstance(stream, io.TextIOWrapper):
            # A locale may lack characters that the texts have.
            stream.reconfigure(errors="backslashreplace")


def json_option(command: F) -> F:
    """Add the option that asks for JSON."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def say(sentence: str) -> None:
    """Tell the user something that is no result."""
    click.echo(printable(sentence), err=True)


def echo_json(record: dict[str, Any]) -> None:
    """Print *record* on one line, in UTF-8 whatever the locale, at once."""
    # Half a surrogate pair, which an argument may hold, becomes JSON's own escape.
    click.echo(as_json(record).encode(errors="backslashreplace"), nl=False)


def as_json(record: dict[str, Any]) -> str:
    """Return *record* as a line of JSON."""
    return f"{json.dumps(record, ensure_ascii=False)}\n"


def progress(items: Sequence[T], label: str) -> Iterable[T]:
    """Show on a terminal, and only there, how far a loop is, how fast, and what is left."""
    return _bar(items, label) if sys.stderr.isatty() else items


def _bar(items: Sequence[T], label: str) -> Iterator[T]:
    pace = Pace()

    def told(_: T | None) -> str:
        return pace.told(bar.pos, len(items), time.monotonic())

    bar = click.progressbar(
        items,
        label=label,
        file=sys.stderr,
        item_show_func=told,
        show_pos=True,
        # Click takes for the pace of all what the first item waited for.
        show_eta=False,
    )
    with bar:
        yield from bar


class Pace:
    """How fast a loop has been of late, and when it ends if it goes on like that."""

    def __init__(self) -> None:
        self._seen = deque[tuple[float, int]](maxlen=_LATELY)

    def told(self, done: int, count: int, now: float) -> str:
        """Tell of it when so many items of *count* are *done*, at a time in seconds."""
        if not self._seen or now - self._seen[-1][0] >= _STEP:
            self._seen.append((now, done))
        then, before = self._seen[0]
        if done == before or now == then:
            return ""
        rate = (done - before) / (now - then)
        minutes, seconds = divmod(round((count - done) / rate), 60)
        return f"{rate:,.0f}/s, {minutes}:{seconds:02} left"
