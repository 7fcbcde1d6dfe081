"""Markup in a text file: HTML and XML, whole pages and fragments."""

from __future__ import annotations

import re

from indexer.documents.formats import Content

_TAG = re.compile(r"<(/?)([^\W\d][\w:.-]{0,60})(?:\s[^<>]{0,2000})?/?>")
_XML = re.compile(r"<(?:\?xml|!doctype)\b(?![^<]*<html)", re.IGNORECASE)
_HTML = frozenset(
    (
        *("a", "b", "br", "center", "div", "em", "font", "h1", "h2", "h3", "h4", "hr"),
        *("i", "img", "li", "ol", "p", "span", "strong", "table", "tbody", "td", "th"),
        *("tr", "u", "ul"),
    )
)
"""Elements that a fragment of a page has; others could be placeholders in a text."""
_INLINE = frozenset(("a", "b", "em", "font", "i", "span", "strong", "u"))
_FEW, _SOME, _MANY = 2, 4, 6
"""Tags from which on a text is markup: one that begins with a block, one that begins with
another tag, and any other."""
_DENSE = 200
"""Characters for each tag, at most, in markup that does not begin with a tag."""


def markup_in(text: str) -> Content | None:
    """Return HTML or XML if the beginning of a text file is markup.

    `<p>합의하였다.</p>` is; `a < b`, `<붙임 1>` and a sentence about `<b>` are not. A tag
    counts if it is of HTML, or if another one closes it.
    """
    text = text.strip("\ufeff \t\r\n")
    tags = [(m, m[2].lower()) for m in _TAG.finditer(text)]
    closed = {name for match, name in tags if match[1]}
    closed &= {name for match, name in tags if not match[1]}
    marks = [match for match, name in tags if name in _HTML | closed]
    begins = bool(marks) and not marks[0].start()
    ends = bool(marks) and marks[-1].end() == len(text)
    few = _SOME if begins and marks[0][2].lower() in _INLINE and not ends else _FEW
    is_xml = bool(_XML.match(text))
    is_markup = (
        is_xml
        or (begins and len(marks) >= few)
        or (len(marks) >= _MANY and len(marks) * _DENSE >= len(text))
    )
    if not is_markup:
        return None
    if not is_xml and any(name in _HTML for _, name in tags):
        return Content("HTML", ".html")
    return Content("HWPML" if "<HWPML" in text else "XML", None)
