"""The command `explain`: why a sentence is found, and why not."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.cli.framework import HITS, NO_HITS, Command, echo_json, json_option
from indexer.cli.options import FILE, index_option
from indexer.extract import user_dictionary
from indexer.location import Location
from indexer.text.control_characters import visible
from search.cli.options import all_option, exact_option
from search.cli.output import echo_lines, open_or_build
from search.present.explanation import explanation_lines
from search.results import SCHEMA


@click.command(cls=Command)
@click.argument("query", required=False)
@click.argument("sentence_id", required=False)
@click.option(
    "--changes",
    type=FILE,
    metavar="FILE",
    help="Instead of explaining a query, list the sentences whose terms this dictionary"
    " would change.",
)
@all_option
@exact_option
@json_option
@index_option
def explain(
    query: str | None,
    sentence_id: str | None,
    changes: Path | None,
    every_word: bool,
    exact: bool,
    location: Location,
    as_json: bool,
) -> int:
    """Show how QUERY is parsed, and how a sentence scores.

    QUERY is shown as runs of one script, morphemes, terms and other forms. With
    SENTENCE_ID, the id of a sentence or record, each term's part of its score is shown,
    or the first word that it does not have.

    \b
    Example:
      communique explain 비핵하 scm-52-2020:3.2
    """
    if changes:
        return _explain_changes(changes, location, as_json=as_json)
    if query is None:
        raise click.UsageError("Give a QUERY to explain, or --changes FILE.")
    with open_or_build(location) as index:
        result = index.explain(query, sentence_id, every_word=every_word, exact=exact)
    if as_json:
        echo_json({"schema": SCHEMA, **result.to_json()})
    else:
        echo_lines(explanation_lines(result))
    return HITS


def _explain_changes(path: Path, location: Location, *, as_json: bool) -> int:
    dictionary = user_dictionary.read(path, trusted=False)
    with open_or_build(location) as index:
        changes = list(index.changes(dictionary))
    if as_json:
        echo_json({"schema": SCHEMA, "changes": [each.to_json() for each in changes]})
    else:
        for each in changes:
            lost, gained = " ".join(each.lost), " ".join(each.gained)
            click.echo(f"{visible(each.sentence.id)}\t{lost}\t→\t{gained}")
    return HITS if changes else NO_HITS
