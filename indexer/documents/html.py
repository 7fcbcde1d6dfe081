"""HTML, by selectolax: the main text, without scripts, navigation and other furniture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from indexer.documents.extracted import Extracted, ExtractionError, without_gaps

_NOT_SHOWN = (
    "script, style, noscript, template, svg, math, iframe, object, canvas, head, form,"
    " button, select, textarea, nav, aside, footer, menu, dialog, [hidden],"
    " [aria-hidden=true], [role=navigation], [role=banner], [role=search],"
    " [role=contentinfo], [role=complementary]"
)
_MAIN = "main, [role=main], article"
_LEAST_MAIN = 0.3
"""The share of the page's text that its main element has; with less it is a mere box."""
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_PARAGRAPHS = (
    *("address", "article", "blockquote", "body", "center", "dd", "div", "dl", "dt"),
    *("fieldset", "figcaption", "figure", "header", "hr", "html", "main", "ol", "p"),
    *("pre", "section", "table", "ul", *_HEADINGS),
)
_LINES = ("caption", "li", "tbody", "tfoot", "thead", "tr")
_BR, _LINE, _PARAGRAPH, _CELL_END = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
"""Noncharacters that mark what elements mean for the text, until spaces are joined."""

_MARKS = {
    **dict.fromkeys(_PARAGRAPHS, _PARAGRAPH),
    **dict.fromkeys(_LINES, _LINE),
    **dict.fromkeys(("td", "th"), _CELL_END),
}
_BREAKS = re.compile(
    f"[ {_CELL_END}]*[{_BR}{_LINE}{_PARAGRAPH}][ {_BR}{_LINE}{_PARAGRAPH}]*"
)
_CELL_ENDS = re.compile(f" ?{_CELL_END} ?")
_LARGEST = 1 << 25
"""Bytes of a page; the parser needs some ten times as much memory."""
_CHARSET = re.compile(
    rb"""<meta[^>]{0,500}charset\s*=\s*["']?([\w-]{1,40})""", re.IGNORECASE
)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_KOREAN = frozenset(("euc-kr", "ks_c_5601-1987", "ksc5601", "ms949", "windows-949"))
"""Names of encodings that browsers read as CP949 (WHATWG, Encoding)."""


def extract(path: Path) -> Extracted:
    """Return the text of an HTML file; see `Extractor`."""
    data = path.read_bytes()
    if len(data) > _LARGEST:
        raise ExtractionError(f"the page has more than {_LARGEST >> 20} MiB")
    tree = LexborHTMLParser(decoded(data))
    body = tree.body
    if body is None:
        raise ExtractionError("it has no text")
    for node in body.css(_NOT_SHOWN):
        node.decompose()
    text = _SPACE.sub(" ", "".join(_parts(_main(body))))
    text = _BREAKS.sub(_line_breaks, text)
    return Extracted(without_gaps(_CELL_ENDS.sub("\t", text).split("\n")))


def _line_breaks(marks: re.Match[str]) -> str:
    if _PARAGRAPH in marks[0]:
        return "\n\n"
    return "\n" * max(1, marks[0].count(_BR))


def decoded(data: bytes) -> str:
    """Decode a page by its byte order mark, its declaration, or as UTF-8 or CP949."""
    declared = _CHARSET.search(data[:4096])
    name = declared[1].decode().lower() if declared else "utf-8"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        name = "utf-16"
    for encoding in ("cp949" if name in _KOREAN else name, "utf-8", "cp949"):
        try:
            return data.decode(encoding).removeprefix("\ufeff")
        except (LookupError, UnicodeError):
            continue
    raise ExtractionError("its encoding is neither declared nor UTF-8 nor CP949")


def _main(body: LexborNode) -> LexborNode:
    """Return the element of the main text, or *body* if none has most of the text."""
    candidates = body.css(_MAIN)
    if not candidates:
        return body
    longest = max(candidates, key=_length)
    return longest if _length(longest) >= _LEAST_MAIN * _length(body) else body


def _length(node: LexborNode) -> int:
    return len(node.text())


def _parts(root: LexborNode) -> Iterator[str]:
    """Yield texts and marks; without recursion, as pages nest deep."""
    pending: list[LexborNode | str] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            yield node
            continue
        tag = node.tag or ""
        if tag == "-text":
            yield node.text_content or ""
            continue
        if tag == "br":
            yield _BR
        elif mark := _MARKS.get(tag):
            yield "" if mark == _CELL_END else mark
            pending.append(mark)
        pending += reversed(list(node.iter(include_text=True)))
