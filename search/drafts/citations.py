"""The citations of a draft: `scm-52-2020:11.1`, 제52차 공동성명 11문단 1문장, ¶5.

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
from search.drafts.cited_documents import CitedDocuments, CitedTitle
from search.drafts.quotations import Quotation

_ID = re.compile(
    r"(?P<document>[^\s:()\[\]{}“”\"'‘’「」,;<>`]{1,200}):"
    rf"(?P<parts>{ANNEX}\d{{1,3}}|\d{{1,4}})(?:\.(?P<numbers>\d{{1,4}}))?(?![\d:])"
)
_RANGE = r"\d{1,4}(?:\s*[-~∼–]\s*\d{1,4})?"
_UNIT = r"\s*(?:번째\s*)?(?:문단|단락|항(?![공구목만모쟁해]))"
_AND = r"\s*(?:[,，·~∼–-]|및|과|와)\s*(?:제\s*)?"
_PLACE = re.compile(
    rf"(?<![\d.])(?<!\d[-/])(?P<parts>(?:\d{{1,3}}(?:{_UNIT})?{_AND}){{0,9}}\d{{1,4}})(?P<unit>{_UNIT})"
    rf"(?:\s*[,，의]?\s*(?:제\s*)?(?P<numbers>{_RANGE})\s*(?:번째\s*)?(?:문장|문(?!단)))?"
    rf"|(?:문단|단락)\s*(?P<parts2>\d{{1,4}})(?!\d)(?:\s*,?\s*문장\s*(?P<numbers2>{_RANGE}))?"
    rf"|¶{{1,2}}\s*(?P<parts3>\d{{1,4}})(?:\.(?P<numbers3>\d{{1,4}}))?"
    r"|\b[Pp]ara(?:graph)?s?\b\.?\s*(?P<parts4>\d{1,4})"
    rf"(?:(?:,?\s+sentences?\s+|\.)(?P<numbers4>{_RANGE}))?"
    r"|(?<![\d.:])(?P<parts5>\d{1,3})\.(?P<numbers5>\d{1,3})(?=\s*(?:[)\]）〕,;]|$))",
    re.MULTILINE,
)
_LAW = re.compile(r"\d\s*[조호](?:의\s*\d+)?\s*(?:의\s*)?(?:제\s*)?\Z")
"""An article of a law, or the number of a resolution, before its 항."""
_BARE = re.compile(r"[^\d\s]\s*\Z")
"""The end of a text behind which 11.1 may be a place."""
_WHOLE = re.compile(
    r"[(\[（〔—–―]\s*(?:출처\s*[:：]\s*)?(?P<title>[^()\[\]（）〔〕\n.?!]{2,60}?"
    r"(?:\(\s*[A-Z]{2,8}\s*\)[^()\[\]（）〔〕\n.?!]{0,40}?)?(?:성명서?|선언문?|회의|SCM))"
    r"(?:[,\s(]*(?:(?:19|20)\d\d[\d년월일./\s-]*|pp?\.\s*[\d-]+|[\d-]+\s*[쪽면]))*"
    r"\s*(?:[)\]）〕]|$)",
    re.MULTILINE,
)
"""A document cited as a whole: (제52차 한미안보협의회의 공동성명, 2020)."""
_REST_OF_BRACKET = re.compile(r"[^()\[\]（）〔〕\n]{0,60}[)\]）〕]")
"""The rest of a bracket of which a bracket with the year closed: `(…성명(2020), 1문단)`."""
_PAGES = re.compile(r"[,\s(]*(?:pp?\.|\b\d[\d-]*\s*[쪽면]).*")
"""Pages behind the date of a document."""
_NEAR_TITLE = 120
"""Characters before a place in which number and year of its document are looked for."""
_FAR, _NEAR = 200, 60
"""The most characters between a quotation and its citation, in brackets or not."""
_STOP = re.compile(r"[.?!]\s+[^\s(\[（〔—–―-]")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_DASH = re.compile(r"(?:^|\n)\s*(?:[—–―-]|출처)[^\n]*\Z")
_BRACKETS = re.compile(r"[(\[（〔][^()\[\]（）〔〕]*[)\]）〕]")
_OPENING, _CLOSING = "([（〔", ")]）〕"


class Citation(NamedTuple):
    """A place that a draft cites; None stands for what the citation leaves open.

    `documents` are the documents it may mean: None if it names none, empty if the index
    has none of its name, or of its number and date; `nearest` is then the nearest one.
    `parts` are empty for a document as a whole.
    `is_bare` marks a number such as 11.1 without a document, which may be a date.
    """

    text: str
    start: int
    end: int
    documents: tuple[str, ...] | None
    parts: tuple[str, ...]
    numbers: range | None
    is_bare: bool = False
    nearest: str | None = None

    def matches(self, sentence: Sentence) -> bool:
        """Whether the citation names *sentence*."""
        return (
            (self.documents is None or sentence.document in self.documents)
            and (not self.parts or sentence.part in self.parts)
            and (self.numbers is None or sentence.number in self.numbers)
        )

    @property
    def references(self) -> list[str]:
        """The names of the cited places in the index, such as `scm-52-2020:11.1`."""
        return [
            place for name in self.documents or () for place in self.places_in(name)
        ]

    def places_in(self, document: str) -> list[str]:
        """Return the names that the cited places would have in a document."""
        numbers = [""] if self.numbers is None else [f".{n}" for n in self.numbers]
        return [
            f"{document}:{part}{number}" for part in self.parts for number in numbers
        ]


def citations_of(
    text: str, quotations: Sequence[Quotation], editions: Mapping[str, Edition]
) -> dict[int, list[Citation]]:
    """Return the citations in *text* by the index of the quotation they belong to."""
    starts = [quotation.start for quotation in quotations]
    result: dict[int, list[Citation]] = defaultdict(list)
    bare = _without(quotations, text)
    for citation in _citations(bare, CitedDocuments(editions)):
        before = bisect_right(starts, citation.start) - 1
        owner = _owner(text, citation, quotations, before)
        if owner is not None:
            result[owner].append(citation)
    return result


def _without(quotations: Sequence[Quotation], text: str) -> str:
    """Return *text* with spaces for quotations: their numbers are those of the source.

    Of a block quote, the brackets and the last line with a dash remain, as it may end in
    its citation.
    """
    pieces: list[str] = []
    position = 0
    for quotation in quotations:
        end = quotation.end
        if quotation.mark == ">":
            end = quotation.start + _length_of_block(text[quotation.start : end])
        pieces += [text[position : quotation.start], " " * (end - quotation.start)]
        position = end
    return "".join([*pieces, text[position:]])


def _length_of_block(block: str) -> int:
    """Return the length of a block quote without the citation at its end."""
    content = block.rstrip("\n >")
    if content[-1:] in tuple(_CLOSING):
        return max(map(content.rfind, _OPENING))
    last_line = content.rpartition("\n")[2]
    if re.match(r"[ \t>]*(?:[—–―-]|출처)", last_line):
        return len(content) - len(last_line)
    return len(content)


def _citations(text: str, documents: CitedDocuments) -> Iterator[Citation]:
    last = 0
    matches = [
        match for pattern in (_ID, _PLACE, _WHOLE) for match in pattern.finditer(text)
    ]
    for match in sorted(matches, key=lambda match: (match.start(), -match.end())):
        if match.start() < last and match.re is not _PLACE:
            continue
        citation = _citation(text, match, last, documents)
        if citation:
            yield citation
            last = match.end()


def _citation(
    text: str, match: re.Match[str], last: int, documents: CitedDocuments
) -> Citation | None:
    """Return the citation of a match of _ID, _PLACE or _WHOLE, None if it is none.

    *last* is the end of the citation before it.
    """
    if match.re is _ID:
        return _citation_by_name(match, documents)
    if match.re is _WHOLE:
        return _whole_citation(match, documents)
    start = max(last, match.start() - _NEAR_TITLE)
    blank = [each.end() for each in _BLANK_LINE.finditer(text, start, match.start())]
    start = max([start, *blank])
    before = text[start : match.start()]
    bracket = _open_bracket(before) + 1
    title = documents.read(before, bracket) or documents.read(before)
    if not _is_place(match, before, title, documents):
        return None
    # A title in front of a quotation is not shown with the place behind it.
    is_beside = title is not None and "  " not in before[title.start :]
    first = start + title.start if title and is_beside else match.start()
    citation = _place(match, title.documents if title else None, first)
    return citation._replace(
        is_bare=bool(match["parts5"]) and title is None,
        nearest=title.nearest if title else None,
    )


def _citation_by_name(
    match: re.Match[str], documents: CitedDocuments
) -> Citation | None:
    """Return the citation of a match of _ID; one of no document has the nearest one."""
    name = match["document"]
    if names := documents.named(name):
        return _place(match, names, match.start())
    has_sentence = match["numbers"] is not None or match["parts"].startswith(ANNEX)
    nearest = documents.nearest(name, has_sentence=has_sentence)
    if nearest is None:
        return None
    return _place(match, (), match.start())._replace(nearest=nearest)


def _whole_citation(match: re.Match[str], documents: CitedDocuments) -> Citation | None:
    """Return the citation of a match of _WHOLE with the date behind its title."""
    start, end = match.span("title")
    text = match["title"] + _PAGES.sub("", match.string[end : match.end()]).rstrip()
    if sum(map(text.count, _OPENING)) < sum(map(text.count, _CLOSING)):
        text = text[:-1]
    title = documents.read(text)
    rest = _REST_OF_BRACKET.match(match.string, match.end())
    whole = match[0] + (rest[0] if rest else "")
    if title is None or _PLACE.search(whole) or _ID.search(whole):
        return None
    return Citation(
        " ".join(text.split()),
        start,
        end,
        title.documents,
        (),
        None,
        nearest=title.nearest,
    )


def _is_place(
    match: re.Match[str],
    before: str,
    title: CitedTitle | None,
    documents: CitedDocuments,
) -> bool:
    """Whether 제5항 or 11.1 is a place rather than that of a law, a date or a number."""
    if "항" in (match["unit"] or ""):
        is_beside = title is not None or _is_bracketed(before)
        return is_beside and not _LAW.search(before)
    if match["parts5"] and title is None:
        return before.rstrip()[-1:] in tuple(_OPENING)
    if match["parts5"]:
        name = before.rsplit(maxsplit=1)[-1].lstrip(_OPENING)
        return bool(documents.named(name) or _BARE.search(before))
    return True


def _place(
    match: re.Match[str], documents: tuple[str, ...] | None, start: int
) -> Citation:
    groups = {k.rstrip("2345"): v for k, v in match.groupdict().items() if v}
    numbers = groups.get("numbers")
    return Citation(
        " ".join(match.string[start : match.end()].split()),
        match.start(),
        match.end(),
        documents,
        tuple(_parts(groups["parts"])),
        _range(numbers) if numbers else None,
    )


def _parts(text: str) -> list[str]:
    """Return the parts of a list: `5, 7~9` gives 5, 7, 8, 9."""
    if text.startswith(ANNEX):
        return [text]
    ranges = re.finditer(r"(\d+)(?:[\s문단락항]*[-~∼–]\s*(?:제\s*)?(\d+))?", text)
    return [
        str(n)
        for match in ranges
        for n in _range("-".join(filter(None, match.groups())))
    ]


def _range(text: str) -> range:
    """Return the numbers of `3` or `3-5`; of more than a hundred, the first alone."""
    first, *rest = map(int, re.findall(r"\d+", text))
    last = rest[0] if rest else first
    return (
        range(first, last + 1)
        if first <= last < first + 100
        else range(first, first + 1)
    )


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
    return _open_bracket(gap) >= 0 or bool(_DASH.search(gap))


def _open_bracket(text: str) -> int:
    """Return the offset of the last bracket in *text* that is not closed, -1 if none is."""
    text = _BRACKETS.sub(lambda match: " " * len(match[0]), text)
    return max(map(text.rfind, _OPENING))
