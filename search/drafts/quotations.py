"""The quotations of a draft: its texts in quotation marks, and its block quotes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from search.drafts.block_quotes import BLOCK, Block, blocks_of
from search.messages import Note

LONGEST = 6000
"""Characters of the longest quotation; marks further apart do not belong together."""
_LONGEST_WORD = 10
"""Letters of a single word beside ASCII; without spaces, a longer text is a sentence."""
_LONGEST_TITLE = 60
"""Characters of a title."""

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

_BLANK_LINE = re.compile(r"\n[ \t]*\n")


class Quotation(NamedTuple):
    """A quotation: its text on one line, and its place in the draft.

    `pieces` are the lines it has in the draft, of which a break may be inside a word.
    `start` and `end` are the offsets of the text in the draft, `line` its first line. One
    that is not closed ends with its paragraph, or before the next one in the same marks.
    """

    pieces: tuple[str, ...]
    start: int
    end: int
    line: int
    mark: str
    is_closed: bool = True

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
    """The quotations of a draft in order, and notes on marks without a counterpart."""

    quotations: tuple[Quotation, ...]
    notes: tuple[Note, ...]


class _Pair(NamedTuple):
    """A pair of marks: the mark that opens it, and the span of the text between both.

    If it is not closed, the span ends with the paragraph, or before the next such mark.
    """

    mark: str
    start: int
    end: int
    is_closed: bool = True


def read_quotations(text: str) -> DraftQuotations:
    """Return the quotations of a draft; those inside another one are part of it.

    Quotations are texts in “…”, "…", 「…」, ‘…’ and their variants, and block quotes.

    Args:
        text: The draft in NFC without markup, with line feeds alone as line ends.
    """
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    blocks = list(blocks_of(text))
    text = BLOCK.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    pairs, unclosed = _pairs(text)
    pairs = _sorted([*pairs, *_open_pairs(text, pairs, unclosed)])
    result = [_quotation(text, pair, starts) for pair in _outermost(pairs)]
    result += [_block_quotation(block, starts) for block in blocks]
    result = [each for each in result if any(map(_has_letter, each.pieces))]
    notes = tuple(
        Note(
            "line {line}: the quotation mark {mark} is not closed.",
            line=bisect_right(starts, offset),
            mark=text[offset],
        )
        for offset in unclosed
    )
    return DraftQuotations(tuple(sorted(result, key=lambda q: q.start)), notes)


def _quotation(text: str, pair: _Pair, starts: list[int]) -> Quotation:
    pieces = _pieces(text[pair.start : pair.end])
    line = bisect_right(starts, pair.start)
    return Quotation(pieces, pair.start, pair.end, line, pair.mark, pair.is_closed)


def _pieces(text: str) -> tuple[str, ...]:
    return tuple(line for raw in text.split("\n") if (line := " ".join(raw.split())))


def _has_letter(text: str) -> bool:
    return any(map(str.isalnum, text))


def _pairs(text: str) -> tuple[list[_Pair], list[int]]:
    """Return the pairs of marks, and the offsets of opening marks without another.

    A stack holds the open marks of a paragraph. A closing mark drops the marks opened
    after its own.
    """
    pairs: list[_Pair] = []
    unclosed: list[int] = []
    stack: list[tuple[str, int]] = []
    count: Counter[str] = Counter()
    ends = _paragraph_ends(text)
    paragraph = 0
    for match in _MARK.finditer(text):
        char, offset = match[0], match.start()
        if offset > ends[paragraph]:
            unclosed += [start for _, start in stack if not _is_apostrophe(text, start)]
            stack.clear()
            count.clear()
            paragraph = bisect_right(ends, offset)
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
                if offset - start <= LONGEST:
                    pairs.append(_Pair(opener, start + 1, offset))
                elif not _is_apostrophe(text, start):
                    unclosed.append(start)
                break
            if not _is_apostrophe(text, start):
                unclosed.append(start)
    unclosed += [start for mark, start in stack if not _is_apostrophe(text, start)]
    continued, alone = _continued(text, sorted(unclosed))
    return [*pairs, *continued], alone


def _sorted(pairs: list[_Pair]) -> list[_Pair]:
    return sorted(pairs, key=lambda pair: (pair.start, -pair.end))


def _paragraph_ends(text: str) -> list[int]:
    return [*(blank.start() for blank in _BLANK_LINE.finditer(text)), len(text)]


def _open_pairs(text: str, pairs: list[_Pair], unclosed: list[int]) -> Iterator[_Pair]:
    """Yield a pair for each mark that is not closed.

    Its text ends with the paragraph, or before the next mark that opens the same way.
    """
    ends = _paragraph_ends(text)
    following: dict[str, int] = {}
    openings = [(pair.start - 1, pair.mark, True) for pair in pairs]
    openings += [(start, text[start], False) for start in unclosed]
    for start, mark, is_closed in sorted(openings, reverse=True):
        if not is_closed:
            end = min(ends[bisect_right(ends, start)], following.get(mark, len(text)))
            yield _Pair(mark, start + 1, min(end, start + LONGEST), is_closed=False)
        following[mark] = start


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
    """Whether an opening mark may be an apostrophe: ' always, ‘ in ‘20년 and it‘s."""
    if text[offset] == "‘":
        before, after = text[offset - 1 : offset], text[offset + 1 : offset + 2]
        return after.isdigit() or (before.isascii() and before.isalpha())
    return text[offset] == "'"


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


def _block_quotation(block: Block, starts: list[int]) -> Quotation:
    """Return the quotation of a block, without quotation marks around all of it."""
    text = block.text
    closers = _CLOSERS.get(text[0], "")
    if text[-1] in closers and not set(text[1:-1]) & {text[0], *closers}:
        text = text[1:-1]
    line = bisect_right(starts, block.start)
    return Quotation(_pieces(text), block.start, block.end, line, ">")
