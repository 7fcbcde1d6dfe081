"""Marks of list items and headings at the beginning of a line: `가.`, `①`, `제3조(…)`, `○`.

A wrapped line can begin with the same characters: `합의하였` + `다. 양측은`, `2012.` +
`10. 24.` Marks that count are therefore marks only in their order.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

_LETTERS = "가나다라마바사아자차카타파하"
_DISTINCT = re.compile(
    r"\s*(?:[①-⑳㉠-㉻㈀-㈜❶-❿]|[○●◦◯□■▢▣◇◆◈▲△▶▷►※⊙◎•∙▪❍☞☐☑ㅇ]\s?(?=\S)|[-–—*·ㆍ]\s+(?=\S)"
    r"|[Ⅰ-Ⅻ]\s*[.)]?\s)"
)
"""Marks that begin no wrapped line, whatever stands around them."""
_ENCLOSED = re.compile(
    r"\s*(?:【[^】]*】|〔[^〕]*〕|<[^<>]*>|〈[^〈〉]*〉|\[[^\[\]]*\])\s*"
)
"""A line that is a heading, as `< 모집 개요 >` is."""
_LONGEST_HEADING = 60
_LABEL = re.compile(r"\s*[가-힣A-Za-z][가-힣A-Za-z ·()]{0,15}\s?[:：](?=\s*\S)")
"""`일시: 2020년 …`, an item where the next or the previous line is one too."""
_ARTICLE = (
    "조",
    re.compile(
        r"\s*제\s?(\d{1,3})조(?:의\d+)?\s?[(（\[][^)）\]]*[)）\]](?=\s|$|[①-⑳])"
    ),
)
_COUNTING = (
    ("1.", re.compile(r"\s*(\d{1,2})\.(?=\s+\D|[^\W\d])")),
    ("1)", re.compile(r"\s*(\d{1,2})\)(?=\s*\S)")),
    ("(1)", re.compile(r"\s*\((\d{1,2})\)(?=\s*\S)")),
    ("가.", re.compile(rf"\s*([{_LETTERS}])\.(?=\s*\S)")),
    ("가)", re.compile(rf"\s*([{_LETTERS}])\)(?=\s*\S)")),
    ("(가)", re.compile(rf"\s*\(([{_LETTERS}])\)(?=\s*\S)")),
    *(
        (unit, re.compile(rf"\s*제\s?(\d{{1,3}})\s?{unit}(?=[\s(（\[]|$)"))
        for unit in ("편", "장", "절", "관")
    ),
    _ARTICLE,
)
"""Marks that count, by kind, each with its number as group 1."""
_STEM_ENDS = frozenset("니한된간린이인")
"""Syllables before the 다 that ends a verb: 합니다, 한다, 사람이다."""


def item_lines(lines: Sequence[str]) -> frozenset[int]:
    """Return the indexes of the lines that begin an item of a list, or are headings.

    `가. 계약자:`, `나. 보험수익자:` are items; a `다. 양측은` without a `나.` before it is the
    end of a word that the line break interrupts.
    """
    indexes = {index for index, line in enumerate(lines) if _DISTINCT.match(line)}
    for index, line in enumerate(lines):
        if len(line) <= _LONGEST_HEADING and _ENCLOSED.fullmatch(line):
            indexes |= {index, index + 1}
    labels = [bool(_LABEL.match(line)) for line in lines]
    for index, (one, other) in enumerate(pairwise(labels)):
        if one and other:
            indexes |= {index, index + 1}
    for kind, pattern in _COUNTING:
        indexes.update(_in_order(kind, pattern, lines))
    return frozenset(indexes)


def has_articles(lines: Sequence[str]) -> bool:
    """Return whether the text is one of articles, `제1조(목적)`, as laws and contracts are."""
    return len(list(_in_order(*_ARTICLE, lines))) > 1


def _in_order(
    kind: str, pattern: re.Pattern[str], lines: Sequence[str]
) -> Iterator[int]:
    """Yield the indexes of the lines whose marks of one kind count up from a first one."""
    marks = [
        (index, _number(match[1]))
        for index, line in enumerate(lines)
        if (match := pattern.match(line)) and not _ends_verb(kind, index, lines)
    ]
    following: defaultdict[int, list[int]] = defaultdict(list)
    for index, number in marks:
        following[number].append(index)
    last = 0
    for index, number in marks:
        is_first = number == 1 or (kind == "조" and not last)
        is_next = number in {last, last + 1} if kind == "조" else number == last + 1
        if is_next or (is_first and following[number + 1][-1:] > [index]):
            last = number
            yield index


def _number(mark: str) -> int:
    return int(mark) if mark.isdecimal() else _LETTERS.index(mark) + 1


def _ends_verb(kind: str, index: int, lines: Sequence[str]) -> bool:
    """Return whether a line that begins with `다.` continues the verb of the line before."""
    if kind != "가." or not index or not lines[index].lstrip().startswith("다."):
        return False
    before = lines[index - 1][-1:]
    has_past_stem = "가" <= before <= "힣" and (ord(before) - ord("가")) % 28 == _SS
    return has_past_stem or before in _STEM_ENDS


_SS = 20
"""The final consonant ㅆ, of 하였 and 있, among the 28 of Unicode."""
