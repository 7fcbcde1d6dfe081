"""The command `communique`: it parses the command line, calls, renders."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import click

from indexer import dictionary
from indexer.cli import info, rebuild
from indexer.errors import CommuniqueError
from indexer.manifest import installed_tools, program_version
from indexer.program import (
    FAILED,
    HITS,
    NO_HITS,
    Program,
    echo_json,
    index_option,
    json_option,
    progress,
    say,
    visible,
)
from indexer.rebuild import rebuild as rebuild_index
from indexer.store import NoIndexError, default_folder
from search import batch as batches
from search.explain import explanation_lines
from search.index import Index, open_index
from search.options import (
    QueryCommand,
    all_option,
    colour_option,
    exact_option,
    limit_option,
)
from search.results import SCHEMA, SearchResult, sentence_to_json
from search.terminal import (
    COLOUR,
    PLAIN,
    Style,
    meaning_lines,
    result_lines,
    sentence_lines,
    wants_colour,
)


def _print_version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        tools = ", ".join(
            f"{tool} {number}" for tool, number in installed_tools().items()
        )
        click.echo(f"communique {program_version()} ({tools})")
        context.exit()


@click.group(cls=Program)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
def communique() -> None:
    """Find the sentences of Korean communiqués.

    \b
    Example:
      communique search 전작권 전환
    """


@communique.command(cls=QueryCommand, context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1, required=True)
@limit_option
@click.option(
    "--offset",
    type=click.IntRange(min=0),
    default=0,
    help="How many of the best to leave out.",
)
@all_option
@exact_option
@click.option("--count", is_flag=True, help="Print only how many there are.")
@click.option(
    "--explain", is_flag=True, help="Tell on standard error how the query was read."
)
@colour_option
@index_option
@json_option
def search(
    query: tuple[str, ...],
    limit: int,
    offset: int,
    every_word: bool,
    exact: bool,
    count: bool,
    explain: bool,
    color: str,
    folder: Path | None,
    as_json: bool,
) -> int:
    """Show the sentences that best match QUERY.

    One word is enough for a sentence to be found; AND, OR, NOT, -word, "phrases" and
    parentheses ask for more. Particles, endings and spacing make no difference.

    \b
    Example:
      communique search '"신뢰 구축" OR (동맹 NOT 한미동맹)'
    """
    text = " ".join(query)
    with _opened(folder) as index:
        found = index.search(
            text, limit=limit, offset=offset, every_word=every_word, exact=exact
        )
    if as_json:
        echo_json(found.to_json())
    else:
        for note in found.notes:
            say(note)
        if count:
            click.echo(found.total)
        else:
            _print_result(found, color)
    if explain:
        for line in meaning_lines(found.understood):
            say(line)
    return HITS if found.total else NO_HITS


@communique.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "tsv", "trec"]),
    default="jsonl",
    show_default=True,
    help="JSON Lines; query id, rank, sentence id, score and text; or a TREC run.",
)
@limit_option
@all_option
@exact_option
@index_option
def batch(
    file: BinaryIO,
    form: str,
    limit: int,
    every_word: bool,
    exact: bool,
    folder: Path | None,
) -> int:
    """Answer the queries in FILE, or on standard input, in their order.

    Each line holds a query, `id<TAB>query`, or {"id": …, "query": …}. A bad line gives
    an error record, and exit status 2 when all the others are answered.

    \b
    Example:
      printf '1\\t전작권\\n2\\tWMD\\n' | communique batch - --format trec
    """
    answered = failed = False
    with _opened(folder) as index:
        for line in batches.read(file):
            try:
                if isinstance(line, batches.BatchFault):
                    raise line.fault
                result = index.search(
                    line.query, limit=limit, every_word=every_word, exact=exact
                )
            except CommuniqueError as fault:
                failed = True
                _print_fault(batches.BatchFault(line.id, line.query, fault), form)
            else:
                answered = answered or bool(result.total)
                _print_answer(line.id, result, form)
    return FAILED if failed else HITS if answered else NO_HITS


@communique.command()
@click.argument("query", required=False)
@click.argument("sentence_id", required=False)
@click.option(
    "--changes",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Show instead which sentences' terms this dictionary would change.",
)
@all_option
@exact_option
@index_option
@json_option
def explain(
    query: str | None,
    sentence_id: str | None,
    changes: Path | None,
    every_word: bool,
    exact: bool,
    folder: Path | None,
    as_json: bool,
) -> int:
    """Show how QUERY is read: runs, morphemes, terms, and other forms.

    With SENTENCE_ID, also what each term adds to that sentence's score, or the first
    word that it does not have.

    \b
    Example:
      communique explain 비핵하 scm-52-2020:3.2
    """
    if changes:
        return _print_changes(changes, folder, as_json=as_json)
    if query is None:
        raise click.UsageError("Give a QUERY to explain, or --changes FILE.")
    with _opened(folder) as index:
        found = index.explain(query, sentence_id, every_word=every_word, exact=exact)
    if as_json:
        echo_json({"schema": SCHEMA, **found.to_json()})
    else:
        _print(map(visible, explanation_lines(found)))
    return HITS


@communique.command()
@click.argument("prefix")
@limit_option
@index_option
@json_option
def suggest(prefix: str, limit: int, folder: Path | None, as_json: bool) -> int:
    """Complete PREFIX to words of the index, the most frequent first.

    \b
    Example:
      communique suggest 전작ㄱ
    """
    with _opened(folder) as index:
        words = index.suggest(prefix, limit=limit)
    if as_json:
        records = [{"word": word, "sentences": number} for word, number in words]
        echo_json({"schema": SCHEMA, "prefix": prefix, "words": records})
    else:
        _print(f"{word}\t{number}" for word, number in words)
    return HITS if words else NO_HITS


@communique.command()
@click.argument("reference")
@colour_option
@index_option
@json_option
def show(reference: str, color: str, folder: Path | None, as_json: bool) -> int:
    """Show a paragraph, a sentence in it, or a whole document.

    \b
    Example:
      communique show scm-52-2020:11
    """
    with _opened(folder) as index:
        sentences = index.show(reference)
    if as_json:
        records = [sentence_to_json(sentence) for sentence in sentences]
        echo_json({"schema": SCHEMA, "reference": reference, "sentences": records})
    else:
        _print(sentence_lines(sentences, _style(color)))
    return HITS


communique.add_command(rebuild)
communique.add_command(info)


def main() -> None:
    """Run the command line."""
    communique(prog_name="communique")


def _opened(folder: Path | None) -> Index:
    """Open the index; where there is none yet, make that of the communiqué."""
    folder = folder or default_folder()
    try:
        return open_index(folder)
    except NoIndexError:
        say(f"{folder}: no index yet; making that of the communiqué (see `rebuild`)")
        rebuild_index(folder, say=say, progress=progress)
        return open_index(folder)


def _print_changes(path: Path, folder: Path | None, *, as_json: bool) -> int:
    own = dictionary.read(path)
    with _opened(folder) as index:
        changes = list(index.changes(own))
    if as_json:
        echo_json({"schema": SCHEMA, "changes": [each.to_json() for each in changes]})
    else:
        for each in changes:
            lost, gained = " ".join(each.lost), " ".join(each.gained)
            click.echo(f"{each.sentence.id}\t{lost}\t→\t{gained}")
    return HITS if changes else NO_HITS


def _print_result(result: SearchResult, color: str) -> None:
    style = _style(color)
    _print(result_lines(result, style))
    shown = len(result.hits)
    if not result.total:
        say("No sentence was found.")
    elif shown < result.total:
        say(f"{shown} of {result.total} sentences; --limit and --offset show others.")


def _print_answer(id_: str, result: SearchResult, form: str) -> None:
    if form == "jsonl":
        echo_json(batches.to_json(id_, result))
    else:
        lines = batches.tsv_lines if form == "tsv" else batches.trec_lines
        _print(lines(id_, result))


def _print_fault(fault: batches.BatchFault, form: str) -> None:
    if form == "jsonl":
        echo_json(batches.fault_to_json(fault))
    else:
        say(f"Error: {fault.fault}")


def _style(color: str) -> Style:
    is_terminal = sys.stdout.isatty()
    style = COLOUR if wants_colour(color, is_terminal=is_terminal) else PLAIN
    width = shutil.get_terminal_size().columns if is_terminal else None
    return replace(style, width=width)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line, color=True)
