"""A corpus file as a document: its title, its date and place, and its sentences."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from indexer.errors import CommuniqueError
from indexer.ingest.corpus_files import Source
from indexer.ingest.sentence import Sentence
from indexer.ingest.sentence_split import sentence_spans
from indexer.ingest.structure import Line, Part, parse_structure
from indexer.ingest.unwrap import Margin, SpaceJudge, ends_sentence, unwrap
from indexer.text.offset_text import OffsetText

_NO_ID = re.compile(r"[\s\x00-\x1f]")


class RecordError(CommuniqueError):
    """A line of a JSON Lines file is no record."""

    def __init__(self, path: Path, line: int, fault: str) -> None:
        super().__init__(f"{path}, line {line}: {fault}; nothing was indexed.")


@dataclass(frozen=True, slots=True)
class Document:
    """What one corpus file holds; title and dateline are None where there is none."""

    name: str
    title: str | None
    dateline: str | None
    sentences: tuple[Sentence, ...]


def parse_document(source: Source, judge: SpaceJudge) -> Document:
    """Read the document that *source* holds.

    Args:
        source: A decoded corpus file.
        judge: Tells where broken lines need a space between them.

    Raises:
        RecordError: A line of a JSON Lines file is no record.
    """
    if source.path.suffix.lower() == ".jsonl":
        lines = source.text.split("\n")
        return Document(
            source.name,
            None,
            None,
            tuple(parse_records(source.path, source.name, lines)),
        )
    return _parse_text(source, judge)


def _parse_text(source: Source, judge: SpaceJudge) -> Document:
    tracked = OffsetText.of(source.text)
    laid_out = parse_structure(tracked)
    groups = _run_on(laid_out.lines)
    units = unwrap(
        [[line.text for line in group] for group in groups], tracked.text, judge
    )
    parts = [(group[0].part, unit) for group, unit in zip(groups, units, strict=True)]
    sentences = _sentences(source.name, parts)
    return Document(source.name, laid_out.title, laid_out.dateline, tuple(sentences))


def _run_on(lines: Sequence[Line]) -> list[list[Line]]:
    """Group the lines that run on into each other.

    The lines of a numbered paragraph all do. Elsewhere a line that stops before the
    margin ended on purpose, and so did one that ends a sentence before a blank line.
    """
    margin = Margin([line.text.text for line in lines])
    groups: list[list[Line]] = []
    open_ended = False
    for line in lines:
        if open_ended and groups[-1][0].part == line.part:
            groups[-1].append(line)
        else:
            groups.append([line])
        text = line.text.text
        open_ended = margin.wrapped and (
            line.part.is_numbered
            or (
                margin.reached_by(text)
                and not (line.blank_follows and ends_sentence(text))
            )
        )
    return groups


def _sentences(
    document: str, units: Sequence[tuple[Part, OffsetText]]
) -> Iterator[Sentence]:
    for part, group in groupby(units, key=lambda unit: unit[0]):
        texts = [
            unit[start:end]
            for _, unit in group
            for start, end in sentence_spans(unit.text)
        ]
        prefix = f"{document}:{part.name}." if part.name else f"{document}:"
        for number, text in enumerate(texts, 1):
            start, end = text.span
            yield Sentence(
                f"{prefix}{number}",
                document,
                part.paragraph,
                number,
                start,
                end,
                text.text,
            )


def parse_records(path: Path, name: str, lines: Iterable[str]) -> Iterator[Sentence]:
    """Yield the records of a JSON Lines file, given its *lines* without their ends.

    Raises:
        RecordError: A line is no record.
    """
    start = 0
    for number, line in enumerate(lines, 1):
        end = start + len(line.rstrip("\r"))
        if line.strip():
            try:
                id_, text = _record(line)
            except ValueError as fault:
                raise RecordError(path, number, str(fault)) from None
            yield Sentence(id_, name, None, None, start, end, text)
        start += len(line) + 1


def _record(line: str) -> tuple[str, str]:
    """Return id and text of a record, or raise ValueError that says what is wrong."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("not a JSON object") from None
    if not isinstance(record, dict):
        raise ValueError("not a JSON object")
    for key in ("id", "text"):
        if key not in record:
            raise ValueError(f'the key "{key}" is missing')
        if not isinstance(record[key], str):
            raise ValueError(f'the value of "{key}" is not a string')
        try:
            record[key].encode()
        except UnicodeEncodeError:
            raise ValueError(
                f'the value of "{key}" has half a surrogate pair'
            ) from None
    if not record["id"] or _NO_ID.search(record["id"]):
        raise ValueError("the id is empty or holds white space")
    return record["id"], unicodedata.normalize("NFC", record["text"])
