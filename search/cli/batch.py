"""The command `batch`: many queries, and their results for other programs."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any, BinaryIO

import click

from indexer.cli.framework import FAILED, HITS, NO_HITS, Command, say
from indexer.cli.options import in_the_locale, index_option
from indexer.location import Location
from search.cli.batch_answers import BatchOptions, answers, answers_on_all_cores
from search.cli.batch_format import parse_lines, split_lines
from search.cli.options import (
    all_option,
    exact_option,
    limit_option,
    literal_option,
)
from search.cli.output import open_or_build


class _QueryFile(click.File):
    """A file of queries, whose name is decoded as that of `FilePath`."""

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:
        path = in_the_locale(value) if isinstance(value, str) else value
        return super().convert(path, param, ctx)


@click.command(cls=Command)
@click.argument("file", type=_QueryFile("rb"), default="-")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "tsv", "trec"]),
    default="jsonl",
    show_default=True,
    help="Print JSON Lines (jsonl); query id, rank, sentence id, score and text with tabs"
    " between them (tsv); or a TREC run (trec).",
)
@limit_option
@all_option
@exact_option
@literal_option
@index_option
def batch(
    file: BinaryIO,
    form: str,
    limit: int,
    every_word: bool,
    exact: bool,
    literal: bool,
    location: Location,
) -> int:
    """Answer the queries in FILE or on standard input, in order.

    Each line holds a query, `id<TAB>query`, or {"id": …, "query": …}. A bad line gives
    an error record; the other lines are answered, and the exit status is 2.

    \b
    Example:
      printf '1\\t전작권\\n2\\tWMD\\n' | communique batch - --format trec
    """
    options = BatchOptions(limit, every_word, exact, literal)
    lines = parse_lines(split_lines(file))
    # A server uses its own cores. A program at the other end of a pipe may wait for an
    # answer before it writes the next query.
    on_all_cores = isinstance(location, Path) and _is_regular(file)
    answer_lines = answers_on_all_cores if on_all_cores else answers
    has_hits = has_faults = False
    with open_or_build(location) as index:
        for answer in answer_lines(index, lines, form, options):
            click.echo(answer.text.encode(errors="backslashreplace"), nl=False)
            if answer.fault is not None and not answer.text:
                say(f"Error: {answer.fault}")
            has_faults = has_faults or answer.fault is not None
            has_hits = has_hits or answer.has_hits
    return FAILED if has_faults else HITS if has_hits else NO_HITS


def _is_regular(file: BinaryIO) -> bool:
    """Whether *file* is a file on disk, not a pipe or a terminal."""
    try:
        return stat.S_ISREG(os.fstat(file.fileno()).st_mode)
    except OSError:
        return False
