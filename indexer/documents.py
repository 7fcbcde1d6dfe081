"""A corpus file as a document: its title, its date and place, and its sentences."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from indexer.errors import CommuniqueError
from indexer.sentence import Sentence
from indexer.sentences import boundaries
from indexer.sources import Source
from indexer.tracked import TrackedText
from indexer.wrapping import Margin, SpaceJudge, ends_sentence, unwrap


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


def parse(source: Source, judge: SpaceJudge) -> Document:
    """Read the document that *source* holds.

    Args:
        source: A decoded corpus file.
        judge: Tells where broken lines need a space between them.

    Raises:
        RecordError: A line of a JSON Lines file is no record.
    """
    if source.path.suffix.lower() == ".jsonl":
        return Document(source.name, None, None, tuple(_records(source)))
    return _parse_text(source, judge)


_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_NUMBER = re.compile(r"\s*(\d{1,3})\.\s+(?=\S)")
_DATELINE = re.compile(r"\s*(?:19|20)\d\d년\s*\d{1,2}월\s*\d{1,2}일\b.{0,40}$")
_END_MARK = re.compile(r"(?:^|(?<=[.?!…]))\s*[/<〈(]*\s*끝\s*[/>〉)]*\.?\s*$")


@dataclass(frozen=True, slots=True)
class _Line:
    text: TrackedText
    paragraph: int | None
    """The number of the paragraph it belongs to, None before the first."""
    blank_follows: bool = False


def _parse_text(source: Source, judge: SpaceJudge) -> Document:
    tracked = TrackedText.of(source.text)
    lines = _without_end_mark(_numbered(_lines(tracked)))
    numbered = any(line.paragraph is not None for line in lines)
    title, dateline, lines = _front_matter(lines, numbered)
    groups = _run_on(lines)
    units = unwrap(
        [[line.text for line in group] for group in groups], tracked.text, judge
    )
    paragraphs = [
        (group[0].paragraph or 0 if numbered else None, unit)
        for group, unit in zip(groups, units, strict=True)
    ]
    sentences = _sentences(source.name, paragraphs)
    return Document(source.name, title, dateline, tuple(sentences))


def _lines(text: TrackedText) -> list[_Line]:
    """Return the lines that are not blank."""
    lines: list[_Line] = []
    start = 0
    for end, following in [
        *((match.start(), match.end()) for match in _LINE_END.finditer(text.text)),
        (len(text), len(text)),
    ]:
        line = text[start:end]
        if line.text.strip():
            lines.append(_Line(line, None))
        elif lines:
            lines[-1] = _Line(lines[-1].text, None, blank_follows=True)
        start = following
    return lines


def _numbered(lines: Sequence[_Line]) -> list[_Line]:
    """Give each line its paragraph; the numbers must run 1, 2, 3 … from the first on.

    A number out of sequence is a date or a list's and belongs to the text around it. A
    lone 1 numbers nothing.
    """
    found: list[_Line] = []
    paragraph = 0
    for line in lines:
        match = _NUMBER.match(line.text.text)
        text = line.text
        if match and int(match[1]) == paragraph + 1:
            paragraph += 1
            text = text[match.end() :]
        found.append(_Line(text, paragraph or None, line.blank_follows))
    return found if paragraph > 1 else list(lines)


def _without_end_mark(lines: list[_Line]) -> list[_Line]:
    if not lines:
        return lines
    *body, last = lines
    if not (mark := _END_MARK.search(last.text.text)):
        return lines
    kept = last.text[: mark.start()]
    if kept.text.strip():
        body.append(_Line(kept, last.paragraph))
    return body


def _front_matter(
    lines: list[_Line], numbered: bool
) -> tuple[str | None, str | None, list[_Line]]:
    """Part title and dateline, which stand before paragraph 1, from the rest.

    Where no paragraph is numbered nothing tells a title from a sentence.
    """
    head = [line for line in lines[:4] if line.paragraph is None]
    if not numbered or not head:
        return None, None, lines
    for index, line in enumerate(head):
        if index and _DATELINE.match(line.text.text):
            title = " ".join(above.text.text.strip() for above in head[:index])
            return title, line.text.text.strip(), lines[index + 1 :]
    first = head[0].text.text
    if len(head) > 1 and not head[0].blank_follows and first != first.rstrip():
        return None, None, lines  # The first line runs on: it is no title.
    return first.strip(), None, lines[1:]


def _run_on(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Group the lines that run on into each other.

    The lines of a numbered paragraph all do. Elsewhere a line that stops before the
    margin ended on purpose, and so did one that ends a sentence before a blank line.
    """
    margin = Margin([line.text.text for line in lines])
    groups: list[list[_Line]] = []
    open_ended = False
    for line in lines:
        if open_ended and groups[-1][0].paragraph == line.paragraph:
            groups[-1].append(line)
        else:
            groups.append([line])
        text = line.text.text
        open_ended = margin.wrapped and (
            line.paragraph is not None
            or (
                margin.reached_by(text)
                and not (line.blank_follows and ends_sentence(text))
            )
        )
    return groups


def _sentences(
    document: str, units: Sequence[tuple[int | None, TrackedText]]
) -> Iterator[Sentence]:
    for paragraph, group in groupby(units, key=lambda unit: unit[0]):
        parts = [
            unit[start:end] for _, unit in group for start, end in boundaries(unit.text)
        ]
        prefix = f"{document}:" if paragraph is None else f"{document}:{paragraph}."
        for number, part in enumerate(parts, 1):
            start, end = part.span
            yield Sentence(
                f"{prefix}{number}", document, paragraph, number, start, end, part.text
            )


def _records(source: Source) -> Iterator[Sentence]:
    start = 0
    for number, line in enumerate(source.text.split("\n"), 1):
        end = start + len(line.rstrip("\r"))
        if line.strip():
            try:
                id_, text = _record(line)
            except ValueError as fault:
                raise RecordError(source.path, number, str(fault)) from None
            yield Sentence(id_, source.name, None, None, start, end, text)
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
    if not record["id"] or any(char.isspace() or char < " " for char in record["id"]):
        raise ValueError("the id is empty or holds white space")
    return record["id"], unicodedata.normalize("NFC", record["text"])
