"""What the lines of a text are: title, date line, numbered paragraphs, annexes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count, pairwise
from typing import NamedTuple

from indexer.ingest.dates import is_dateline
from indexer.ingest.sentence import ANNEX
from indexer.ingest.unwrap import ends_sentence
from indexer.text.offset_text import OffsetText

_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_NUMBER = re.compile(
    r"(?P<indent>\s*)(?P<number>\d{1,3})\.(?:\s+(?=\S)|(?=[^\W\d]|[「『“‘(\[<〈]))"
)
_DEEPER = 2
"""Columns by which the items of a list stand in; a page break leaves one."""
# Each space has one place in the pattern, or a long row of them would take for ever.
_END_MARK = re.compile(r"(?:^|(?<=[.?!…]))[\s/<〈(]*끝[\s/>〉)]*\.?$")
_ANNEX = re.compile(
    r"\s*[<\[(〈【〔]?\s*(?:부록|별첨|붙임|첨부|부속서|annex|appendix|attachment)"
    r"\s*(?:제?\s*\d{1,2}호?|[IVX]{1,4}|[A-F가나다라마바])?(?P<apart>\s*$|\s*[:.\-\])>〉】〕]|\s)",
    re.IGNORECASE,
)
_HEADING = 60
"""Characters that the longest heading has."""
_HEAD = 4
_FOOT = 6
"""Lines at the beginning among which title and date line are looked for, and lines at
the end among which the date is, where none stands above."""


class Part(NamedTuple):
    """The part of a document a line stands in: a paragraph, or an annex from 1 on.

    `paragraph` is 0 before paragraph 1, None in an annex and where none is numbered.
    """

    paragraph: int | None = None
    annex: int = 0

    @property
    def name(self) -> str:
        """What ids call it; nothing where the text has no parts."""
        if self.annex:
            return f"{ANNEX}{self.annex}"
        return "" if self.paragraph is None else str(self.paragraph)

    @property
    def is_numbered(self) -> bool:
        """Whether it is a paragraph with a number of its own."""
        return bool(self.paragraph)


NO_PART = Part()


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, without the number of its paragraph."""

    text: OffsetText
    part: Part = NO_PART
    blank_follows: bool = False


class Structure(NamedTuple):
    """Title and date line, None where there is none, and the lines of the text."""

    title: str | None
    dateline: str | None
    lines: list[Line]


def parse_structure(text: OffsetText) -> Structure:
    """Tell what each line of *text* is.

    An annex counts its own items, so that their numbers are left in its text.
    """
    body, *annexes = [_without_end_mark(part) for part in _annexes(_lines(text))]
    title, dateline, body = _front_matter(_numbered(body))
    appended = [
        replace(line, part=Part(annex=number))
        for number, annex in enumerate(annexes, 1)
        for line in annex
    ]
    return Structure(title, dateline or _closing_date(body), [*body, *appended])


def _lines(text: OffsetText) -> list[Line]:
    """Return the lines that are not blank."""
    lines: list[Line] = []
    start = 0
    for end, following in [
        *((match.start(), match.end()) for match in _LINE_END.finditer(text.text)),
        (len(text), len(text)),
    ]:
        line = text[start:end]
        if line.text.strip():
            lines.append(Line(line))
        elif lines:
            lines[-1] = replace(lines[-1], blank_follows=True)
        start = following
    return lines


def _annexes(lines: list[Line]) -> list[list[Line]]:
    """Part the lines at the headings of annexes; what stands before them is first.

    Where no paragraph is numbered before it, what a heading is above may be the text.
    """
    parts: list[list[Line]] = [lines[:1]]
    for before, line in pairwise(lines):
        if _heads_annex(before, line):
            parts.append([])
        parts[-1].append(line)
    return parts if _is_numbered(_numbered(parts[0])) else [lines]


def _heads_annex(before: Line, line: Line) -> bool:
    text = line.text.text.rstrip()
    match = _ANNEX.match(text)
    if not match or len(text) > _HEADING or text.endswith("."):
        return False
    ended = ends_sentence(before.text.text) and not match["apart"].isspace()
    return before.blank_follows or ended


def _is_numbered(lines: Iterable[Line]) -> bool:
    return any(line.part.is_numbered for line in lines)


def _numbered(lines: Sequence[Line]) -> list[Line]:
    """Give each line its paragraph; the numbers must run 1, 2, 3 … from the first on.

    A number out of sequence is a date or a list's and belongs to the text around it. A
    lone 1 numbers nothing.
    """
    matches = [_NUMBER.match(line.text.text) for line in lines]
    numbers = [int(match["number"]) if match else None for match in matches]
    found: list[Line] = []
    paragraph = item = indent = 0
    for place, (line, match) in enumerate(zip(lines, matches, strict=True)):
        text, number = line.text, numbers[place]
        if match and number == paragraph + 1:
            deeper = len(match["indent"]) >= indent + _DEEPER
            in_turn = number == item + 1 and _comes_back(numbers[place:])
            if not paragraph or not (deeper or in_turn):
                indent = indent if paragraph else len(match["indent"])
                paragraph, item = number, 0
                text = text[match.end() :]
        if number == item + 1 and text is line.text:
            item = number
        found.append(replace(line, text=text, part=Part(paragraph)))
    return found if paragraph > 1 else list(lines)


def _comes_back(numbers: Sequence[int | None]) -> bool:
    """Tell whether a count goes on and comes back to its first: it is a list's."""
    first, *rest = filter(None, numbers)
    for expected, found in zip(count(first + 1), rest, strict=False):
        if found != expected:
            return found == first
    return False


def _without_end_mark(lines: list[Line]) -> list[Line]:
    if not lines:
        return lines
    *body, last = lines
    if not (mark := _END_MARK.search(last.text.text.rstrip())):
        return lines
    kept = last.text[: mark.start()]
    if kept.text.strip():
        body.append(replace(last, text=kept))
    return body


def _front_matter(lines: list[Line]) -> tuple[str | None, str | None, list[Line]]:
    """Part title and date line, which stand before paragraph 1, from the rest.

    Where no paragraph is numbered only a date line that stands apart tells a title from
    a sentence.
    """
    numbered = _is_numbered(lines)
    head = [line for line in lines[:_HEAD] if not line.part.is_numbered]
    for place in (*range(1, len(head)), 0):
        above = head[:place] or head[1:2]
        if (
            above
            and is_dateline(head[place].text.text)
            and (numbered or head[place].blank_follows)
            and ((numbered and place) or not any(map(_runs_on_or_ends, above)))
        ):
            title = " ".join(line.text.text.strip() for line in above)
            dateline = head[place].text.text.strip()
            return title, dateline, lines[max(place, 1) + 1 :]
    if not numbered or not head:
        return None, None, lines
    first = head[0].text.text
    if len(head) > 1 and not head[0].blank_follows and first != first.rstrip():
        return None, None, lines  # The first line runs on: it is no title.
    return first.strip(), None, lines[1:]


def _runs_on_or_ends(line: Line) -> bool:
    """Tell whether a line looks like one of running text rather than of a title."""
    text = line.text.text
    return text != text.rstrip() or ends_sentence(text) or len(text) > _HEADING


def _closing_date(lines: Sequence[Line]) -> str | None:
    """Return the date that stands by itself below a text, as above signatures."""
    for before, line in pairwise(lines[-_FOOT:]):
        if before.blank_follows and is_dateline(line.text.text):
            return line.text.text.strip()
    return None
