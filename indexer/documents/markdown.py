"""Markdown: its text without marks, and title and date from its front matter."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import NamedTuple

from indexer.documents.extracted import Extracted, without_gaps


def _character(entity: re.Match[str]) -> str:
    return html.unescape(entity[0])


_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_ITEM = re.compile(r"\s*(?:> ?)*(?:[-*+]|\d{1,3}[.)])\s")
_HEADING = re.compile(r" {0,3}(?:> ?)*#{1,6}(?:\s|$)")
_RULE = re.compile(r" {0,3}([-*_])(?: {0,3}\1){2,} *$|[=-]{3,} *$")
_PREFIX = re.compile(r" {0,3}(?:> ?)*(?:#{1,6}[ \t]+|[-*+][ \t]+(?:\[[ xX]\] )?)?")
_TABLE_RULE = re.compile(r"[|:\- ]+$")
_KEY = re.compile(r"(title|date)\s*:\s*(.*)", re.IGNORECASE)
_CODE = re.compile(r"(?<![\\`])(`+)(?!`)(.{1,9999}?)(?<!`)\1(?!`)")
"""A span of code, in which marks and entities stand for themselves."""
_SPAN = "\ufdd0"
"""A noncharacter that stands for a span of code while other marks are deleted."""
_INLINE: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"<!--[^>]{0,9999}-->"), ""),
    (re.compile(r"!\[([^\]]{0,999})\]\([^)]{0,999}\)"), r"\1"),
    (re.compile(r"\[([^\[\]]{1,999})\](?:\([^)]{0,999}\)|\[[^\]]{0,99}\])"), r"\1"),
    (re.compile(r"\[\^[\w-]{1,99}\]:?"), ""),
    (re.compile(r"<(https?://[^>\s]{1,999})>"), r"\1"),
    (re.compile(r"</?[A-Za-z][^>]{0,999}>"), ""),
    (re.compile(r"(\*{1,3}|~~)(?=\S)([^*~\n]{1,9999}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)(_{1,3})(?=\S)([^_\n]{1,9999}?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"(?<!\\)&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{2,31});"), _character),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)


class FrontMatter(NamedTuple):
    """Title and date before the text, between two lines of `---`."""

    title: str | None
    date: str | None
    rest: list[str]


def extract_text(text: str) -> Extracted:
    """Return the text of a Markdown file, with the title and the date of its front matter.

    `## **한미** [동맹](a.md)` becomes `한미 동맹`. Numbers of lists stay.
    """
    front = front_matter(text.removeprefix("\ufeff").splitlines())
    lines: list[str] = []
    is_code = False
    for line in front.rest:
        if _FENCE.match(line):
            is_code = not is_code
        elif is_code:
            lines += [line, ""]
        elif _RULE.match(line):
            lines.append("")
        elif _HEADING.match(line) or line.startswith("|"):
            lines += ["", _plain(line), ""]
        else:
            lines += ["", _plain(line)] if _ITEM.match(line) else [_plain(line)]
    return Extracted(without_gaps(lines), (), front.title, front.date)


def front_matter(lines: list[str]) -> FrontMatter:
    """Split the front matter, `title: …` and `date: …` in YAML, from the other lines."""
    if not lines or lines[0].rstrip() != "---":
        return FrontMatter(None, None, lines)
    ends = (n for n, line in enumerate(lines) if n and line.rstrip() in {"---", "..."})
    end = next(ends, None)
    if end is None:
        return FrontMatter(None, None, lines)
    values = {
        match[1].lower(): match[2].strip().strip("\"'")
        for line in lines[1:end]
        if (match := _KEY.match(line))
    }
    return FrontMatter(
        values.get("title") or None, values.get("date") or None, lines[end + 1 :]
    )


def _plain(line: str) -> str:
    prefix = _PREFIX.match(line)
    line = line[prefix.end() :] if prefix else line
    if line.startswith("|") and _TABLE_RULE.match(line):
        return ""
    line = line.replace(_SPAN, "\ufffd").removesuffix("\\")
    spans = [match[2] for match in _CODE.finditer(line)]
    line = _CODE.sub(_SPAN, line)
    for pattern, replacement in _INLINE:
        line = pattern.sub(replacement, line)
    for span in spans:
        line = line.replace(_SPAN, span, 1)
    if line.startswith("|") and line.rstrip().endswith("|"):
        line = "\t".join(cell.strip() for cell in line.strip().strip("|").split("|"))
    return line
