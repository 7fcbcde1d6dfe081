"""Search results as lines for a terminal or a pipe, and the style of such lines."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from indexer.ingest.sentence import Sentence
from indexer.text.control_characters import printable, visible
from search.present.citation import citation
from search.results import Hit, SearchResult

if TYPE_CHECKING:
    from indexer.ingest.edition import Edition
    from search.reading.context import Context


class Style(NamedTuple):
    """The strings around a match, a faint text and a change, and the width of lines.

    `width` is in columns; None leaves each sentence on one line, for other programs.
    """

    mark: tuple[str, str]
    faint: tuple[str, str]
    width: int | None
    deleted: tuple[str, str] = ("[-", "-]")
    inserted: tuple[str, str] = ("{+", "+}")


PLAIN = Style(mark=("[", "]"), faint=("", ""), width=None)
COLOUR = Style(
    mark=("\x1b[1;33m", "\x1b[0m"),
    faint=("\x1b[2m", "\x1b[0m"),
    width=None,
    deleted=("\x1b[9;31m", "\x1b[0m"),
    inserted=("\x1b[1;32m", "\x1b[0m"),
)

_INDENT = "    "
_NARROWEST = 20
_FACET_VALUES = 4
"""The most values that are shown of a facet."""


def wants_colour(setting: str, *, is_terminal: bool) -> bool:
    """Whether to use colour, by `--color`, NO_COLOR (no-color.org) and TERM."""
    if setting == "auto":
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return is_terminal and not plain
    return setting == "always"


def result_lines(
    result: SearchResult,
    style: Style,
    contexts: Mapping[str, Context] | None = None,
    *,
    by_document: bool = False,
) -> Iterator[str]:
    """Yield the lines of the hits of *result*: number, place, id, and marked text.

    If the index has several documents, a hit has its year.

    Args:
        result: The result of a search.
        style: The marks and the width.
        contexts: The sentences around each hit, by the hit's id.
        by_document: Whether each document gets a heading.
    """
    several = len(result.editions) > 1
    document = ""
    for number, hit in enumerate(result.hits):
        if number:
            yield ""
        if several and by_document and hit.sentence.document != document:
            document = hit.sentence.document
            mark, unmark = style.mark if style.width else ("", "")
            yield f"{mark}{heading(result.editions[document])}{unmark}"
            yield ""
        context = (contexts or {}).get(hit.sentence.id)
        year = result.year(hit)
        prefix = f"{year}, " if several and year else ""
        yield f"{hit.rank:>2}. {prefix}{place_line(hit.sentence, style)}"
        yield from context_lines(context.before if context else (), style)
        yield from wrapped(highlighted(hit, style), style)
        yield from context_lines(context.after if context else (), style)


def heading(edition: Edition) -> str:
    """Return date, number and place of a document, or its name: `2019  제51차  서울`."""
    number = f"제{edition.number}차" if edition.number else None
    date = edition.date or (str(edition.year) if edition.year else None)
    title = "  ".join(filter(None, (date, number, edition.place)))
    return printable(title) if title else visible(edition.document)


def facet_line(result: SearchResult) -> str | None:
    """Return a line with the speakers and acts of all hits, if there are any.

    Example: `speaker: 에스퍼 4, 서욱 2   act: 재확인 3, 강조 2`.
    """
    facets = []
    for name in ("speaker", "act"):
        counts = result.facets.get(name, {})
        if counts:
            listed = ", ".join(
                f"{value} {n}" for value, n in list(counts.items())[:_FACET_VALUES]
            )
            rest = len(counts) - _FACET_VALUES
            more = f", {rest} more" if rest > 0 else ""
            facets.append(f"{name}: {printable(listed)}{more}")
    return "   ".join(facets) or None


def context_lines(sentences: Iterable[Sentence], style: Style) -> Iterator[str]:
    """Yield the lines of the sentences around a hit, faint, each after its id."""
    faint, unfaint = style.faint
    for sentence in sentences:
        text = f"({visible(sentence.id)}) {printable(sentence.text)}"
        yield from wrapped(f"{faint}{text}{unfaint}", style)


def sentence_lines(sentences: list[Sentence], style: Style) -> Iterator[str]:
    """Yield the lines of *sentences*: the place of each, then its text."""
    for number, sentence in enumerate(sentences):
        if number:
            yield ""
        yield place_line(sentence, style)
        yield from wrapped(printable(sentence.text), style)


def meaning_lines(understood: dict[str, Any] | None, depth: int = 0) -> Iterator[str]:
    """Yield the lines of a parsed query, see `SearchResult.understood`, as a tree."""
    pad = "  " * depth
    if understood is None:
        yield f"{pad}nothing to search for"
        return
    for kind, value in understood.items():
        if kind in ("word", "phrase"):
            terms = " + ".join(understood["terms"])
            yield f"{pad}{kind} “{printable(value)}”: {printable(terms)}"
        elif kind == "not":
            yield f"{pad}not"
            yield from meaning_lines(value, depth + 1)
        elif kind in ("and", "or"):
            yield f"{pad}{kind}"
            for inner in value:
                yield from meaning_lines(inner, depth + 1)
        elif kind in ("speaker", "act", "document", "paragraph"):
            yield f"{pad}{kind}: {printable(', '.join(value))}"


def place_line(sentence: Sentence, style: Style) -> str:
    """Return a sentence's citation and its id, the id faint."""
    faint, unfaint = style.faint
    place = visible(citation(sentence))
    return f"{place}  {faint}{visible(sentence.id)}{unfaint}"


def highlighted(hit: Hit, style: Style) -> str:
    """Return the text of a hit with its spans marked: `[전작권]을 [전환]한다.`."""
    text = printable(hit.sentence.text)
    mark, unmark = style.mark
    pieces: list[str] = []
    position = 0
    for start, end in hit.spans:
        pieces += [text[position:start], mark, text[start:end], unmark]
        position = end
    return "".join([*pieces, text[position:]])


def wrapped(text: str, style: Style) -> list[str]:
    """Return the lines of *text*, indented and at most as wide as the style allows."""
    if style.width is None:
        return [_INDENT + text]
    import wcwidth

    return wcwidth.wrap(
        text,
        max(style.width, _NARROWEST),
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        break_on_hyphens=False,
    )
