"""Results for people: lines for a terminal, or for a pipe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import wcwidth

from indexer.documents import Sentence
from indexer.program import visible
from search.results import Hit, SearchResult


@dataclass(frozen=True, slots=True)
class Style:
    """How things look: what stands before and behind a mark and a faint text.

    `width` is in columns; None leaves each sentence on one line, for other programs.
    """

    mark: tuple[str, str]
    faint: tuple[str, str]
    width: int | None


PLAIN = Style(mark=("[", "]"), faint=("", ""), width=None)
COLOUR = Style(mark=("\x1b[1;33m", "\x1b[0m"), faint=("\x1b[2m", "\x1b[0m"), width=None)

_INDENT = "    "
_NARROWEST = 20


def wants_colour(setting: str, *, is_terminal: bool) -> bool:
    """Decide from `--color`, NO_COLOR (no-color.org) and TERM whether to use colour."""
    if setting == "auto":
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return is_terminal and not plain
    return setting == "always"


def result_lines(result: SearchResult, style: Style) -> Iterator[str]:
    """Yield the lines that show the hits of *result*."""
    for index, hit in enumerate(result.hits):
        if index:
            yield ""
        yield f"{hit.rank:>2}. {_place(hit.sentence, style)}"
        yield from _wrapped(_marked(hit, style), style)


def sentence_lines(sentences: list[Sentence], style: Style) -> Iterator[str]:
    """Yield the lines that show *sentences* one after another."""
    for index, sentence in enumerate(sentences):
        if index:
            yield ""
        yield _place(sentence, style)
        yield from _wrapped(visible(sentence.text), style)


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


def citation(sentence: Sentence) -> str:
    """Return how the sentence is cited: by paragraph and sentence, as far as it can."""
    if sentence.number is None:
        return sentence.document
    if sentence.paragraph is None:
        return f"sentence {sentence.number}"
    if sentence.paragraph == 0:
        return f"before paragraph 1, sentence {sentence.number}"
    return f"paragraph {sentence.paragraph}, sentence {sentence.number}"


def _place(sentence: Sentence, style: Style) -> str:
    before, behind = style.faint
    return f"{citation(sentence)}  {before}{visible(sentence.id)}{behind}"


def _marked(hit: Hit, style: Style) -> str:
    text = visible(hit.sentence.text)
    before, behind = style.mark
    pieces: list[str] = []
    done = 0
    for start, end in hit.spans:
        pieces += [text[done:start], before, text[start:end], behind]
        done = end
    return "".join([*pieces, text[done:]])


def _wrapped(text: str, style: Style) -> list[str]:
    if style.width is None:
        return [_INDENT + text]
    return wcwidth.wrap(
        text,
        max(style.width, _NARROWEST),
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        break_on_hyphens=False,
    )
