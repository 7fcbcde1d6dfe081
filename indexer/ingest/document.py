"""A corpus file as a document: its title, its dateline and its sentences."""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from indexer.errors import CommuniqueError
from indexer.ingest.csv_records import CsvError, read_rows
from indexer.ingest.dates import first_date
from indexer.ingest.declared import Declared
from indexer.ingest.file_kinds import holds_records
from indexer.ingest.list_marks import item_lines
from indexer.ingest.sentence import Sentence
from indexer.ingest.sentence_split import sentence_spans
from indexer.ingest.source import Source
from indexer.ingest.structure import Line, Part, parse_structure
from indexer.ingest.unwrap import Margin, SpaceJudge, ends_sentence, unwrap
from indexer.text.offset_text import OffsetText

_NOT_IN_ID = re.compile(r"[\s\x00-\x1f]")
_ID_FAULT = "the id is empty or holds white space"


class RecordError(CommuniqueError):
    """A line of a JSON Lines file, or a row of a CSV file, is not a record."""

    def __init__(self, path: Path, line: int, fault: str) -> None:
        super().__init__(f"{path}, line {line}: {fault}; nothing was indexed.")


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed corpus file; title and dateline are None in a text without them."""

    name: str
    title: str | None
    dateline: str | None
    sentences: tuple[Sentence, ...]


def parse_document(source: Source, judge: SpaceJudge) -> Document:
    """Parse a decoded corpus file, a text or records by its suffix.

    Args:
        source: The file.
        judge: Decides whether a space belongs between two broken lines.

    Raises:
        RecordError: A line of a JSON Lines file, or a row of a CSV file, is no record.
    """
    if holds_records(source.path):
        lines = source.text.split("\n")
        records = parse_records(source.path, source.name, lines)
        document = Document(source.name, None, None, tuple(records))
    else:
        document = _parse_text(source, judge)
    return with_declared(document, source.declared)


def with_declared(document: Document, declared: Declared) -> Document:
    """Return *document* with the title and the date that are declared beside it.

    A date line of the same date stays, as it also has the place.
    """
    title, dateline = declared.title or document.title, document.dateline
    if declared.date and first_date(declared.date) != first_date(dateline or ""):
        dateline = declared.date
    return replace(document, title=title, dateline=dateline)


def _parse_text(source: Source, judge: SpaceJudge) -> Document:
    text = OffsetText.of(source.text)
    structure = parse_structure(text, in_paragraphs=source.in_paragraphs)
    groups = _continuous_lines(structure.lines, in_paragraphs=source.in_paragraphs)
    units = unwrap(
        [[line.text for line in group] for group in groups], text.text, judge
    )
    parts = [(group[0].part, unit) for group, unit in zip(groups, units, strict=True)]
    sentences = _with_pages(_sentences(source.name, parts), source.pages)
    return Document(source.name, structure.title, structure.dateline, tuple(sentences))


def _continuous_lines(
    lines: Sequence[Line], *, in_paragraphs: bool
) -> list[list[Line]]:
    """Group the lines of running text that line breaks interrupt.

    An item of a list begins a group. In an extracted text a blank line ends one, unless
    all lines are apart: then, as in a text file, see `_is_open_ended`.
    """
    texts = [line.text.text for line in lines]
    margin = Margin(texts)
    items = item_lines(texts)
    is_marked = in_paragraphs and not all(line.blank_follows for line in lines[:-1])
    groups: list[list[Line]] = []
    is_open = False
    for index, line in enumerate(lines):
        if is_open and groups[-1][0].part == line.part and index not in items:
            groups[-1].append(line)
        else:
            groups.append([line])
        is_open = not line.blank_follows if is_marked else _is_open_ended(line, margin)
    return groups


def _is_open_ended(line: Line, margin: Margin) -> bool:
    """Return whether the text of *line* goes on in the next one.

    That of a numbered paragraph does. Elsewhere, a line that ends before the margin ends
    its text, and so does the end of a sentence before a blank line.
    """
    text = line.text.text
    return margin.wrapped and (
        line.part.is_numbered
        or (
            margin.reached_by(text) and not (line.blank_follows and ends_sentence(text))
        )
    )


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


def _with_pages(
    sentences: Iterable[Sentence], pages: Sequence[int]
) -> Iterator[Sentence]:
    for sentence in sentences:
        page = bisect_right(pages, sentence.start) or None
        yield sentence._replace(page=page) if page else sentence


def parse_records(path: Path, name: str, lines: Iterable[str]) -> Iterator[Sentence]:
    """Yield the records of a JSON Lines or CSV file as sentences.

    `{"id": "law:1", "text": "…"}` on a line, or `law:1,…` in a row, is a sentence with the
    offsets of that line or field; blank lines are skipped.

    Args:
        path: The file, for errors.
        name: The name of the document.
        lines: The lines, without line feeds.

    Raises:
        RecordError: A line is not a record.
    """
    if path.suffix.lower() == ".csv":
        yield from _csv_records(path, name, lines)
        return
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


def _csv_records(path: Path, name: str, lines: Iterable[str]) -> Iterator[Sentence]:
    try:
        for row in read_rows(lines):
            if not row.id or _NOT_IN_ID.search(row.id):
                raise RecordError(path, row.line, _ID_FAULT)
            text = unicodedata.normalize("NFC", row.text)
            yield Sentence(row.id, name, None, None, row.start, row.end, text)
    except CsvError as fault:
        raise RecordError(path, fault.line, str(fault)) from None


def _record(line: str) -> tuple[str, str]:
    """Return id and text of a record, or raise ValueError with the reason."""
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
    if not record["id"] or _NOT_IN_ID.search(record["id"]):
        raise ValueError(_ID_FAULT)
    return record["id"], unicodedata.normalize("NFC", record["text"])
