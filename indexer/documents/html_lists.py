"""The numbers that a browser shows before the items of an HTML list.

As in documents of word processors, only decimal numbers are rendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

_UNNUMBERED = re.compile(
    r"list-style(?:-type)?\s*:[^;]*\b(?!decimal\b)(?:none|disc|circle|square|[a-z]+-[a-z-]+)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\s*(?:제?\s*\d{1,3}\s*[.)조항]|[가-하][.)]|[①-⑳]|\(\d)")
_DEEPEST = 3
"""Levels of nesting that are indented."""


def item_numbers(list_: LexborNode) -> dict[int, tuple[int, str]]:
    """Return the depth and number of each item of an `ol`, by its memory address.

    There are none if the numbers are letters, hidden by a style, or typed in the text.
    """
    attributes = list_.attributes
    items = [node for node in list_.iter() if node.tag == "li"]
    if (
        (attributes.get("type") or "1") != "1"
        or _UNNUMBERED.search(attributes.get("style") or "")
        or any(_NUMBERED.match(item.text()) for item in items[:2])
    ):
        return {}
    step = -1 if "reversed" in attributes else 1
    number = _integer(attributes.get("start"), 1 if step > 0 else len(items))
    depth = min(_DEEPEST, sum(1 for _ in _lists_above(list_)))
    numbers = {}
    for item in items:
        number = _integer(item.attributes.get("value"), number)
        if item.text().strip():
            numbers[item.mem_id] = (depth, f"{number}.")
        number += step
    return numbers


def _integer(value: str | None, default: int) -> int:
    try:
        return int(value or "")
    except ValueError:
        return default


def _lists_above(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    while parent is not None:
        if parent.tag in {"ol", "ul"}:
            yield parent
        parent = parent.parent
