"""The command `explain`: why a sentence is found, and why not."""

from __future__ import annotations

import re
from pathlib import Path

import click

from indexer.cli.framework import HITS, NO_HITS, Command, echo_json, json_option
from indexer.cli.options import FILE, index_option
from indexer.extract import user_dictionary
from indexer.location import Location
from indexer.text.control_characters import visible
from search.cli.options import all_option, exact_option, literal_option
from search.cli.output import echo_lines, open_or_build
from search.index import Index
from search.present.explanation import explanation_lines
from search.query.lexer import FIELDS
from search.results import SCHEMA

_PLACE = re.compile(rf"(?!-?({'|'.join(FIELDS)}):)[^\s:\"]+:[^\s:\"]+")


@click.command(cls=Command)
@click.argument("query", nargs=-1, metavar="[QUERY...] [SENTENCE_ID]")
@click.option(
    "--changes",
    type=FILE,
    metavar="FILE",
    help="Instead of explaining a query, list the sentences whose terms this dictionary"
    " would change.",
)
@all_option
@exact_option
@literal_option
@json_option
@index_option
def explain(
    query: tuple[str, ...],
    changes: Path | None,
    every_word: bool,
    exact: bool,
    literal: bool,
    location: Location,
    as_json: bool,
) -> int:
    """Show how QUERY is parsed, and how a sentence scores.

    QUERY is shown as runs of one script, morphemes, terms and other forms. If the last word
    is the id of a sentence or record, each term's part of its score is shown, or the first
    word that it does not have.

    \b
    Example:
      communique explain 비핵하 scm-52-2020:3.2
    """
    if changes:
        return _explain_changes(changes, location, as_json=as_json)
    if not query:
        raise click.UsageError("Give a QUERY to explain, or --changes FILE.")
    with open_or_build(location) as index:
        words, sentence_id = _split(query, index)
        result = index.explain(
            words, sentence_id, every_word=every_word, exact=exact, literal=literal
        )
    if as_json:
        echo_json({"schema": SCHEMA, **result.to_json()})
    else:
        echo_lines(explanation_lines(result))
    return HITS


def _split(words: tuple[str, ...], index: Index) -> tuple[str, str | None]:
    """Return the query, and the last of several *words* if it names a sentence.

    It does so if the index has the sentence, or if it has the form `document:place`.
    """
    *query, last = words
    if query and (index.has_sentence(last.strip()) or _PLACE.fullmatch(last.strip())):
        return " ".join(query), last
    return " ".join(words), None


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
