"""HTML, by selectolax: the main text, without scripts, navigation and other furniture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from indexer.byte_order import encoding_of
from indexer.documents.extracted import Extracted, ExtractionError, without_gaps
from indexer.documents.html_lists import item_numbers
from indexer.documents.html_styles import HIDES, Rule, hidden_by, style_rules

_HIDDEN = (
    "script, style, noscript, template, svg, math, iframe, object, canvas, head, form,"
    " button, select, textarea, [hidden], [aria-hidden=true]"
)
_FURNITURE = (
    "nav, aside, footer, menu, dialog, [role=navigation], [role=banner], [role=search],"
    " [role=contentinfo], [role=complementary]"
)
_HEADER = "header, #header"
"""Furniture if it has links, as that of a site; that of an article has its title."""
_MAIN = "main, [role=main]"
_ARTICLE = "article"
_LEAST_MAIN = 0.3
"""The share of the page's text that its main elements have; with less they are boxes."""
_MOST_HIDDEN = 0.5
"""The share of the text, at most, that style sheets hide: more appears by a script."""
_BLOCKS = frozenset(("ul", "ol", "p", "div", "table", "dl"))
_LINKS = 0.9
"""The share of an element's text that is in links, from which on it is navigation."""
_DEEPEST = 20_000
"""Elements within elements; the time of the parser grows with the square of this."""
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_PARAGRAPHS = (
    *("address", "article", "blockquote", "body", "caption", "center", "dd", "div"),
    *("dl", "dt", "fieldset", "figcaption", "figure", "header", "hr", "html", "li"),
    *("main", "ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead", "tr"),
    *("ul", *_HEADINGS),
)
_BR, _PARAGRAPH, _CELL_END, _BOLD, _BOLD_END, _INDENT, _ITEM = map(
    chr, range(0xFDD0, 0xFDD7)
)
"""Noncharacters that mark what elements mean for the text, until spaces are joined."""

_MARKS = {
    **dict.fromkeys(_PARAGRAPHS, (_PARAGRAPH, _PARAGRAPH)),
    "br": (_BR, ""),
    **dict.fromkeys(("td", "th"), ("", _CELL_END)),
    **dict.fromkeys(("b", "strong"), (_BOLD, _BOLD_END)),
}
"""The marks at the start and at the end of elements."""
_BOLD_LINE = re.compile(
    f"([{_BR}{_PARAGRAPH}] ?{_BOLD}[^{_BR}{_PARAGRAPH}]*{_BOLD_END} ?)(?={_BR})"
)
_ITEM_BREAKS = re.compile(f"{_ITEM}[ {_BR}{_PARAGRAPH}{_BOLD}]*")
"""The number of an item stands before its first text, whatever begins in between."""
_BREAKS = re.compile(f"[ {_CELL_END}]*[{_BR}{_PARAGRAPH}][ {_BR}{_PARAGRAPH}]*")
_BOLDS = re.compile(f"[{_BOLD}{_BOLD_END}]")
_CELL_ENDS = re.compile(f" ?{_CELL_END} ?")
_LONGEST_CELL = 1_000
"""Characters of a cell of a row of data; one with more is an article that a table frames."""
_LARGEST = 1 << 25
"""Bytes of a page; the parser needs some ten times as much memory."""
_CHARSET = re.compile(
    rb"""<meta[^>]{0,500}charset\s*=\s*["']?([\w-]{1,40})""", re.IGNORECASE
)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_KOREAN = frozenset(("euc-kr", "ks_c_5601-1987", "ksc5601", "ms949", "windows-949"))
"""Names of encodings that browsers read as CP949 (WHATWG, Encoding)."""


_COMMENT = re.compile("<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]*)", re.IGNORECASE)
_NEVER_OPEN = frozenset(
    (
        *("area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input"),
        *("li", "link", "meta", "option", "p", "source", "track", "wbr"),
    )
)
"""Elements that are empty, or that end where the next one begins."""


def extract(path: Path) -> Extracted:
    """Return the text of an HTML file; see `Extractor`."""
    data = path.read_bytes()
    if len(data) > _LARGEST:
        raise ExtractionError(f"the page has more than {_LARGEST >> 20} MiB")
    source = decoded(data)
    _check_depth(source)
    page = LexborHTMLParser(source)
    body = page.body
    if body is None or page.root is None:
        raise ExtractionError("it has no text")
    rules = style_rules(page.root)
    _remove_hidden(body)
    _remove_styled(body, rules)
    roots = _main(body)
    text = "".join(part for root in roots for part in _parts(root))
    text = _ITEM_BREAKS.sub(" ", _SPACE.sub(" ", text))
    text = _BOLD_LINE.sub(rf"\1{_PARAGRAPH}", text)
    text = _BREAKS.sub(_line_breaks, _BOLDS.sub("", text))
    text = _CELL_ENDS.sub("\t", text).replace(_INDENT, "  ")
    return Extracted(without_gaps(text.split("\n")))


def _line_breaks(marks: re.Match[str]) -> str:
    is_paragraph = _PARAGRAPH in marks[0] or marks[0].count(_BR) > 1
    return "\n\n" if is_paragraph else "\n"


def _check_depth(source: str) -> None:
    """Refuse a page whose elements are nested more than _DEEPEST deep.

    Raises:
        ExtractionError: They are.
    """
    depth = 0
    for end, name in _TAG.findall(_COMMENT.sub("", source)):
        if name.lower() not in _NEVER_OPEN:
            depth = max(depth - 1, 0) if end else depth + 1
            if depth > _DEEPEST:
                raise ExtractionError(
                    f"its elements are nested more than {_DEEPEST} deep"
                )


def decoded(data: bytes) -> str:
    """Decode a page by its byte order mark, its declaration, or as UTF-8 or CP949."""
    declared = _CHARSET.search(data[:4096])
    name = declared[1].decode().lower() if declared else "utf-8"
    name = encoding_of(data) or name
    for encoding in ("cp949" if name in _KOREAN else name, "utf-8", "cp949"):
        try:
            return data.decode(encoding).removeprefix("\ufeff")
        except (LookupError, UnicodeError):
            continue
    raise ExtractionError("its encoding is neither declared nor UTF-8 nor CP949")


def _remove_hidden(body: LexborNode) -> None:
    """Delete scripts, forms, and the elements that attributes hide."""
    _remove(body.css(_HIDDEN))
    _remove(
        node
        for node in body.css("[style]")
        if HIDES.search(node.attributes.get("style") or "")
    )


def _remove_styled(body: LexborNode, rules: Sequence[Rule]) -> None:
    """Delete the elements that style sheets hide, unless they have most of the text."""
    hidden = hidden_by(rules, body)
    if sum(map(_length, hidden)) <= _MOST_HIDDEN * _length(body):
        for node in hidden:
            node.attrs["hidden"] = ""
        _remove(body.css("[hidden]"))


def _remove(nodes: Iterable[LexborNode]) -> None:
    """Delete *nodes*, the inner ones first: the parser frees all that is in a node."""
    for node in reversed({node.mem_id: node for node in nodes}.values()):
        node.decompose()


def _main(body: LexborNode) -> list[LexborNode]:
    """Return the elements of the main text, or *body* if they have not most of the text.

    Without `main` these are all articles of the page. A heading above them is the title.
    """
    _remove(body.css(_FURNITURE))
    least = _LEAST_MAIN * _length(body)
    for selector in (_MAIN, _ARTICLE):
        nodes = _outermost(body, body.css(selector))
        if nodes and sum(map(_length, nodes)) >= least:
            if not any(node.css_first("h1") for node in nodes):
                titles = [node for node in body.css("h1") if not node.css_first("a")]
                nodes = [*titles[:1], *nodes]
            return nodes
    _remove(node for node in body.css(_HEADER) if node.css_first("a"))
    _remove(_navigation(body))
    return [body]


def _outermost(body: LexborNode, nodes: list[LexborNode]) -> list[LexborNode]:
    """Return those of *nodes* that are in none of the others."""
    ids = {node.mem_id for node in nodes}
    outermost = []
    pending = [body] if nodes else []
    while pending:
        node = pending.pop()
        if node.mem_id in ids:
            outermost.append(node)
        else:
            pending += reversed(list(node.iter()))
    return outermost


def _navigation(body: LexborNode) -> Iterator[LexborNode]:
    """Yield the lists and blocks that consist of links, or of a jump within the page."""
    texts: Counter[int] = Counter()
    linked: Counter[int] = Counter()
    links: Counter[int] = Counter()
    for node in reversed(list(body.traverse(include_text=True))):
        here, parent = node.mem_id, node.parent
        above = parent.mem_id if parent is not None else 0
        if node.tag == "-text":
            texts[here] = len("".join((node.text_content or "").split()))
        if node.tag == "a":
            is_jump = (node.attributes.get("href") or "").startswith("#")
            linked[here], links[here] = texts[here], 2 if is_jump else 1
            if is_jump and above == body.mem_id:
                yield node
        elif (
            node.tag in _BLOCKS
            and links[here] > 1
            and linked[here] >= _LINKS * texts[here]
        ):
            yield node
        for counts in (texts, linked, links):
            counts[above] += counts[here]


def _length(node: LexborNode) -> int:
    return len("".join(node.text().split()))


class _Place(NamedTuple):
    """A node or a mark that waits for its turn, and the elements that it is in.

    In a row of data, paragraphs and line breaks of a cell are spaces.
    """

    node: LexborNode | str
    is_preformatted: bool = False
    is_in_row: bool = False


def _parts(root: LexborNode) -> Iterator[str]:
    """Yield texts and marks; without recursion, as pages nest deep."""
    numbers: dict[int, str] = {}
    pending = [_Place(root)]
    while pending:
        place = pending.pop()
        node = place.node
        if isinstance(node, str):
            yield " " if place.is_in_row and node in {_BR, _PARAGRAPH} else node
            continue
        tag = node.tag or ""
        if tag == "-text":
            text = node.text_content or ""
            yield text.replace("\n", _BR) if place.is_preformatted else text
            continue
        if tag == "ol":
            numbers |= {
                item: f"{_INDENT * depth}{number}{_ITEM}"
                for item, (depth, number) in item_numbers(node).items()
            }
        start, end = _MARKS.get(tag, ("", ""))
        inside = _Place(
            "", place.is_preformatted or tag == "pre", place.is_in_row or _is_row(node)
        )
        pending.append(place._replace(node=end))
        children = node.iter(include_text=True)
        pending += reversed([inside._replace(node=child) for child in children])
        pending.append(place._replace(node=numbers.get(node.mem_id, "")))
        pending.append(place._replace(node=start))


def _is_row(node: LexborNode) -> bool:
    """Return whether *node* is a row of data, not of a table that lays out the page."""
    if node.tag != "tr" or node.css_first("table"):
        return False
    cells = [child for child in node.iter() if child.tag in {"td", "th"}]
    return len(cells) > 1 and all(_length(cell) <= _LONGEST_CELL for cell in cells)
