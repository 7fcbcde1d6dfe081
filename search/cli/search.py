"""The commands that find sentences: `search`, `show` and `suggest`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from indexer.cli.framework import HITS, NO_HITS, Command, echo_json, json_option, say
from indexer.cli.options import index_option
from indexer.ingest.edition import Edition
from indexer.ingest.sentence import Sentence
from indexer.location import Location
from indexer.text.control_characters import printable
from search.cli.options import (
    QueryCommand,
    context_option,
    limit_option,
    resolved,
    search_options,
)
from search.cli.output import Output, echo_lines, open_or_build, table_options
from search.index import Index, Order
from search.present.terminal import (
    facet_line,
    meaning_lines,
    result_lines,
    sentence_lines,
)
from search.query.search_options import SearchOptions
from search.results import SCHEMA, SearchResult, sentences_to_json, words_to_json


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
    options, which can be repeated, or in QUERY: speaker:에스퍼 -act:강조 year:2019-2020.

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
            **resolved(index, options)._asdict(),
        )
        contexts = _contexts(index, result, context)
    output.note(result.notes)
    if count:
        click.echo(result.total)
    else:
        output.show(
            record=lambda: _record(result, contexts),
            table=lambda: _table(result, contexts),
            lines=lambda style: result_lines(
                result, style, contexts, by_document=order == "document"
            ),
        )
        if output.form != "json":
            _say_total(result)
            if output.style.width and (line := facet_line(result)):
                say(line)
    if explain:
        for line in meaning_lines(result.understood):
            say(line)
    return HITS if result.total or (result.hits and not count) else NO_HITS


if TYPE_CHECKING:
    from search.present.table_format import Table
    from search.reading.context import Context


@click.command(cls=Command)
@click.argument("reference")
@context_option
@click.option(
    "--text",
    "as_text",
    is_flag=True,
    help="Print the text that `start` and `end` refer to, as it was read or extracted.",
)
@table_options
@index_option
def show(
    reference: str, context: int, as_text: bool, output: Output, location: Location
) -> int:
    """Show a sentence, a record, a paragraph or a whole document.

    REFERENCE is the id of a sentence, record, paragraph or annex, or the name of a
    document. If a record has the name of a document, law-7 is the record and law-7: the
    document.

    \b
    Example:
      communique show scm-52-2020:11
    """
    from search.reading.context import around

    with open_or_build(location) as index:
        sentences = index.show(reference)
        if as_text:
            _show_text(reference, sentences[0].document, context, output, location)
            return HITS
        neighbours = around(index, sentences, context)
        sentences = [*neighbours.before, *sentences, *neighbours.after]
        editions = index.editions_by_name
    output.show(
        record=lambda: sentences_to_json(reference, sentences),
        table=lambda: _sentence_table(sentences, editions),
        lines=lambda style: sentence_lines(sentences, style),
    )
    return HITS


def _show_text(
    reference: str, document: str, context: int, output: Output, location: Location
) -> None:
    """Print the text of the whole document, unchanged unless it is for a terminal."""
    if context or output.form not in {"text", "json"}:
        raise click.UsageError("--text goes with neither --context nor --format.")
    from indexer.backends import backend_of
    from indexer.build.extracted import document_text

    text = backend_of(location).read(lambda each: document_text(each, document))
    if output.form == "json":
        echo_json({"schema": SCHEMA, "reference": reference, "text": text})
    elif output.style.width:
        echo_lines(map(printable, text.splitlines()))
    else:
        click.echo(text.encode(errors="backslashreplace"), nl=False)


@click.command(cls=Command)
@click.argument("prefix")
@limit_option
@json_option
@index_option
def suggest(prefix: str, limit: int, location: Location, as_json: bool) -> int:
    """Complete PREFIX to words of the index, most frequent first.

    PREFIX may end in half a syllable, consist of initial consonants (ㅈㅈㄱ), or be typed
    on the other keyboard layout (wjswkr).

    \b
    Example:
      communique suggest 전작ㄱ
    """
    with open_or_build(location) as index:
        words = index.suggest(prefix, limit=limit)
    if as_json:
        echo_json(words_to_json(prefix, words))
    else:
        echo_lines(f"{word}\t{number}" for word, number in words)
        if not words:
            say(f"No word begins with “{prefix}”.")
    return HITS if words else NO_HITS


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


def _sentence_table(sentences: list[Sentence], editions: dict[str, Edition]) -> Table:
    from search.present.table_rows import sentence_table

    return sentence_table(sentences, editions)


def _say_total(result: SearchResult) -> None:
    """Print to standard error the total, if hits are left out or there are none."""
    shown = min(len(result.hits), result.total)
    if not (result.total or result.hits):
        say("No sentence was found.")
    elif shown < result.total:
        say(f"{shown} of {result.total} sentences; --limit and --offset show others.")
