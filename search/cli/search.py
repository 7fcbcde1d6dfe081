"""The command that finds sentences: `search`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from indexer.cli.framework import HITS, NO_HITS, say
from indexer.cli.options import index_option
from indexer.location import Location
from search.cli.options import (
    QueryCommand,
    context_option,
    limit_option,
    search_options,
)
from search.cli.output import Output, open_or_build, table_options
from search.index import Index, Order
from search.present.terminal import (
    facet_line,
    meaning_lines,
    result_lines,
)
from search.query.search_options import SearchOptions
from search.results import SearchResult

if TYPE_CHECKING:
    from search.present.table_format import Table
    from search.reading.context import Context


@click.command(cls=QueryCommand, context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1, required=True)
@limit_option
@click.option(
    "--offset",
    type=click.IntRange(min=0),
    metavar="N",
    default=0,
    help="Skip the first N results.",
)
@search_options
@context_option
@click.option(
    "--sort",
    "order",
    type=click.Choice(["rank", "date", "document"]),
    default="rank",
    show_default=True,
    help="Show the best results first, or the oldest, or each document under a heading.",
)
@click.option(
    "--count", is_flag=True, help="Print only the number of matching sentences."
)
@click.option(
    "--explain", is_flag=True, help="Also print the parsed query on standard error."
)
@table_options
@index_option
def search(
    query: tuple[str, ...],
    limit: int,
    offset: int,
    options: SearchOptions,
    context: int,
    order: Order,
    count: bool,
    explain: bool,
    output: Output,
    location: Location,
) -> int:
    """Show the sentences that best match QUERY.

    A sentence matches if it has one of the words; use AND, OR, NOT, -word, "phrases" and
    parentheses for more. Particles, endings and spacing make no difference. Filters are
    options, which can be repeated, or in QUERY: speaker:에스퍼 side:미측 -act:강조
    year:2019-2020 from:2012 to:2018.

    \b
    Example:
      communique search '"신뢰 구축" OR (동맹 NOT 한미동맹)'
    """
    if count and output.form != "text":
        raise click.UsageError(f"--count and {output.option} exclude each other.")
    with open_or_build(location, brief=True) as index:
        result = index.search(
            " ".join(query),
            limit=limit,
            offset=offset,
            order=order,
            faceted=output.form == "json" or bool(output.style.width),
            **options._asdict(),
        )
        contexts = _contexts(index, result, context)
    output.note(result.notes)
    if count:
        click.echo(result.total)
    else:
        _print_hits(result, contexts, output, by_document=order == "document")
    if explain:
        for line in meaning_lines(result.understood):
            say(line)
    return HITS if result.total or (result.hits and not count) else NO_HITS


def _print_hits(
    result: SearchResult,
    contexts: dict[str, Context],
    output: Output,
    *,
    by_document: bool,
) -> None:
    """Print the hits in the chosen format, then messages on those that are not shown."""
    output.show(
        record=lambda: _record(result, contexts),
        table=lambda: _table(result, contexts),
        lines=lambda style: result_lines(
            result, style, contexts, by_document=by_document
        ),
    )
    if output.form != "json":
        _say_total(result)
        if output.style.width and (line := facet_line(result)):
            say(line)


def _contexts(index: Index, result: SearchResult, number: int) -> dict[str, Context]:
    if not number:
        return {}
    from search.reading.context import contexts

    return contexts(index, result, number)


def _record(result: SearchResult, contexts: dict[str, Context]) -> dict[str, Any]:
    from search.reading.context import result_to_json

    return result_to_json(result, contexts)


def _table(result: SearchResult, contexts: dict[str, Context]) -> Table:
    from search.present.table_rows import hit_table

    return hit_table(result, contexts)


def _say_total(result: SearchResult) -> None:
    """Print to standard error the total, if hits are left out or there are none."""
    shown = min(len(result.hits), result.total)
    if not (result.total or result.hits):
        say("No sentence was found.")
    elif shown < result.total:
        say(f"{shown} of {result.total} sentences; --limit and --offset show others.")
