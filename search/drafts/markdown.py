"""The text of a Markdown draft: its lines without markup.

Each line break remains, so the line of an offset is the same as in the file. Headings and
block quotes keep the marks at the beginning of their lines.
"""

from __future__ import annotations

import html
import re

_FENCE = re.compile(
    r"^ {0,3}(```+|~~~+).*?(?:^ {0,3}\1[`~]*\s*$|\Z)", re.MULTILINE | re.DOTALL
)
_FRONT_MATTER = re.compile(r"\A---\n.*?^(?:---|\.\.\.)\s*$", re.MULTILINE | re.DOTALL)
_NOTE = re.compile(r"^ {0,3}\[\^([^\]\s]{1,50})\]:[ \t]*(.{0,300})$", re.MULTILINE)
"""The definition of a footnote that may be a citation."""
_MARKUP = re.compile(
    r"<!--(?:(?!<!--).)*?-->"
    r"|\\(?P<escaped>[*_\[\]()\"'`~&\\])"
    r"|(?<!`)`(?P<code>[^`\n]+)`(?!`)"
    r"|\[\^(?P<note>[^\]\s]{1,50})\](?!:)"
    r"|!?\[(?P<text>[^\[\]\n]{0,2000})\]\([^()\s]{0,2000}(?:\s{1,9}\"[^\"\n]{0,300}\")?\)"
    r"|</?[A-Za-z][^<>\n]{0,300}>"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][\dA-Fa-f]{1,6}|[A-Za-z][A-Za-z\d]{1,30});)"
    r"|\*+(?![\s*])|(?<=[^\s*])\*+|~~"
    r"|(?<![\w_])_+(?![\s_])|(?<=[^\s_])_+(?!\w)",
    re.DOTALL,
)
_HEADING = re.compile(
    r"^ {0,3}#{1,6}\s.*$|^[^\n>]+\n(?=(?:=+|-{3,})\s*$)", re.MULTILINE
)
_QUOTATION_MARK = re.compile("[“”„‟〝〞〟«»「」『』〈〉《》‘’\"＂']")
_CLOSING = frozenset("”»」』〉》’\"＂'")


def plain_text(text: str) -> str:
    """Return Markdown without front matter, code, comments, tags and inline markup.

    Example: `“**협력**을 &lt;강화&gt;[^1]”` gives `“협력을 <강화>”`. A footnote behind a quotation
    mark is set in its place, in brackets, as it may be the citation of the quotation.
    """
    for pattern in (_FRONT_MATTER, _FENCE):
        text = pattern.sub(_line_breaks, text)
    notes = {
        match[1]: match[2]
        for match in _NOTE.finditer(text)
        if not _QUOTATION_MARK.search(match[2])
    }
    if notes:
        text = _NOTE.sub(lambda m: "" if m[1] in notes else m[0], text)
    return _plain(text, notes)


def headings_of(text: str) -> tuple[str, ...]:
    """Return the headings of a text that `plain_text` returned."""
    return tuple(match[0].strip("# \n") for match in _HEADING.finditer(text))


def _plain(text: str, notes: dict[str, str]) -> str:
    def replacement(match: re.Match[str]) -> str:
        result = match["escaped"] or ""
        if match["code"]:
            result = _QUOTATION_MARK.sub(" ", match["code"]).replace(">", " ")
        elif match["note"]:
            is_behind = match.string[match.start() - 1 : match.start()] in _CLOSING
            note = notes.get(match["note"]) if is_behind else None
            result = f" ({note})" if note else ""
        elif match["text"]:
            result = _plain(match["text"], notes)
        elif match["entity"]:
            result = " ".join(html.unescape(match["entity"]).splitlines())
        elif match[0][:3].lower() == "<br":
            result = " "
        return result + _line_breaks(match)

    return _MARKUP.sub(replacement, text)


def _line_breaks(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")
