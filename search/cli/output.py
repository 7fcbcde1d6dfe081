"""The parts that search commands share: the opened index, the style, the formats."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from indexer.build.index_directory import IndexDirectory, default_folder
from indexer.build.index_errors import NoIndexError
from indexer.cli.framework import echo_json, json_option, say
from indexer.location import Location
from search.cli.options import colour_option
from search.index import Index, open_index
from search.present.terminal import COLOUR, PLAIN, Style, wants_colour
from search.results import SCHEMA

if TYPE_CHECKING:
    from search.present.table_format import Table

FORMATS = ("text", "json", "csv", "markdown")


def open_or_build(location: Location, *, brief: bool = False) -> Index:
    """Open the index; if the default folder has none, build that of the communiqué first.

    *brief* is that of `search.index.open_index`.

    Raises:
        NoIndexError: Another folder has none, as its name may be mistyped, or a rebuild of
            the default folder with the user's corpus has not succeeded yet.
    """
    try:
        return open_index(location, brief=brief)
    except NoIndexError as none:
        is_default = none.folder == default_folder()
        if not is_default or IndexDirectory(none.folder).is_reserved:
            raise
        from indexer.build.rebuild import rebuild
        from indexer.cli.progress_bar import progress

        folder = none.folder
        say(f"{folder}: no index yet; making that of the communiqué (see `rebuild`)")
        rebuild(folder, say=say, progress=progress)
        return open_index(folder, brief=brief)


def style_of(color: str) -> Style:
    """Return the style for standard output: colour and width, or plain for a pipe."""
    is_terminal = sys.stdout.isatty()
    style = COLOUR if wants_colour(color, is_terminal=is_terminal) else PLAIN
    if not is_terminal:
        return style
    import shutil

    return style._replace(width=shutil.get_terminal_size().columns)


def echo_lines(lines: Iterable[str]) -> None:
    """Print *lines* with their colours, also to a pipe: `style_of` has decided that."""
    for line in lines:
        click.echo(line, color=True)


class Output(NamedTuple):
    """The format and the style in which a command prints its result."""

    form: str
    style: Style
    bom: bool = False

    @property
    def option(self) -> str:
        """The option that chooses the format."""
        return "--json" if self.form == "json" else f"--format {self.form}"

    def show(
        self,
        *,
        record: Callable[[], dict[str, Any]],
        table: Callable[[], Table],
        lines: Callable[[Style], Iterable[str]],
    ) -> None:
        """Print a result in the chosen format; only that format is computed.

        Args:
            record: Returns the JSON object, without `schema`.
            table: Returns the table for CSV and Markdown.
            lines: Returns the lines of text in a style.
        """
        if self.form == "json":
            echo_json({"schema": SCHEMA, **record()})
        elif self.form == "csv":
            # Bytes, so that line ends are CR LF on every system.
            from search.present.table_format import to_csv

            text = to_csv(table(), bom=self.bom)
            click.echo(text.encode(errors="backslashreplace"), nl=False)
        elif self.form == "markdown":
            from search.present.table_format import markdown_lines

            echo_lines(markdown_lines(table()))
        else:
            echo_lines(lines(self.style))

    def note(self, notes: Iterable[str]) -> None:
        """Print the notes on a query to standard error; JSON has them in its object."""
        if self.form != "json":
            for note in notes:
                say(note)


def table_options(
    command: Callable[..., int], formats: Sequence[str] = FORMATS
) -> Callable[..., int]:
    """Add the options for format and colour; the command receives an `output`."""

    @wraps(command)
    def with_output(
        *, form: str, bom: bool, as_json: bool, color: str, **options: object
    ) -> int:
        if as_json and form not in ("text", "json"):
            raise click.UsageError(f"--json and --format {form} exclude each other.")
        if bom and form != "csv":
            raise click.UsageError("--bom goes with --format csv.")
        output = Output("json" if as_json else form, style_of(color), bom)
        return command(output=output, **options)

    for option in (
        json_option,
        click.option(
            "--bom",
            is_flag=True,
            help="Begin CSV with a byte order mark, so that Excel shows Hangul.",
        ),
        click.option(
            "--format",
            "form",
            type=click.Choice(formats),
            default="text",
            show_default=True,
            help="The format of the output; --json is short for --format json.",
        ),
        colour_option,
    ):
        with_output = option(with_output)
    return with_output


def picture_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options of `table_options`, with the format `svg`."""
    return table_options(command, (*FORMATS, "svg"))


def document_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options of `table_options`, with the format `docx`."""
    return table_options(command, (*FORMATS, "docx"))
