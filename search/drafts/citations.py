"""The citations of a draft: `scm-52-2020:11.1`, 제52차 공동성명 11문단 1문장.

A citation belongs to the quotation before it, if it stands in brackets or after a dash,
otherwise to the quotation behind it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from indexer.ingest.edition import Edition
from indexer.ingest.sentence import ANNEX, Sentence
from search.drafts.quotations import Quotation

_ID = re.compile(
    r"(?P<document>[^\s:()\[\]{}“”\"'‘’「」,;<>`]{1,200}):"
    rf"(?P<part>{ANNEX}\d{{1,3}}|\d{{1,4}})(?:\.(?P<number>\d{{1,4}}))?(?![\d:])"
)
_PLACE = re.compile(
    r"(?<!\d)(?P<part>\d{1,4})\s*문단(?:\s*,?\s*(?:제\s*)?(?P<number>\d{1,4})\s*문장)?"
    r"|문단\s*(?P<part2>\d{1,4})(?!\d)(?:\s*,?\s*문장\s*(?P<number2>\d{1,4}))?"
    r"|\b[Pp]aragraph\s+(?P<part3>\d{1,4})(?:,?\s+sentence\s+(?P<number3>\d{1,4}))?"
)
_SERIES = re.compile(r"제\s*(\d{1,4})\s*[차회]|(?<!\d)((?:19|20)\d\d)(?!\d)")
_NEAR_TITLE = 120
"""Characters before a place in which number and year of its document are looked for."""
_FAR, _NEAR = 200, 60
"""The most characters between a quotation and its citation, in brackets or not."""
_STOP = re.compile(r"[.?!]\s+[^\s(\[（〔—–―-]")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_DASH = re.compile(r"(?:^|\n)\s*(?:[—–―-]|출처)[^\n]*\Z")


class Citation(NamedTuple):
    """A place that a draft cites; None stands for what the citation leaves open.

    `documents` are the documents it may mean: None if it names none, empty if the index
    has none of its number and year.
    """

    text: str
    start: int
    end: int
    documents: tuple[str, ...] | None
    part: str
    number: int | None

    def matches(self, sentence: Sentence) -> bool:
        """Whether the citation names *sentence*."""
        return (
            (self.documents is None or sentence.document in self.documents)
            and sentence.part == self.part
            and self.number in (None, sentence.number)
        )

    @property
    def references(self) -> list[str]:
        """The names of the cited places in the index, such as `scm-52-2020:11.1`."""
        place = self.part if self.number is None else f"{self.part}.{self.number}"
        return [f"{document}:{place}" for document in self.documents or ()]


def citations_of(
    text: str, quotations: Sequence[Quotation], editions: Mapping[str, Edition]
) -> dict[int, list[Citation]]:
    """Return the citations in *text* by the index of the quotation they belong to."""
    starts = [quotation.start for quotation in quotations]
    result: dict[int, list[Citation]] = defaultdict(list)
    for citation in _citations(text, editions):
        before = bisect_right(starts, citation.start) - 1
        owner = _owner(text, citation, quotations, before)
        if owner is not None:
            result[owner].append(citation)
    return result


def _citations(text: str, editions: Mapping[str, Edition]) -> Iterator[Citation]:
    last = 0
    matches = [*_ID.finditer(text), *_PLACE.finditer(text)]
    for match in sorted(matches, key=lambda match: match.start()):
        if match.re is _ID:
            if match["document"] in editions:
                yield _citation(match, (match["document"],), match.start())
                last = match.end()
            continue
        start = max(last, match.start() - _NEAR_TITLE)
        blank = [
            each.end() for each in _BLANK_LINE.finditer(text, start, match.start())
        ]
        start = max([start, *blank])
        title = list(_SERIES.finditer(text, start, match.start()))
        documents = _documents(title, editions)
        yield _citation(match, documents, title[0].start() if title else match.start())
        last = match.end()


def _citation(
    match: re.Match[str], documents: tuple[str, ...] | None, start: int
) -> Citation:
    groups = match.groupdict()
    part = groups["part"] or groups.get("part2") or groups.get("part3") or ""
    number = groups["number"] or groups.get("number2") or groups.get("number3")
    text = " ".join(match.string[start : match.end()].split())
    part = part if part.startswith(ANNEX) else str(int(part))
    return Citation(
        text,
        match.start(),
        match.end(),
        documents,
        part,
        int(number) if number else None,
    )


def _documents(
    title: Sequence[re.Match[str]], editions: Mapping[str, Edition]
) -> tuple[str, ...] | None:
    """Return the documents of the last number and the last year before a place."""
    number = next((int(m[1]) for m in reversed(title) if m[1]), None)
    year = next((int(m[2]) for m in reversed(title) if m[2]), None)
    if number is None and year is None:
        return None
    named = [e for e in editions.values() if number is None or e.number == number]
    in_year = [e for e in named if year is None or e.year == year]
    return tuple(e.document for e in in_year or (named if number else []))


def _owner(
    text: str, citation: Citation, quotations: Sequence[Quotation], before: int
) -> int | None:
    """Return the index of the quotation that a citation belongs to, if any."""
    if before >= 0 and citation.end <= quotations[before].end:
        # A block quote ends in its citation; a text in marks may name a place itself.
        return before if quotations[before].mark == ">" else None
    gap = text[quotations[before].end : citation.start] if before >= 0 else ""
    is_behind = (
        before >= 0 and len(gap) <= _FAR and not _is_apart(gap, quotations[before])
    )
    bracketed = is_behind and _is_bracketed(gap)
    if bracketed and not _STOP.search(gap):
        return before
    after = before + 1
    if after < len(quotations):
        gap_after = text[citation.end : quotations[after].start]
        is_close = len(gap_after) <= _NEAR and not _BLANK_LINE.search(gap_after)
        if is_close and not _STOP.search(gap_after):
            return after
    if is_behind and (bracketed or len(gap) <= _NEAR) and not _STOP.search(gap):
        return before
    return None


def _is_apart(gap: str, quotation: Quotation) -> bool:
    blank_lines = len(_BLANK_LINE.findall(gap))
    if quotation.mark == ">":
        return blank_lines > 1 or not _is_bracketed("\n" + gap.lstrip())
    return blank_lines > 0


def _is_bracketed(gap: str) -> bool:
    """Whether a bracket is open at the end of *gap*, or its last line begins with a dash."""
    opened = max(map(gap.rfind, "([（〔"))
    return opened > max(map(gap.rfind, ")]）〕")) or bool(_DASH.search(gap))
