"""The classes and functions that every command shares: exit statuses, help, output."""

from __future__ import annotations

import codecs
import errno
import gc
import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NoReturn, TypeVar

import click

from indexer import regular_files
from indexer.errors import CommuniqueError
from indexer.signals import raise_on_interrupt
from indexer.text.control_characters import visible

HITS, NO_HITS, FAILED, INTERRUPTED = 0, 1, 2, 130
"""The exit statuses, the same as those of grep."""

F = TypeVar("F", bound=Callable[..., Any])


class ServerOption(click.Option):
    """An option that matters only if the index is on a server."""


def _show_help(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        click.echo(context.get_help(), color=context.color)
        context.exit()


_HELP = click.Option(
    ["help_page", "-h", "--help"],
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_help,
    help="Show this message and exit.",
)
"""Replaces the option of click, which looks for a translation of its help at every start."""


class Command(click.Command):
    """A command whose help has the server options in a section at its end."""

    def get_help_option(self, ctx: click.Context) -> click.Option:  # noqa: ARG002
        """Return the option `--help`."""
        return _HELP

    def get_short_help_str(self, limit: int = 0) -> str:  # noqa: ARG002 (click's own)
        """Return the first sentence of the help; the list of commands wraps it."""
        return super().get_short_help_str(sys.maxsize)

    def format_options(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the sections `Options` and, if there are any, `Server options`."""
        options: list[tuple[str, str]] = []
        server_options: list[tuple[str, str]] = []
        for option in self.get_params(ctx):
            if not isinstance(option, click.Option):
                continue
            if record := option.get_help_record(ctx):
                is_server = isinstance(option, ServerOption)
                (server_options if is_server else options).append(record)
        sections = {"Options": options, "Server options": server_options}
        for title, records in sections.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


class _ReaderGoneError(Exception):
    """The reader of standard output closed it; click would report a failure."""


@contextmanager
def _broken_pipe_renamed() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as fault:
        raise _ReaderGoneError from fault


class Program(click.Group):
    """A group of commands that return their exit status.

    The module of a command, from `commands_at`, is imported when the command runs: a
    search does not wait for the imports of a rebuild. An error becomes one line on
    standard error. If the reader of the output closes it, as `head` does, the status
    is 0.
    """

    def __init__(
        self, *args: Any, commands_at: Mapping[str, str] | None = None, **extra: Any
    ) -> None:
        super().__init__(*args, **extra)
        self._commands_at = dict(commands_at or {})

    def get_help_option(self, ctx: click.Context) -> click.Option:  # noqa: ARG002
        """Return the option `--help`."""
        return _HELP

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, sorted."""
        return sorted({*super().list_commands(ctx), *self._commands_at})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command after importing its module."""
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
        """Parse the command line; `--help` prints here."""
        with _broken_pipe_renamed():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and return its exit status."""
        with _broken_pipe_renamed():
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
            if args is None and os.name != "nt":
                args = _as_utf_8(sys.argv[1:])
            status = super().main(
                args, prog_name, complete_var, standalone_mode=False, **extra
            )
            sys.stdout.flush()
        except click.ClickException as fault:
            fault.show()
            return FAILED
        except CommuniqueError as fault:
            click.echo(f"Error: {visible(str(fault))}", err=True)
            return FAILED
        except (KeyboardInterrupt, click.Abort):
            click.echo("Interrupted.", err=True)
            return INTERRUPTED
        except (BrokenPipeError, _ReaderGoneError):
            # At exit Python flushes standard output, which would fail once more.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return HITS
        except (OSError, MemoryError) as fault:
            click.echo(f"Error: {_reason(fault)}.", err=True)
            return FAILED
        return status if isinstance(status, int) else HITS


def run(program: Program, name: str) -> None:
    """Run the command line of this process, and end it.

    At exit Python searches all objects for reference cycles, which takes a tenth of the
    time of a search and frees nothing that the end of the process does not. Frozen
    objects are exempt.
    """
    try:
        program(prog_name=name)
    finally:
        gc.freeze()


def _reason(fault: OSError | MemoryError) -> str:
    if isinstance(fault, MemoryError):
        return "there is not enough memory for that"
    if regular_files.is_limit(fault):
        return (
            f"the system refuses more ({fault.strerror}); raise its limit (`ulimit -a`)"
            " or end other programs, and try again"
        )
    return visible(f"{fault.filename or 'the output'}: {regular_files.reason(fault)}")


class _Closed(io.BufferedIOBase):
    """A standard stream that the caller has closed: its use is an error."""

    def __init__(self, name: str) -> None:
        self._name = name

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def _refuse(self, *_: object) -> NoReturn:
        raise OSError(errno.EBADF, "it is closed", self._name)

    read = read1 = readinto = readline = write = _refuse


def _prepare_streams() -> None:
    """Replace closed standard streams, and let the others print every character."""
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(_Closed("standard input"))
    if sys.stdout is None:
        closed = _Closed("standard output")
        sys.stdout = io.TextIOWrapper(closed, encoding="utf-8", write_through=True)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # The locale's encoding may lack Hangul. That of the locale C lacks it always.
            is_c = codecs.lookup(stream.encoding).name == "ascii"
            if is_c and not os.environ.get("PYTHONIOENCODING"):
                stream.reconfigure(encoding="utf-8")
            stream.reconfigure(errors="backslashreplace")


def _as_utf_8(arguments: Sequence[str]) -> list[str]:
    """Return *arguments* decoded as UTF-8, if the locale C has left bytes in them."""
    return [
        argument
        if argument.isascii()
        else os.fsencode(argument).decode("utf-8", "surrogateescape")
        if _has_bytes(argument)
        else argument
        for argument in arguments
    ]


def _has_bytes(argument: str) -> bool:
    return any("\udc80" <= char <= "\udcff" for char in argument)


def json_option(command: F) -> F:
    """Add the option `--json`; the command receives `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def say(sentence: str) -> None:
    """Print a message on standard error, control characters as escapes."""
    click.echo(visible(sentence), err=True)


def echo_json(record: dict[str, Any]) -> None:
    """Print *record* as one line of UTF-8, whatever the locale."""
    # A lone surrogate, which an argument may have, is printed as its JSON escape.
    click.echo(as_json(record).encode(errors="backslashreplace"), nl=False)


def as_json(record: dict[str, Any]) -> str:
    """Return *record* as a line of JSON, with all but control characters unescaped."""
    line = json.dumps(record, ensure_ascii=False)
    if not line.isprintable():
        line = "".join(
            char if visible(char) == char else json.dumps(char)[1:-1] for char in line
        )
    return f"{line}\n"
