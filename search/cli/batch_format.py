"""The formats of `batch`: its lines of input, and JSON Lines, TSV and TREC runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeAlias

from indexer.errors import CommuniqueError
from indexer.text.control_characters import visible
from search.results import SCHEMA, SearchResult

TREC_TAG = "communique"
"""The last column of a TREC run, the name of the system."""

LONGEST_LINE = 1 << 20
"""Bytes of the longest line: enough for the longest query in JSON escapes."""
_LONGEST_EXCERPT = 100
"""Bytes of a line that is too long which its error record repeats."""


class BatchLineError(CommuniqueError):
    """A line of a batch has no query."""

    def __init__(self, line: int, fault: str) -> None:
        super().__init__(f"line {line}: {fault}.")


@dataclass(frozen=True, slots=True)
class BatchQuery:
    """A query of a batch; `id` is its line number unless the line has an id."""

    id: str
    query: str


@dataclass(frozen=True, slots=True)
class BatchFault:
    """A line of a batch that cannot be answered, and the error."""

    id: str
    query: str
    fault: CommuniqueError


Line: TypeAlias = BatchQuery | BatchFault


def split_lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of *file*; of a line over `LONGEST_LINE`, the first bytes only."""
    while line := file.readline(LONGEST_LINE + 1):
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE + 1)
        yield line


def parse_lines(lines: Iterable[bytes]) -> Iterator[Line]:
    """Parse a batch: each line is a query, `id<TAB>query`, or `{"id": …, "query": …}`.

    Blank lines are skipped.
    """
    for number, raw in enumerate(lines, 1):
        data = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
        if len(data) > LONGEST_LINE:
            excerpt = data[:_LONGEST_EXCERPT].decode("utf-8", "replace")
            reason = f"more than {LONGEST_LINE >> 20} MiB; shorten it"
            yield _fault(str(number), excerpt, number, reason)
            continue
        line = data.rstrip(b"\r\n").decode("utf-8", "replace")
        if not line.strip(" \r"):
            continue
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            yield _fault(str(number), line, number, "not UTF-8; convert the queries")
        else:
            yield _parse_line(line, number)


def answer_to_json(id_: str, result: SearchResult) -> dict[str, Any]:
    """Return the JSON object of a search, with the id of its query first."""
    return {"id": id_, **result.to_json()}


def fault_to_json(fault: BatchFault) -> dict[str, Any]:
    """Return a JSON object with the keys of `answer_to_json`, no hits, and `error`."""
    return {
        "id": fault.id,
        "schema": SCHEMA,
        "query": fault.query,
        "understood": None,
        "total": 0,
        "uncounted": 0,
        "hits": [],
        "notes": [],
        "facets": {},
        "error": str(fault.fault),
    }


def tsv_lines(id_: str, result: SearchResult) -> Iterator[str]:
    """Yield a line for each hit: query id, rank, sentence id, score, text."""
    for hit in result.hits:
        text = " ".join(hit.sentence.text.split())
        yield f"{id_}\t{hit.rank}\t{visible(hit.sentence.id)}\t{hit.score:.6f}\t{text}"


def trec_lines(id_: str, ranking: Iterable[tuple[str, float]]) -> Iterator[str]:
    """Yield the lines of a TREC run: `qid Q0 docid rank score tag`.

    Args:
        id_: The id of the query.
        ranking: The ids and scores of the sentences, best first.
    """
    for rank, (sentence_id, score) in enumerate(ranking, 1):
        yield f"{id_} Q0 {visible(sentence_id)} {rank} {score:.6f} {TREC_TAG}"


def _parse_line(line: str, number: int) -> Line:
    id_, tab, query = line.partition("\t")
    if line.lstrip().startswith("{"):
        try:
            id_, query = _parse_json(line)
        except ValueError as fault:
            return _fault(str(number), line, number, str(fault))
    elif not tab:
        id_, query = str(number), line
    if not id_ or any(char.isspace() for char in id_):
        reason = "the id is empty or holds white space"
        return _fault(str(number), query, number, reason)
    if not query.strip():
        return _fault(id_, query, number, "the query is empty")
    return BatchQuery(id_, query)


def _fault(id_: str, query: str, line: int, reason: str) -> BatchFault:
    return BatchFault(id_, query, BatchLineError(line, reason))


def _parse_json(line: str) -> tuple[str, str]:
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
