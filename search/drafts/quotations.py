"""The quotations of a draft: its texts in quotation marks, and its block quotes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from search.messages import Note

LONGEST = 6000
"""Characters of the longest quotation; marks further apart do not belong together."""
_LONGEST_WORD = 10
"""Letters of a single word beside ASCII; without spaces, a longer text is a sentence."""
_LONGEST_TITLE = 60
"""Characters of a title."""
_MOST_BLANK_LINES = 40
"""Blank lines in a quotation: a text copied from a PDF may have one after each line."""

_CLOSERS = {
    "“": '”"＂',
    "„": '“”"',
    "‟": '”"',
    "〝": '〞〟"',
    "«": "»",
    "「": "」",
    "『": "』",
    "〈": "〉",
    "《": "》",
    "‘": "’'",
    '"': '"”',
    "＂": '＂"”',
    "'": "'’",
    "”": "”",
}
"""Each opening mark, and the marks that close it."""
_OPENERS_OF: dict[str, str] = {}
for _opener, _closers in _CLOSERS.items():
    for _closer in _closers:
        _OPENERS_OF[_closer] = _OPENERS_OF.get(_closer, "") + _opener
_STRAIGHT = frozenset("\"＂'”")
"""Marks that open and close; so is ” used by mistake."""
_TITLE_MARKS = frozenset("「『〈《‘'")
"""Marks that also set off titles and terms; 〈 and 《 nothing else."""
_TITLE = re.compile(
    r"(?:법|법률|시행령|조약|협정|협약|의정서|각서|선언|성명|합의|합의서|결의|지침|계획|전략"
    r"|구상|비전|백서|보고서|연구|규정|규칙|훈령|개혁|헌장|강령|정책)[문서안]?(?:\s*(?:개정|수정|해설|요약))?[\s\d.()호차]*$"
)
"""The end of the title of a law, a treaty, a plan or a book."""
_MARK = re.compile("[" + re.escape("".join({*_CLOSERS, *_OPENERS_OF})) + "]")
_ENDS_SENTENCE = re.compile(r"(?:[가-힣](?:다|요|까|죠|라|자)|[.?!…])[.?!…)\s]*$")
_BEFORE_OPENING = re.compile(r"[\s(\[{<（［〔【:：,;/|·>*_~“‘「『《〈=-]")

_ELLIPSIS = re.compile(
    r"\s*(?:[([<〔【]\s*(?:중략|전략|하략|후략|생략|…+|\.{3,}|⋯+)\s*[)\]>〕】]"
    r"|…+|\.{3,}|‥+|⋯+|·{3,})\s*"
)

_FENCE = re.compile(
    r"^ {0,3}(```+|~~~+).*?(?:^ {0,3}\1[`~]*\s*$|\Z)", re.MULTILINE | re.DOTALL
)
_FRONT_MATTER = re.compile(r"\A---\n.*?^(?:---|\.\.\.)\s*$", re.MULTILINE | re.DOTALL)
_MASKED = re.compile(
    r"<!--(?:(?!<!--).)*?-->|(?<!`)`[^`\n]+`(?!`)|\[\^[^\]\s]+\](?!:)"
    r"|(?<=\]\()[^()\s]{0,2000}(?:\s{1,9}\"[^\"\n]{0,300}\")?(?=\))",
    re.DOTALL,
)
_HEADING = re.compile(
    r"^ {0,3}#{1,6}\s.*$|^[^\n>]+\n(?=(?:=+|-{3,})\s*$)", re.MULTILINE
)
_BLOCK = re.compile(r"(?:^ {0,3}>[^\n]*(?:\n|\Z))+", re.MULTILINE)
_BLOCK_MARK = re.compile(r"^ {0,3}(?:> ?)+", re.MULTILINE)
_ADMONITION = re.compile(r"\s*\[!\w+\]")
_ATTRIBUTION = re.compile(
    r"(?:\n|^)[ \t]*(?:[—–―-]{1,3}|출처\s*[:：]|자료\s*[:：])[^\n]*\Z"
)
_TRAILING_PLACE = re.compile(
    r"\s*[(\[（〔][^()\[\]\n（）]*(?:문단|문장|paragraph|:\s*(?:annex)?\d)[^()\[\]\n（）]*[)\]）〕]\.?\s*\Z"
)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


class Quotation(NamedTuple):
    """A quotation: its text on one line, and its place in the draft.

    `pieces` are the lines it has in the draft, of which a break may be inside a word.
    `start` and `end` are the offsets of the text in the draft, `line` its first line.
    """

    pieces: tuple[str, ...]
    start: int
    end: int
    line: int
    mark: str

    @property
    def is_word(self) -> bool:
        """Whether it is a single word."""
        letters = sum(char.isalnum() and not char.isascii() for char in self.text)
        return len(self.text.split()) < 2 and letters <= _LONGEST_WORD

    @property
    def is_like_title(self) -> bool:
        """Whether its marks and its end are those of a title or a term of two words."""
        text = self.text
        if self.mark not in _TITLE_MARKS or len(text) > _LONGEST_TITLE:
            return False
        if _ENDS_SENTENCE.search(text):
            return False
        is_short = len(text.split()) <= 2
        return self.mark in "〈《" or is_short or bool(_TITLE.search(text))

    @property
    def text(self) -> str:
        """The quotation with its line breaks as spaces."""
        return " ".join(self.pieces)

    @property
    def parts(self) -> list[tuple[str, ...]]:
        """The pieces of each part between ellipses, without empty parts."""
        joined = [part for part in _ELLIPSIS.split("\n".join(self.pieces)) if part]
        parts = [_pieces(part) for part in joined]
        return [part for part in parts if any(map(_has_letter, part))]


class DraftQuotations(NamedTuple):
    """The quotations of a draft in order, its headings, and notes on single marks."""

    quotations: tuple[Quotation, ...]
    headings: tuple[str, ...]
    notes: tuple[Note, ...]


class _Pair(NamedTuple):
    """A pair of marks: the mark that opens it, and the span of the text between both."""

    mark: str
    start: int
    end: int


def read_quotations(text: str, *, markdown: bool = False) -> DraftQuotations:
    """Return the quotations of a draft; those inside another one are part of it.

    Quotations are texts in “…”, "…", 「…」, ‘…’ and their variants; in Markdown also
    block quotes, while code, comments and front matter are left out.

    Args:
        text: The draft in NFC, with line feeds alone as line ends.
        markdown: Whether the draft is Markdown.
    """
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    headings: list[str] = []
    blocks: list[_Block] = []
    if markdown:
        text = _masked(text)
        headings = [match[0] for match in _HEADING.finditer(text)]
        blocks = list(_blocks(text))
        text = _blanked(text, _BLOCK)
    pairs, unclosed = _pairs(text)
    result = [_quotation(text, pair, starts) for pair in _outermost(pairs)]
    result += [_block_quotation(pair, starts) for pair in blocks]
    result = [each for each in result if any(map(_has_letter, each.pieces))]
    notes = tuple(
        Note(
            "line {line}: the quotation mark {mark} is not closed.",
            line=bisect_right(starts, offset),
            mark=text[offset],
        )
        for offset in unclosed
    )
    return DraftQuotations(
        tuple(sorted(result, key=lambda q: q.start)), tuple(headings), notes
    )


def _quotation(text: str, pair: _Pair, starts: list[int]) -> Quotation:
    pieces = _pieces(text[pair.start : pair.end])
    line = bisect_right(starts, pair.start)
    return Quotation(pieces, pair.start, pair.end, line, pair.mark)


def _pieces(text: str) -> tuple[str, ...]:
    return tuple(line for raw in text.split("\n") if (line := " ".join(raw.split())))


def _has_letter(text: str) -> bool:
    return any(map(str.isalnum, text))


def _pairs(text: str) -> tuple[list[_Pair], list[int]]:
    """Return the pairs of marks, and the offsets of opening marks without another.

    A stack holds the open marks. A closing mark drops the marks opened after its own.
    """
    pairs: list[_Pair] = []
    unclosed: list[int] = []
    stack: list[tuple[str, int]] = []
    count: Counter[str] = Counter()
    for match in _MARK.finditer(text):
        char, offset = match[0], match.start()
        openers = _OPENERS_OF.get(char, "")
        is_open = any(count[opener] for opener in openers)
        opens = char in _CLOSERS and (
            char not in _STRAIGHT or _may_open(text, offset, is_open=is_open)
        )
        if not opens and (not is_open or not _may_close(text, offset)):
            continue
        if opens:
            stack.append((char, offset))
            count[char] += 1
            continue
        while stack:
            opener, start = stack.pop()
            count[opener] -= 1
            if opener in openers:
                if _is_near(text, start, offset):
                    pairs.append(_Pair(opener, start + 1, offset))
                elif not _is_apostrophe(text, start):
                    unclosed.append(start)
                break
            if not _is_apostrophe(text, start):
                unclosed.append(start)
    unclosed += [start for mark, start in stack if not _is_apostrophe(text, start)]
    continued, alone = _continued(text, sorted(unclosed))
    return sorted([*pairs, *continued], key=lambda p: (p.start, -p.end)), alone


def _may_open(text: str, offset: int, *, is_open: bool) -> bool:
    """Whether a straight mark opens: before it is a space, and behind it is none."""
    before, after = text[offset - 1 : offset], text[offset + 1 : offset + 2]
    if not after or after.isspace() or (text[offset] == "'" and after.isdigit()):
        return False
    if text[offset] == "”" and is_open:
        return False
    if before and not _BEFORE_OPENING.match(before):
        return False
    # Behind a bracket or a comma, the mark may also close.
    return not is_open or not before or before.isspace() or before in "([（“‘「"


def _may_close(text: str, offset: int) -> bool:
    """Whether a mark closes: ’ is also the apostrophe of ’20년 and of it’s."""
    if text[offset] not in "’'":
        return True
    after = text[offset + 1 : offset + 3]
    before = text[offset - 1 : offset]
    is_year = bool(re.match(r"\d\d", after)) and not before.isalnum()
    return not is_year and not (after[:1].isascii() and after[:1].isalpha())


def _is_apostrophe(text: str, offset: int) -> bool:
    return text[offset] in "‘'"


def _is_near(text: str, start: int, end: int) -> bool:
    if end - start > LONGEST:
        return False
    return sum(1 for _ in _BLANK_LINE.finditer(text, start, end)) <= _MOST_BLANK_LINES


def _continued(text: str, unclosed: list[int]) -> tuple[list[_Pair], list[int]]:
    """Close marks at the end of a paragraph if the next one opens with a mark again.

    So are quotations of several paragraphs printed. The other marks are returned too.
    """
    pairs: list[_Pair] = []
    alone: list[int] = []
    for start in unclosed:
        blank = _BLANK_LINE.search(text, start, start + LONGEST)
        if blank and text[blank.end() :].lstrip()[:1] == text[start]:
            pairs.append(_Pair(text[start], start + 1, blank.start()))
        else:
            alone.append(start)
    return pairs, alone


def _outermost(pairs: list[_Pair]) -> Iterator[_Pair]:
    """Yield the pairs that no other pair encloses."""
    covered = 0
    for pair in pairs:
        if pair.start >= covered:
            yield pair
            covered = pair.end


def _masked(text: str) -> str:
    """Return Markdown with spaces for front matter, code, comments and link targets."""
    for pattern in (_FRONT_MATTER, _FENCE, _MASKED):
        text = _blanked(text, pattern)
    return text


def _blanked(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


class _Block(NamedTuple):
    """A paragraph of a block quote: its lines without marks, and its span."""

    pieces: tuple[str, ...]
    start: int
    end: int


def _blocks(text: str) -> Iterator[_Block]:
    """Yield the paragraphs of the block quotes, without attributions and citations."""
    for block in _BLOCK.finditer(text):
        lines = block[0].splitlines(keepends=True)
        start = block.start()
        paragraph: list[str] = []
        first = start
        for line in [*lines, ">"]:
            content = _BLOCK_MARK.sub("", line).strip("\n")
            if content.strip():
                first = first if paragraph else start
                paragraph.append(content)
            elif paragraph:
                yield from _block(paragraph, first, start)
                paragraph = []
            start += len(line)


def _block(paragraph: list[str], start: int, end: int) -> Iterator[_Block]:
    content = "\n".join(line.strip() for line in paragraph)
    if _ADMONITION.match(content):
        return
    content = _ATTRIBUTION.sub("", content)
    content = _TRAILING_PLACE.sub("", content).strip()
    closers = _CLOSERS.get(content[:1], "")
    if len(content) > 1 and content[-1] in closers:
        content = content[1:-1]
    if pieces := _pieces(content):
        yield _Block(pieces, start, end)


def _block_quotation(block: _Block, starts: list[int]) -> Quotation:
    line = bisect_right(starts, block.start)
    return Quotation(block.pieces, block.start, block.end, line, ">")
