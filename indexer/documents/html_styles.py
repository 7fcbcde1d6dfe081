"""The style sheets in a page: the elements that they hide, and lists without numbers.

Only `style` elements for the screen are read, and in them only rules outside of `@media` and
the like whose selectors have no pseudo-class.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selectolax.lexbor import LexborNode

HIDES = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))\b",
    re.IGNORECASE,
)
"""Declarations that hide an element."""
_SHOWS = re.compile(
    r"(?:^|[;\s])(?:display|visibility)\s*:\s*(?!none|hidden)\w", re.IGNORECASE
)
_NO_NUMBERS = re.compile(r"list-style(?:-type)?\s*:[^;]*\bnone\b", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_RULE = re.compile(r"(?P<selectors>[^{};]{1,2000})\{(?P<declarations>[^{}]{0,5000})\}")
_SELECTOR = re.compile(r"(?!(?:html|body|\*)$)[\w.#>~+ \[\]=\"'*-]{1,200}")
_MOST_RULES = 2_000
_LARGEST = 1 << 20
"""Characters of style sheets that are read."""


class Rule(NamedTuple):
    """A selector with its declarations; later and more specific rules prevail."""

    selector: str
    declarations: str
    weight: tuple[int, int, int, int]


def style_rules(page: LexborNode) -> list[Rule]:
    """Return the rules of the style sheets in *page* that hide or show something."""
    return [
        rule
        for rule in _rules(page)
        if any(p.search(rule.declarations) for p in (HIDES, _SHOWS, _NO_NUMBERS))
    ]


def hidden_by(rules: Sequence[Rule], body: LexborNode) -> list[LexborNode]:
    """Return the elements of *body* that *rules* hide.

    Also mark the lists that they show without numbers.
    """
    state: dict[int, tuple[tuple[int, ...], bool, LexborNode]] = {}
    for rule in rules:
        hides = bool(HIDES.search(rule.declarations))
        is_about_numbers = bool(_NO_NUMBERS.search(rule.declarations))
        is_about_display = hides or bool(_SHOWS.search(rule.declarations))
        for node in _select(body, rule.selector):
            if is_about_numbers:
                _hide_numbers(node)
            before = state.get(node.mem_id)
            if is_about_display and (before is None or before[0] <= rule.weight):
                state[node.mem_id] = (rule.weight, hides, node)
    return [
        node
        for _, hides, node in state.values()
        if hides and not _SHOWS.search(node.attributes.get("style") or "")
    ]


def _rules(page: LexborNode) -> Iterator[Rule]:
    sheets = [
        style.text()
        for style in page.css("style")
        if re.search(r"^$|\b(?:all|screen)\b", style.attributes.get("media") or "")
    ]
    text = _COMMENT.sub(" ", "\n".join(sheets))[:_LARGEST]
    matches = list(_RULE.finditer(_outside_at_rules(text)))
    for order, match in enumerate(matches[:_MOST_RULES]):
        for selector in match["selectors"].split(","):
            if _SELECTOR.fullmatch(selector := selector.strip()):
                yield Rule(selector, match["declarations"], _weight(selector, order))


def _weight(selector: str, order: int) -> tuple[int, int, int, int]:
    """Return the specificity of a selector (Selectors Level 3, 9), and its order."""
    tags = re.findall(r"(?<![\w.#\[=\"'-])[a-z]", selector, re.IGNORECASE)
    marks = selector.count(".") + selector.count("[")
    return selector.count("#"), marks, len(tags), order


def _outside_at_rules(text: str) -> str:
    """Return a sheet without the blocks of `@media` and the like."""
    pieces: list[str] = []
    depth = 0
    for piece in re.split(r"(@[^{};]{0,1000}[{;]|[{}])", text):
        if depth or (piece.startswith("@") and piece.endswith("{")):
            depth += (piece[-1:] == "{") - (piece == "}")
        elif not piece.startswith("@"):
            pieces.append(piece)
    return "".join(pieces)


def _select(body: LexborNode, selector: str) -> list[LexborNode]:
    try:
        return body.css(selector)
    except Exception:  # noqa: BLE001 (of no type of its own: a selector of another syntax)
        return []


def _hide_numbers(node: LexborNode) -> None:
    list_ = node.parent if node.tag == "li" else node
    if list_ is not None and list_.tag == "ol":
        list_.attrs["style"] = "list-style:none"
