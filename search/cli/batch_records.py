"""Many queries at once: reading them, and writing results for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeAlias

from indexer.errors import CommuniqueError
from search.results import SCHEMA, SearchResult

TREC_TAG = "communique"
"""The last column of a TREC run, which names the system."""


LONGEST_LINE = 1 << 20
"""Bytes of a line, more than a query of any length takes in JSON."""
_SHOWN = 100


class BatchLineError(CommuniqueError):
    """A line of a batch is no query."""

    def __init__(self, line: int, fault: str) -> None:
        super().__init__(f"line {line}: {fault}.")


@dataclass(frozen=True, slots=True)
class BatchQuery:
    """A query of a batch; `id` is its line number where the line gives none."""

    id: str
    query: str


@dataclass(frozen=True, slots=True)
class BatchFault:
    """A line of a batch that could not be answered, and why."""

    id: str
    query: str
    fault: CommuniqueError


Line: TypeAlias = BatchQuery | BatchFault


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of *file*, the head alone of one that is too long to be read."""
    while line := file.readline(LONGEST_LINE + 1):
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE + 1)
        yield line


def read(lines: Iterable[bytes]) -> Iterator[Line]:
    """Read a batch: on each line a query, `id<TAB>query`, or `{"id", "query"}`.

    Blank lines are passed over.
    """
    for number, raw in enumerate(lines, 1):
        data = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
        if len(data) > LONGEST_LINE:
            head = data[:_SHOWN].decode("utf-8", "replace")
            what = f"more than {LONGEST_LINE >> 20} MiB; shorten it"
            yield _fault(str(number), head, number, what)
            continue
        line = data.rstrip(b"\r\n").decode("utf-8", "replace")
        if not line.strip(" \r"):
            continue
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            yield _fault(str(number), line, number, "not UTF-8; convert the queries")
        else:
            yield _query(line, number)


def to_json(id_: str, result: SearchResult) -> dict[str, Any]:
    """Return the object of one query: its id and what a search alone returns."""
    return {"id": id_, **result.to_json()}


def fault_to_json(fault: BatchFault) -> dict[str, Any]:
    """Return the object of a line that is no query: no hits, and `error`."""
    return {
        "id": fault.id,
        "schema": SCHEMA,
        "query": fault.query,
        "understood": None,
        "total": 0,
        "hits": [],
        "notes": [],
        "facets": {},
        "error": str(fault.fault),
    }


def tsv_lines(id_: str, result: SearchResult) -> Iterator[str]:
    """Yield a line a hit: query id, rank, sentence id, score, text."""
    for hit in result.hits:
        text = " ".join(hit.sentence.text.split())
        yield f"{id_}\t{hit.rank}\t{hit.sentence.id}\t{hit.score:.6f}\t{text}"


def trec_lines(id_: str, ranked: Iterable[tuple[str, float]]) -> Iterator[str]:
    """Yield the lines of a TREC run: `qid Q0 docid rank score tag`."""
    for rank, (found, score) in enumerate(ranked, 1):
        yield f"{id_} Q0 {found} {rank} {score:.6f} {TREC_TAG}"


def _query(line: str, number: int) -> Line:
    id_, tab, query = line.partition("\t")
    if line.lstrip().startswith("{"):
        try:
            id_, query = _from_json(line)
        except ValueError as fault:
            return _fault(str(number), line, number, str(fault))
    elif not tab:
        id_, query = str(number), line
    if not id_ or any(char.isspace() for char in id_):
        what = "the id is empty or holds white space"
        return _fault(str(number), query, number, what)
    if not query.strip():
        return _fault(id_, query, number, "the query is empty")
    return BatchQuery(id_, query)


def _fault(id_: str, query: str, line: int, what: str) -> BatchFault:
    return BatchFault(id_, query, BatchLineError(line, what))


def _from_json(line: str) -> tuple[str, str]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("not a JSON object") from None
    for key in ("id", "query"):
        if key not in record:
            raise ValueError(f'the key "{key}" is missing')
        if not isinstance(record[key], str):
            raise ValueError(f'the value of "{key}" is not a string')
    return record["id"], record["query"]
