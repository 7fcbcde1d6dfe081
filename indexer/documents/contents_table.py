"""Tables of contents, whose entries are no paragraphs: `2. Seed 찾기 → 7`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

ENTRY = "\ufdd8"
"""A noncharacter in front of a paragraph that may be an entry."""
_FEWEST = 3
"""Entries of a table of contents, at least."""
_PAGE = re.compile(r"\S(?:[ .…·]*\t[ .…·]*|\s*[.…·]{4,}\s*)(?P<page>\d{1,4})\s*$")
_TITLE = re.compile(r"\s*(?:차\s*례|목\s*차|순\s*서|(?i:(?:table of )?contents))\s*")


def marked(paragraph: str) -> str:
    """Return a paragraph with ENTRY in front if it ends in a tab and a page."""
    return ENTRY + paragraph if _PAGE.search(paragraph) else paragraph


def without_contents(lines: Sequence[str]) -> list[str]:
    """Delete tables of contents, with their titles, and all ENTRY from *lines*.

    The entries follow one another, and their pages never decrease.
    """
    result: list[str] = []
    run: list[str] = []
    for line in [*lines, "end"]:
        if line.startswith(ENTRY) or (run and not line.strip()):
            run.append(line)
            continue
        if _is_contents(run):
            _delete_title(result)
        else:
            result += run
        run = []
        result.append(line)
    return [line.replace(ENTRY, "") for line in result[:-1]]


def _is_contents(run: Sequence[str]) -> bool:
    matches = [_PAGE.search(line) for line in run if line.strip()]
    pages = [int(match["page"]) for match in matches if match]
    return len(pages) >= _FEWEST and all(one <= other for one, other in pairwise(pages))


def _delete_title(lines: list[str]) -> None:
    """Delete the title at the end of *lines*, if there is one."""
    last = next((n for n in reversed(range(len(lines))) if lines[n].strip()), None)
    if last is not None and _TITLE.fullmatch(lines[last]):
        del lines[last:]
