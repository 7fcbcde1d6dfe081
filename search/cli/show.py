"""The commands `show` and `suggest`: sentences by their ids, words by their beginnings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from indexer.cli.framework import HITS, NO_HITS, Command, echo_json, json_option, say
from indexer.cli.options import index_option
from indexer.ingest.edition import Edition
from indexer.ingest.sentence import Sentence
from indexer.location import Location
from indexer.text.control_characters import printable
from search.cli.options import context_option, limit_option
from search.cli.output import Output, echo_lines, open_or_build, table_options
from search.present.terminal import sentence_lines
from search.results import SCHEMA, sentences_to_json, words_to_json

if TYPE_CHECKING:
    from search.present.table_format import Table


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


def _sentence_table(sentences: list[Sentence], editions: dict[str, Edition]) -> Table:
    from search.present.table_rows import sentence_table

    return sentence_table(sentences, editions)
