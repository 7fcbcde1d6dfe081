"""Comparisons, traces and keywords for people: lines for a terminal, or for a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import wcwidth

from indexer.cli.framework import visible
from indexer.ingest.edition import Edition
from indexer.ingest.sentence import Sentence
from search.present.terminal import Style, heading, marked, part_of, place_of, wrapped
from search.reading.answers import Beside, ComparedDocuments
from search.reading.compare import Comparison, counts
from search.reading.diff import Segment
from search.reading.keyness import Term
from search.reading.trace import Trace

_SIGNS = {"same": "=", "reworded": "~", "new": "+", "dropped": "-"}
_TALLY = 30
"""Columns for the strokes of a trace at most."""


def _diffed(segments: Iterable[Segment], style: Style) -> str:
    """Return a diff as text: what was deleted and what was inserted is marked.

    What is the same is shown as it is now.
    """
    pieces: list[str] = []
    for segment in segments:
        if segment.kind == "equal":
            pieces.append(visible(segment.after))
        else:
            marked_up = (
                _between(segment.before, style.deleted),
                _between(segment.after, style.inserted),
            )
            pieces.append(" ".join(filter(None, marked_up)))
            pieces.append(_space_behind(segment.after or segment.before))
    return "".join(pieces).strip()


def document_lines(found: ComparedDocuments, style: Style) -> Iterator[str]:
    """Yield the lines that compare two documents, paragraph by paragraph."""
    for sign, edition in (("-", found.before), ("+", found.after)):
        yield f"{sign} {_named(edition, style)}"
    told = [f"{number} {what}" for what, number in counts(found.sentences).items()]
    yield f"{', '.join(told[:-1])}; {told[-1]}"
    part: object = ()
    for comparison in found.sentences:
        sentence = comparison.after
        if sentence and part_of(sentence) != part:
            part = part_of(sentence)
            yield ""
            if part:
                yield f"{part}"
        yield _sign_line(comparison, style)
        yield from wrapped(changed_text(comparison, style), style)


def sentence_comparison_lines(found: Sequence[Beside], style: Style) -> Iterator[str]:
    """Yield the lines that show sentences beside those of other documents."""
    faint, unfaint = style.faint
    shown: Edition | None = None
    for other, comparison, nearest in found:
        if other != shown:
            if shown:
                yield ""
            shown = other
            yield visible(heading(other)) or other.document
        if comparison.counterpart:
            yield _sign_line(comparison, style, whole_ids=True)
            yield from wrapped(changed_text(comparison, style), style)
            continue
        yield f"no sentence like {visible(comparison.sentence.id)} in {other.document}"
        if nearest:
            text = visible(nearest.sentence.text)
            close = f"{_percent(nearest.closeness)} alike"
            yield f"{faint}closest  {visible(nearest.sentence.id)}  {close}{unfaint}"
            yield from wrapped(f"{faint}{text}{unfaint}", style)


def trace_lines(traces: Sequence[Trace], style: Style) -> Iterator[str]:
    """Yield a line a document with its count, and below the closest sentences."""
    faint, unfaint = style.faint
    names = [visible(heading(t.edition)) or t.edition.document for t in traces]
    width = max(map(wcwidth.wcswidth, names), default=0)
    most = max((t.sentences for t in traces), default=0)
    digits = len(str(most))
    for name, found in zip(names, traces, strict=True):
        strokes = "|" * -(-found.sentences * min(_TALLY, most) // max(most, 1))
        line = (
            f"{_padded(name, width)}  {found.sentences:>{digits}}  {strokes}".rstrip()
        )
        yield line if found.sentences else f"{faint}{line}{unfaint}"
    for found in traces:
        if not found.closest:
            continue
        yield ""
        if found.sentences:
            yield place_of(found.closest.sentence, style)
            yield from wrapped(marked(found.closest, style), style)
        else:
            place = visible(found.closest.sentence.id)
            text = visible(found.closest.sentence.text)
            yield f"{faint}not there; closest  {place}{unfaint}"
            yield from wrapped(f"{faint}{text}{unfaint}", style)


def term_lines(
    found: Sequence[tuple[Edition, Sequence[Term]]], style: Style
) -> Iterator[str]:
    """Yield the keywords of each document, numbers first, so that they line up."""
    faint, unfaint = style.faint
    for number, (edition, terms) in enumerate(found):
        if number:
            yield ""
        yield _named(edition, style)
        if any(term.g2 is not None for term in terms):
            yield f"{faint}{'G²':>8} {'here':>6} {'others':>7}{unfaint}"
        for term in terms:
            if term.g2 is None:
                yield f"{term.here:>6}  {visible(term.term)}"
                continue
            sign = "+" if term.direction == "more" else "-"
            word = f"{sign} {visible(term.term)}"
            yield f"{term.g2:>8.2f} {term.here:>6} {term.elsewhere:>7}  {word}"


def _sign_line(comparison: Comparison, style: Style, *, whole_ids: bool = False) -> str:
    """Return what became of a sentence, where it stands and where it stood."""
    faint, unfaint = style.faint
    both = (comparison.before, comparison.after)
    ids = [_id(sentence, whole=whole_ids) for sentence in both if sentence]
    notes: list[str] = [comparison.status]
    if comparison.status == "reworded" and comparison.closeness is not None:
        notes.append(f"{_percent(comparison.closeness)} alike")
    if comparison.moved:
        notes.append("moved")
    told = f"{faint}{', '.join(notes)}{unfaint}"
    return f"{_SIGNS[comparison.status]} {' → '.join(dict.fromkeys(ids))}  {told}"


def changed_text(comparison: Comparison, style: Style) -> str:
    """Return the sentence with what is new and what is gone marked in it."""
    text = visible(comparison.sentence.text)
    if comparison.status == "reworded":
        return _diffed(comparison.segments, style)
    if comparison.status == "same":
        return f"{style.faint[0]}{text}{style.faint[1]}"
    new = comparison.status == "new"
    return _between(text, style.inserted if new else style.deleted)


def _named(edition: Edition, style: Style) -> str:
    """Return what a document is, as far as it is told, and its name."""
    name = f"{style.faint[0]}{visible(edition.document)}{style.faint[1]}"
    return "  ".join(filter(None, (visible(heading(edition)), name)))


def _between(text: str, marks: tuple[str, str]) -> str:
    """Put *text* between *marks*, without the space at its end."""
    text = visible(text).rstrip()
    return f"{marks[0]}{text}{marks[1]}" if text else ""


def _space_behind(text: str) -> str:
    return text[len(text.rstrip()) :]


def _id(sentence: Sentence, *, whole: bool) -> str:
    id_ = sentence.id if whole else sentence.id.removeprefix(f"{sentence.document}:")
    return visible(id_)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - wcwidth.wcswidth(text))


def _percent(share: float) -> str:
    return f"{share:.0%}"
