"""Results for people: lines for a terminal, or for a pipe."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from indexer.cli.framework import visible
from indexer.ingest.sentence import Sentence
from search.results import Hit, SearchResult

if TYPE_CHECKING:
    from indexer.ingest.edition import Edition
    from search.reading.context import Context


class Style(NamedTuple):
    """How things look: what stands before and behind a mark, a faint text, a change.

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
_FACETS = 4
"""How many values of a facet are shown."""


def wants_colour(setting: str, *, is_terminal: bool) -> bool:
    """Decide from `--color`, NO_COLOR (no-color.org) and TERM whether to use colour."""
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
    """Yield the lines that show the hits of *result*, with what stands around each.

    Where there are several documents a hit tells its year, and *by_document* each has a
    heading.
    """
    several = len(result.editions) > 1
    shown = ""
    for index, hit in enumerate(result.hits):
        if index:
            yield ""
        if several and by_document and hit.sentence.document != shown:
            shown = hit.sentence.document
            before, behind = style.mark if style.width else ("", "")
            yield f"{before}{heading(result.editions[shown])}{behind}"
            yield ""
        context = (contexts or {}).get(hit.sentence.id)
        year = result.year(hit)
        prefix = f"{year}, " if several and year else ""
        yield f"{hit.rank:>2}. {prefix}{place_of(hit.sentence, style)}"
        yield from context_lines(context.before if context else (), style)
        yield from wrapped(marked(hit, style), style)
        yield from context_lines(context.after if context else (), style)


def heading(edition: Edition) -> str:
    """Return what tells a document from others of its kind: `2019  제51차  서울`."""
    number = f"제{edition.number}차" if edition.number else None
    date = edition.date or (str(edition.year) if edition.year else None)
    told = "  ".join(filter(None, (date, number, edition.place)))
    return visible(told or edition.document)


def facet_line(result: SearchResult) -> str | None:
    """Return a line of whose the sentences found are, and their acts, if any tell."""
    told = []
    for name in ("speaker", "act"):
        counts = result.facets.get(name, {})
        if counts:
            listed = ", ".join(
                f"{value} {n}" for value, n in list(counts.items())[:_FACETS]
            )
            more = f", {len(counts) - _FACETS} more" if len(counts) > _FACETS else ""
            told.append(f"{name}: {visible(listed)}{more}")
    return "   ".join(told) or None


def context_lines(sentences: Iterable[Sentence], style: Style) -> Iterator[str]:
    """Yield the lines of what stands around a hit, faint, behind where each stands."""
    faint, unfaint = style.faint
    for sentence in sentences:
        text = f"({visible(sentence.id)}) {visible(sentence.text)}"
        yield from wrapped(f"{faint}{text}{unfaint}", style)


def sentence_lines(sentences: list[Sentence], style: Style) -> Iterator[str]:
    """Yield the lines that show *sentences* one after another."""
    for index, sentence in enumerate(sentences):
        if index:
            yield ""
        yield place_of(sentence, style)
        yield from wrapped(visible(sentence.text), style)


def meaning_lines(understood: dict[str, Any] | None, depth: int = 0) -> Iterator[str]:
    """Yield the lines that show how a query was understood, the tree indented."""
    pad = "  " * depth
    if understood is None:
        yield f"{pad}nothing to search for"
        return
    for kind, value in understood.items():
        if kind in ("word", "phrase"):
            terms = " + ".join(understood["terms"])
            yield f"{pad}{kind} “{visible(value)}”: {visible(terms)}"
        elif kind == "not":
            yield f"{pad}not"
            yield from meaning_lines(value, depth + 1)
        elif kind in ("and", "or"):
            yield f"{pad}{kind}"
            for inner in value:
                yield from meaning_lines(inner, depth + 1)
        elif kind in ("speaker", "act", "document", "paragraph"):
            yield f"{pad}{kind}: {visible(', '.join(value))}"


def citation(sentence: Sentence) -> str:
    """Return how the sentence is cited: by paragraph and sentence, as far as it can."""
    if sentence.number is None:
        return sentence.document
    told = (part_of(sentence), f"sentence {sentence.number}")
    return ", ".join(filter(None, told))


def part_of(sentence: Sentence) -> str | None:
    """Return what a sentence stands in: `paragraph 11`, `annex 1`, if anything."""
    if sentence.part is None:
        return None
    if sentence.paragraph == 0:
        return "before paragraph 1"
    if sentence.paragraph is None:
        return sentence.part.replace("annex", "annex ")
    return f"paragraph {sentence.part}"


def place_of(sentence: Sentence, style: Style) -> str:
    """Return a sentence's citation and its id."""
    before, behind = style.faint
    return f"{citation(sentence)}  {before}{visible(sentence.id)}{behind}"


def marked(hit: Hit, style: Style) -> str:
    """Return the sentence with what matched marked in it."""
    text = visible(hit.sentence.text)
    before, behind = style.mark
    pieces: list[str] = []
    done = 0
    for start, end in hit.spans:
        pieces += [text[done:start], before, text[start:end], behind]
        done = end
    return "".join([*pieces, text[done:]])


def wrapped(text: str, style: Style) -> list[str]:
    """Return the lines of *text*, indented, within the width there is."""
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
