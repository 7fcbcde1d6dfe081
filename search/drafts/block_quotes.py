"""The block quotes of a draft: paragraphs whose lines begin with >."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

BLOCK = re.compile(r"(?:^[ \t]{0,12}>[^\n]*(?:\n|\Z))+", re.MULTILINE)
_MARK = re.compile(r"^[ \t]{0,12}(?:>[ \t]?)+", re.MULTILINE)
_ADMONITION = re.compile(r"\s*\[!\w+\]")
_ATTRIBUTION = re.compile(
    r"(?:\n|^)[ \t]*(?:[—–―-]{1,3}|출처\s*[:：]|자료\s*[:：])[^\n]*\Z"
)
_TRAILING_PLACE = re.compile(
    r"\s*[(\[（〔][^()\[\]\n（）]*(?:문단|문장|단락|\d\s*항|¶|[Pp]ara|성명|SCM|:\s*(?:annex)?\d|\d\.\d)[^()\[\]\n（）]*[)\]）〕]\.?\s*\Z"
)


class Block(NamedTuple):
    """A paragraph of a block quote: its text without marks and citation, and its span."""

    text: str
    start: int
    end: int


def blocks_of(text: str) -> Iterator[Block]:
    """Yield the paragraphs of the block quotes, without attributions and citations."""
    for block in BLOCK.finditer(text):
        lines = block[0].splitlines(keepends=True)
        start = first = block.start()
        paragraph: list[str] = []
        for line in [*lines, ">"]:
            content = _MARK.sub("", line).strip()
            if content:
                first = first if paragraph else start
                paragraph.append(content)
            elif paragraph:
                yield from _block("\n".join(paragraph), first, start)
                paragraph = []
            start += len(line)


def _block(content: str, start: int, end: int) -> Iterator[Block]:
    if _ADMONITION.match(content):
        return
    content = _ATTRIBUTION.sub("", content)
    content = _TRAILING_PLACE.sub("", content).strip()
    if content:
        yield Block(content, start, end)
