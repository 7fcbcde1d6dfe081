"""The command `batch`: many queries, and their results for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, NamedTuple

import click

from indexer.errors import CommuniqueError
from indexer.program import FAILED, HITS, NO_HITS, echo_json, index_option, say
from search import batch as batches
from search.batch import BatchQuery
from search.console import echo_lines, opened
from search.index import Index
from search.options import all_option, exact_option, limit_option


class Asked(NamedTuple):
    """How all queries of a batch are to be answered."""

    limit: int
    every_word: bool
    exact: bool


@click.command()
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
    asked = Asked(limit, every_word, exact)
    answered = failed = False
    with opened(folder) as index:
        for line in batches.read(file):
            try:
                if isinstance(line, batches.BatchFault):
                    raise line.fault
                found = _ANSWERS[form](index, line, asked)
            except CommuniqueError as fault:
                failed = True
                _print_fault(batches.BatchFault(line.id, line.query, fault), form)
            else:
                answered = answered or found
    return FAILED if failed else HITS if answered else NO_HITS


def _answer_as_json(index: Index, line: BatchQuery, asked: Asked) -> bool:
    result = index.search(line.query, **asked._asdict())
    echo_json(batches.to_json(line.id, result))
    return bool(result.total)


def _answer_as_tsv(index: Index, line: BatchQuery, asked: Asked) -> bool:
    result = index.search(line.query, **asked._asdict())
    echo_lines(batches.tsv_lines(line.id, result))
    return bool(result.total)


def _answer_as_run(index: Index, line: BatchQuery, asked: Asked) -> bool:
    # A run has no text: none is read.
    at_least_one = asked._replace(limit=max(asked.limit, 1))
    ranked = index.rank(line.query, **at_least_one._asdict())
    echo_lines(batches.trec_lines(line.id, ranked[: asked.limit]))
    return bool(ranked)


_ANSWERS = {"jsonl": _answer_as_json, "tsv": _answer_as_tsv, "trec": _answer_as_run}


def _print_fault(fault: batches.BatchFault, form: str) -> None:
    if form == "jsonl":
        echo_json(batches.fault_to_json(fault))
    else:
        say(f"Error: {fault.fault}")
