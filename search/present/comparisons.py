"""Comparisons, traces and keywords as lines for a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import wcwidth

from indexer.ingest.edition import Edition
from indexer.ingest.sentence import Sentence
from indexer.text.control_characters import printable, visible
from search.present.citation import part_name
from search.present.terminal import Style, heading, highlighted, place_line, wrapped
from search.reading.comparison import (
    Comparison,
    DocumentComparison,
    EditionComparison,
    Shown,
    count_statuses,
)
from search.reading.diff import Segment
from search.reading.keyness import DocumentKeywords
from search.reading.trace import DocumentTrace

_SIGNS = {"same": "=", "reworded": "~", "new": "+", "dropped": "-"}
_LONGEST_BAR = 30
"""Columns of the longest bar in a trace."""


def document_lines(
    comparison: DocumentComparison, style: Style, shown: Shown | None = None
) -> Iterator[str]:
    """Yield the lines of two documents, paragraph by paragraph, under their counts.

    *shown* chooses sentences; the counts are those of all.
    """
    for sign, edition in (("-", comparison.before), ("+", comparison.after)):
        yield f"{sign} {_edition_line(edition, style)}"
    counts = count_statuses(comparison.sentences)
    *statuses, moved = [f"{number} {name}" for name, number in counts.items()]
    yield f"{', '.join(statuses)}; {moved}"
    part: object = ()
    for each in comparison.narrowed(shown):
        sentence = each.after
        if sentence and part_name(sentence) != part:
            part = part_name(sentence)
            yield ""
            if part:
                yield f"{part}"
        yield _status_line(each, style)
        yield from wrapped(changed_text(each, style), style)


def sentence_comparison_lines(
    comparisons: Sequence[EditionComparison], style: Style
) -> Iterator[str]:
    """Yield the lines of sentences compared with other documents, each under a heading."""
    faint, unfaint = style.faint
    previous: Edition | None = None
    for edition, comparison, nearest in comparisons:
        if edition != previous:
            if previous:
                yield ""
            previous = edition
            yield heading(edition)
        if comparison.has_counterpart:
            yield _status_line(comparison, style, full_ids=True)
            yield from wrapped(changed_text(comparison, style), style)
            continue
        id_ = visible(comparison.sentence.id)
        yield f"no sentence like {id_} in {visible(edition.document)}"
        if nearest:
            text = printable(nearest.sentence.text)
            close = f"{_percent(nearest.closeness)} alike"
            yield f"{faint}closest  {visible(nearest.sentence.id)}  {close}{unfaint}"
            yield from wrapped(f"{faint}{text}{unfaint}", style)


def trace_lines(traces: Sequence[DocumentTrace], style: Style) -> Iterator[str]:
    """Yield a line with count and bar for each document, then the closest sentences."""
    faint, unfaint = style.faint
    headings = [heading(t.edition) for t in traces]
    documents = [visible(t.edition.document) for t in traces]
    first = max(map(wcwidth.wcswidth, headings), default=0)
    # A document without a date has its name for a heading.
    names = [
        title if title == name else f"{_padded(title, first)}  {name}"
        for title, name in zip(headings, documents, strict=True)
    ]
    width = max(map(wcwidth.wcswidth, names), default=0)
    most = max((t.sentences for t in traces), default=0)
    digits = len(str(most))
    for name, trace in zip(names, traces, strict=True):
        bar = "|" * -(-trace.sentences * min(_LONGEST_BAR, most) // max(most, 1))
        line = f"{_padded(name, width)}  {trace.sentences:>{digits}}  {bar}".rstrip()
        yield line if trace.sentences else f"{faint}{line}{unfaint}"
    for trace in traces:
        if not trace.closest:
            continue
        yield ""
        if trace.sentences:
            yield place_line(trace.closest.sentence, style)
            yield from wrapped(highlighted(trace.closest, style), style)
        else:
            id_ = visible(trace.closest.sentence.id)
            text = printable(trace.closest.sentence.text)
            yield f"{faint}not there; closest  {id_}{unfaint}"
            yield from wrapped(f"{faint}{text}{unfaint}", style)


def term_lines(keywords: Sequence[DocumentKeywords], style: Style) -> Iterator[str]:
    """Yield the keywords of each document, the numbers first so that they align."""
    faint, unfaint = style.faint
    for number, (edition, terms) in enumerate(keywords):
        if number:
            yield ""
        yield _edition_line(edition, style)
        if any(term.g2 is not None for term in terms):
            yield f"{faint}{'G²':>8} {'here':>6} {'others':>7}{unfaint}"
        for term in terms:
            if term.g2 is None:
                yield f"{term.here:>6}  {printable(term.term)}"
                continue
            sign = "+" if term.direction == "more" else "-"
            word = f"{sign} {printable(term.term)}"
            yield f"{term.g2:>8.2f} {term.here:>6} {term.elsewhere:>7}  {word}"


def changed_text(comparison: Comparison, style: Style) -> str:
    """Return the sentence with deletions and insertions marked."""
    text = printable(comparison.sentence.text)
    if comparison.status == "reworded":
        return diff_text(comparison.segments, style)
    if comparison.status == "same":
        return f"{style.faint[0]}{text}{style.faint[1]}"
    is_new = comparison.status == "new"
    return _between(text, style.inserted if is_new else style.deleted)


def diff_text(segments: Iterable[Segment], style: Style) -> str:
    """Return a diff as text; equal segments are shown as the newer text has them."""
    pieces: list[str] = []
    for segment in segments:
        if segment.kind == "equal":
            pieces.append(printable(segment.after))
        else:
            changes = (
                _between(segment.before, style.deleted),
                _between(segment.after, style.inserted),
            )
            pieces.append(" ".join(filter(None, changes)))
            pieces.append(_trailing_space(segment.after or segment.before))
    return "".join(pieces).strip()


def _status_line(
    comparison: Comparison, style: Style, *, full_ids: bool = False
) -> str:
    """Return sign, ids and status: `~ 1.1 → 2.1  reworded, 71% alike, moved`."""
    faint, unfaint = style.faint
    sentences = (comparison.before, comparison.after)
    ids = [_id(sentence, full=full_ids) for sentence in sentences if sentence]
    notes: list[str] = [comparison.status]
    if comparison.status == "reworded" and comparison.closeness is not None:
        notes.append(f"{_percent(comparison.closeness)} alike")
    if comparison.moved:
        notes.append("moved")
    sign = _SIGNS[comparison.status]
    places = " → ".join(dict.fromkeys(ids))
    return f"{sign} {places}  {faint}{', '.join(notes)}{unfaint}"


def _edition_line(edition: Edition, style: Style) -> str:
    """Return the heading of a document and its name: `2019  제51차  서울  scm51_2019`."""
    name = f"{style.faint[0]}{visible(edition.document)}{style.faint[1]}"
    return "  ".join(filter(None, (heading(edition), name)))


def _between(text: str, marks: tuple[str, str]) -> str:
    """Put *text* without its trailing space between *marks*."""
    text = printable(text).rstrip()
    return f"{marks[0]}{text}{marks[1]}" if text else ""


def _trailing_space(text: str) -> str:
    return text[len(text.rstrip()) :]


def _id(sentence: Sentence, *, full: bool) -> str:
    id_ = sentence.id if full else sentence.id.removeprefix(f"{sentence.document}:")
    return visible(id_)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - wcwidth.wcswidth(text))


def _percent(share: float) -> str:
    return f"{share:.0%}"
