"""The answers of a batch, from one process or from one on each core."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from indexer.analysis import kiwi
from indexer.cli.framework import as_json
from indexer.errors import CommuniqueError
from indexer.parallel import core_count, parallel_map
from search.cli.batch_format import (
    BatchFault,
    BatchQuery,
    Line,
    answer_to_json,
    fault_to_json,
    trec_lines,
    tsv_lines,
)
from search.index import Index

_WORTH_PROCESSES = 256
"""The least number of queries for which one process per core is faster."""
_CHUNK = 16
"""Queries that a process answers between two of its results."""
_MOST_DELEGATED = 32
"""Queries that need Kiwi which a process leaves to its parent before it loads Kiwi."""


class BatchOptions(NamedTuple):
    """The options that all queries of a batch share."""

    limit: int
    every_word: bool
    exact: bool
    literal: bool


class Answer(NamedTuple):
    """The text to print for a query, its error if any, and whether it has hits."""

    text: str
    fault: str | None
    has_hits: bool


def answers(
    index: Index, lines: Iterable[Line], form: str, options: BatchOptions
) -> Iterator[Answer]:
    """Yield the answer to each line in order, each before the next line is read.

    Args:
        index: The index to search.
        lines: The parsed lines of the batch.
        form: `jsonl`, `tsv` or `trec`.
        options: The options of each search.
    """
    for line in lines:
        yield _answer(index, line, form, options)


def answers_on_all_cores(
    index: Index, lines: Iterable[Line], form: str, options: BatchOptions
) -> Iterator[Answer]:
    """Yield the same answers as `answers`, in order; read all *lines* first.

    Most queries do not need Kiwi, and loading it takes as long as answering hundreds.
    The processes leave such queries to this one, unless they have many.
    """
    lines = list(lines)
    if len(lines) < _WORTH_PROCESSES or core_count() == 1:
        yield from answers(index, lines, form, options)
        return

    def work(chunks: Sequence[Sequence[Line]]) -> Iterator[list[Answer | None]]:
        delegated = 0
        for chunk in chunks:
            kiwi.delegate(enabled=delegated < _MOST_DELEGATED)
            results = [_answer_or_none(index, line, form, options) for line in chunk]
            delegated += results.count(None)
            yield results

    starts = range(0, len(lines), _CHUNK)
    chunks = [lines[start : start + _CHUNK] for start in starts]
    results = chain.from_iterable(parallel_map(work, chunks, core_count()))
    for line, answer in zip(lines, results, strict=True):
        yield answer or _answer(index, line, form, options)


def _answer_or_none(
    index: Index, line: Line, form: str, options: BatchOptions
) -> Answer | None:
    """Return the answer to a line, None if that needs Kiwi and is delegated."""
    try:
        return _answer(index, line, form, options)
    except kiwi.KiwiDelegatedError:
        return None


def _answer(index: Index, line: Line, form: str, options: BatchOptions) -> Answer:
    if isinstance(line, BatchFault):
        return _fault_answer(line, form, str(line.fault))
    try:
        return _ANSWERS[form](index, line, options)
    except CommuniqueError as fault:
        failed = BatchFault(line.id, line.query, fault)
        return _fault_answer(failed, form, f"query {line.id}: {fault}")


def _fault_answer(fault: BatchFault, form: str, message: str) -> Answer:
    text = as_json(fault_to_json(fault)) if form == "jsonl" else ""
    return Answer(text, message, has_hits=False)


def _jsonl_answer(index: Index, line: BatchQuery, options: BatchOptions) -> Answer:
    result = index.search(line.query, **options._asdict())
    has_hits = bool(result.total or result.hits)
    return Answer(as_json(answer_to_json(line.id, result)), None, has_hits)


def _tsv_answer(index: Index, line: BatchQuery, options: BatchOptions) -> Answer:
    result = index.search(line.query, **options._asdict(), faceted=False)
    has_hits = bool(result.total or result.hits)
    return Answer(_joined(tsv_lines(line.id, result)), None, has_hits)


def _trec_answer(index: Index, line: BatchQuery, options: BatchOptions) -> Answer:
    # A run has no text, so no sentence is read.
    at_least_one = options._replace(limit=max(options.limit, 1))
    ranking = index.rank(line.query, **at_least_one._asdict())
    lines = trec_lines(line.id, ranking[: options.limit])
    return Answer(_joined(lines), None, bool(ranking))


_ANSWERS = {"jsonl": _jsonl_answer, "tsv": _tsv_answer, "trec": _trec_answer}


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
