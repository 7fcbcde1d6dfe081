"""The command `batch`: many queries, and their results for other programs."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

import click

from indexer.analysis import kiwi
from indexer.cli.framework import FAILED, HITS, NO_HITS, as_json, say
from indexer.cli.options import index_option
from indexer.errors import CommuniqueError
from indexer.location import Location
from indexer.parallel import core_count, parallel_map
from search.cli import batch_records as batches
from search.cli.batch_records import BatchFault, BatchQuery, Line
from search.cli.options import all_option, exact_option, limit_option
from search.cli.output import opened
from search.index import Index

_WORTH_PROCESSES = 256
"""From so many queries on, a process for each core pays."""
_TOGETHER = 16
"""How many queries a process answers at a time."""
_MOST_LEFT = 32
"""How many queries that need Kiwi a process leaves, before loading it pays there too."""


class Asked(NamedTuple):
    """How all queries of a batch are to be answered."""

    limit: int
    every_word: bool
    exact: bool


class Answered(NamedTuple):
    """What is printed for a query, what is said of its fault, and what was found."""

    text: str
    fault: str | None
    found: bool


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
    location: Location,
) -> int:
    """Answer the queries in FILE, or on standard input, in their order.

    Each line holds a query, `id<TAB>query`, or {"id": …, "query": …}. A bad line gives
    an error record, and exit status 2 when all the others are answered.

    \b
    Example:
      printf '1\\t전작권\\n2\\tWMD\\n' | communique batch - --format trec
    """
    asked = Asked(limit, every_word, exact)
    lines = batches.read(batches.lines_of(file))
    answered = failed = False
    # A server is asked by one process: it has cores of its own.
    whole = isinstance(location, Path) and _is_regular(file)
    with opened(location) as index:
        for answer in _answers(index, lines, form, asked, whole=whole):
            click.echo(answer.text.encode(errors="backslashreplace"), nl=False)
            if answer.fault is not None:
                failed = True
                if not answer.text:
                    say(f"Error: {answer.fault}")
            answered = answered or answer.found
    return FAILED if failed else HITS if answered else NO_HITS


def _is_regular(file: BinaryIO) -> bool:
    """Tell whether *file* can be read whole: nobody waits for an answer to go on."""
    try:
        return stat.S_ISREG(os.fstat(file.fileno()).st_mode)
    except OSError:
        return False


def _answers(
    index: Index, lines: Iterable[Line], form: str, asked: Asked, *, whole: bool
) -> Iterator[Answered]:
    """Yield the answer of each line, in order; many are answered on all cores."""
    if whole:
        lines = list(lines)
        if len(lines) >= _WORTH_PROCESSES and core_count() > 1:
            found = _found_beside(index, lines, form, asked)
            for line, answer in zip(lines, found, strict=True):
                yield answer or _answer(index, line, form, asked)
            return
    for line in lines:
        yield _answer(index, line, form, asked)


def _found_beside(
    index: Index, lines: Sequence[Line], form: str, asked: Asked
) -> Iterator[Answered | None]:
    """Yield the answers that a process for each core finds, None where it needs Kiwi.

    Most queries need none, and loading it takes as long as answering hundreds.
    """

    def work(parts: Sequence[Sequence[Line]]) -> Iterator[list[Answered | None]]:
        left = 0
        for part in parts:
            kiwi.delegate(enabled=left < _MOST_LEFT)
            found = [_answer_unless_left(index, line, form, asked) for line in part]
            left += found.count(None)
            yield found

    firsts = range(0, len(lines), _TOGETHER)
    parts = [lines[first : first + _TOGETHER] for first in firsts]
    return chain.from_iterable(parallel_map(work, parts, core_count()))


def _answer_unless_left(
    index: Index, line: Line, form: str, asked: Asked
) -> Answered | None:
    try:
        return _answer(index, line, form, asked)
    except kiwi.KiwiDelegatedError:
        return None


def _answer(index: Index, line: Line, form: str, asked: Asked) -> Answered:
    if isinstance(line, BatchFault):
        return _failed(line, form, str(line.fault))
    try:
        return _FORMS[form](index, line, asked)
    except CommuniqueError as fault:
        told = BatchFault(line.id, line.query, fault)
        return _failed(told, form, f"query {line.id}: {fault}")


def _failed(line: BatchFault, form: str, told: str) -> Answered:
    text = as_json(batches.fault_to_json(line)) if form == "jsonl" else ""
    return Answered(text, told, found=False)


def _as_json(index: Index, line: BatchQuery, asked: Asked) -> Answered:
    result = index.search(line.query, **asked._asdict())
    text = as_json(batches.to_json(line.id, result))
    return Answered(text, None, bool(result.total))


def _as_tsv(index: Index, line: BatchQuery, asked: Asked) -> Answered:
    result = index.search(line.query, **asked._asdict(), faceted=False)
    lines = batches.tsv_lines(line.id, result)
    return Answered(_joined(lines), None, bool(result.total))


def _as_run(index: Index, line: BatchQuery, asked: Asked) -> Answered:
    # A run has no text: none is read.
    at_least_one = asked._replace(limit=max(asked.limit, 1))
    ranked = index.rank(line.query, **at_least_one._asdict())
    lines = batches.trec_lines(line.id, ranked[: asked.limit])
    return Answered(_joined(lines), None, bool(ranked))


_FORMS = {"jsonl": _as_json, "tsv": _as_tsv, "trec": _as_run}


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
