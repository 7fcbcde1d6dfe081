"""The structure of a text: its title, dateline, numbered paragraphs and annexes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count, pairwise
from typing import NamedTuple

from indexer.ingest.dates import is_dateline
from indexer.ingest.list_marks import has_articles
from indexer.ingest.sentence import ANNEX
from indexer.ingest.unwrap import ends_sentence
from indexer.text.offset_text import OffsetText

_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_NUMBER = re.compile(
    r"(?P<indent>\s*)(?P<number>\d{1,3})\.(?:\s+(?=\S)|(?=[^\W\d]|[「『“‘(\[<〈]))"
)
_DEEPER = 2
"""Columns by which the items of a list are indented; a page break leaves one."""
# Each space matches at one place in the pattern only: many spaces would otherwise take
# exponential time.
_END_MARK = re.compile(r"(?:^|(?<=[.?!…]))[\s/<〈(]*끝[\s/>〉)]*\.?$")
_ANNEX = re.compile(
    r"\s*[<\[(〈【〔]?\s*(?:부록|별첨|붙임|첨부|부속서|annex|appendix|attachment)"
    r"\s*(?:제?\s*\d{1,2}호?|[IVX]{1,4}|[A-F가나다라마바])?(?P<end>\s*$|\s*[:.\-\])>〉】〕]|\s)",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(
    r"(?:(?:^|\s)(?:및|또는|그리고|대한|관한|위한|따른|통한)|[를와에]|[,·ㆍ‧]|\s[–—-])$"
)
"""The end of a line in the midst of a title."""
_HEADING = 60
"""Most characters of a heading."""
_HEAD = 4
_FOOT = 6
"""Title and dateline are looked for in the first lines, and a date in the last ones."""


class Part(NamedTuple):
    """The part of a document that a line belongs to: a paragraph, or an annex from 1 on.

    `paragraph` is 0 before paragraph 1, None in an annex and in a text without numbered
    paragraphs.
    """

    paragraph: int | None = None
    annex: int = 0

    @property
    def name(self) -> str:
        """The part in a sentence's id, such as `11` or `annex1`; empty without parts."""
        if self.annex:
            return f"{ANNEX}{self.annex}"
        return "" if self.paragraph is None else str(self.paragraph)

    @property
    def is_numbered(self) -> bool:
        """Whether it is a paragraph with a number in the text."""
        return bool(self.paragraph)


NO_PART = Part()


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, without the paragraph number that begins it."""

    text: OffsetText
    part: Part = NO_PART
    blank_follows: bool = False


class Structure(NamedTuple):
    """Title and dateline, None in a text without them, and the lines of the text."""

    title: str | None
    dateline: str | None
    lines: list[Line]


def parse_structure(text: OffsetText, *, in_paragraphs: bool = False) -> Structure:
    """Assign each line of *text* to the title, the dateline, a paragraph or an annex.

    Paragraph numbers are removed from the lines; an annex numbers its items anew, so
    these numbers stay in its text. *in_paragraphs* is `Source.in_paragraphs`.
    """
    body, *annexes = [_without_end_mark(part) for part in _annexes(_lines(text))]
    title, dateline, body = _front_matter(_numbered(body), in_paragraphs)
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
    """Split the lines at the headings of annexes; the body comes first.

    Without numbered paragraphs before a heading, the text below it may be the body, so
    the lines are not split.
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
    if not match or len(text) > _HEADING or text.endswith(".") or "\t" in text:
        return False
    is_separate = ends_sentence(before.text.text) and not match["end"].isspace()
    return before.blank_follows or is_separate


def _is_numbered(lines: Iterable[Line]) -> bool:
    return any(line.part.is_numbered for line in lines)


def _numbered(lines: Sequence[Line]) -> list[Line]:
    """Assign each line its paragraph; the numbers must run 1, 2, 3 … from the first on.

    A number out of sequence is part of a date or a list, and stays in the text. A single
    1 does not number a paragraph, and the numbers of a text of articles are their items'.
    """
    if has_articles([line.text.text for line in lines]):
        return list(lines)
    matches = [_NUMBER.match(line.text.text) for line in lines]
    numbers = [int(match["number"]) if match else None for match in matches]
    result: list[Line] = []
    paragraph = item = indent = 0
    for index, (line, match) in enumerate(zip(lines, matches, strict=True)):
        text, number = line.text, numbers[index]
        if match and number == paragraph + 1:
            is_deeper = len(match["indent"]) >= indent + _DEEPER
            is_item = number == item + 1 and _restarts(numbers[index:])
            if not paragraph or not (is_deeper or is_item):
                indent = indent if paragraph else len(match["indent"])
                paragraph, item = number, 0
                text = text[match.end() :]
        if number == item + 1 and text is line.text:
            item = number
        result.append(replace(line, text=text, part=Part(paragraph)))
    return result if paragraph > 1 else list(lines)


def _restarts(numbers: Sequence[int | None]) -> bool:
    """Return whether the numbers count up and then repeat the first: a list's do."""
    first, *rest = filter(None, numbers)
    for expected, number in zip(count(first + 1), rest, strict=False):
        if number != expected:
            return number == first
    return False


def _without_end_mark(lines: list[Line]) -> list[Line]:
    if not lines:
        return lines
    *body, last = lines
    if not (mark := _END_MARK.search(last.text.text.rstrip())):
        return lines
    text = last.text[: mark.start()]
    if text.text.strip():
        body.append(replace(last, text=text))
    return body


def _front_matter(
    lines: list[Line], in_paragraphs: bool
) -> tuple[str | None, str | None, list[Line]]:
    """Return title and dateline, which precede paragraph 1, and the remaining lines.

    Without numbered paragraphs, there is a title only with a dateline before a blank
    line: otherwise the first line may be a sentence.
    """
    numbered = _is_numbered(lines)
    head = [line for line in lines[:_HEAD] if not line.part.is_numbered]
    for index in (*range(1, len(head)), 0):
        above = head[:index] or head[1:2]
        if (
            above
            and is_dateline(head[index].text.text)
            and (numbered or head[index].blank_follows)
            and ((numbered and index) or not any(map(_is_running_text, above)))
        ):
            title = " ".join(line.text.text.strip() for line in above)
            dateline = head[index].text.text.strip()
            return title, dateline, lines[max(index, 1) + 1 :]
    if not numbered or not head:
        return None, None, lines
    first = head[0].text.text
    if len(head) > 1 and not head[0].blank_follows and first != first.rstrip():
        return None, None, lines  # The sentence continues in the next line: no title.
    size = _title_size(head, in_paragraphs)
    title = " ".join(line.text.text.strip() for line in head[:size])
    return title, None, lines[size:]


def _title_size(head: Sequence[Line], in_paragraphs: bool) -> int:
    """Return how many of the first lines are the title: one, or more if it is broken.

    `중단 보고대상 의료기기 및` goes on in the next line, whether a blank one follows or not.
    """
    for size, line in enumerate(head, 1):
        is_whole = line.blank_follows or not in_paragraphs
        if is_whole and not _UNFINISHED.search(line.text.text.rstrip()):
            return size
    return 1


def _is_running_text(line: Line) -> bool:
    """Return whether a line looks like running text rather than a title."""
    text = line.text.text
    return text != text.rstrip() or ends_sentence(text) or len(text) > _HEADING


def _closing_date(lines: Sequence[Line]) -> str | None:
    """Return the dateline below a text, as communiqués have near the signatures.

    It follows a blank line or the end of a sentence, or is among the signatures, in a last
    block of lines without running text. Several dates are a schedule, and none is taken.
    """
    foot = lines[-_FOOT:]
    blocks = [number for number, line in enumerate(foot, 1) if line.blank_follows]
    last_block = max(
        (start for start in blocks if start < len(foot)), default=len(foot)
    )
    if any(_is_running_text(line) for line in foot[last_block:]):
        last_block = len(foot)
    dates = [
        line.text.text.strip()
        for number, (before, line) in enumerate(pairwise(foot), 1)
        if (
            number >= last_block
            or before.blank_follows
            or ends_sentence(before.text.text)
        )
        and is_dateline(line.text.text)
    ]
    return dates[0] if len(dates) == 1 else None
