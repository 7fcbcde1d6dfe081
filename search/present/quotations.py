"""Checked quotations as lines for a terminal or a pipe, and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from indexer.ingest.edition import Edition
from indexer.text.control_characters import printable, visible
from search.drafts.report import (
    CitationCheck,
    DraftCheck,
    QuotationCheck,
    count_statuses,
)
from search.present.citation import full_citation
from search.present.comparisons import diff_text
from search.present.table_format import Cell, Table
from search.present.terminal import PLAIN, Style, wrapped

_NAMES = {
    "exact": "exact",
    "marks": "exact except for spacing and marks",
    "altered": "altered",
    "missing": "not found",
}


def quotation_lines(
    drafts: Sequence[DraftCheck],
    editions: Mapping[str, Edition],
    style: Style,
    limit: int,
) -> Iterator[str]:
    """Yield the lines of the first *limit* quotations: place, status, text and source."""
    checks = [(draft, check) for draft in drafts for check in draft.checks]
    for number, (draft, check) in enumerate(checks[:limit]):
        if number:
            yield ""
        yield from _lines(draft, check, editions, style)


def summary_line(drafts: Sequence[DraftCheck]) -> str:
    """Return the counts on one line: `3 quotations: 2 exact, 1 not found; 4 left out`."""
    counts = count_statuses(drafts)
    total = sum(len(draft.checks) for draft in drafts)
    listed = ", ".join(f"{counts[s]} {name}" for s, name in _NAMES.items() if counts[s])
    line = (
        f"{total} quotation{'' if total == 1 else 's'}{': ' if listed else ''}{listed}"
    )
    if counts["miscited"]:
        line += f"; {counts['miscited']} with a wrong citation"
    left_out = sum(draft.left_out for draft in drafts)
    if left_out:
        line += (
            f"; {left_out} left out (titles and single words; --headings checks them)"
        )
    return f"{line}."


def quotation_table(
    drafts: Sequence[DraftCheck], editions: Mapping[str, Edition], limit: int
) -> Table:
    """Return a row for each of the first *limit* quotations, with its source."""
    rows = [_row(draft, check, editions) for draft in drafts for check in draft.checks]
    return Table(
        (
            *("file", "line", "status", "likeness", "quotation", "id", "document"),
            *("date", "paragraph", "sentence", "source", "changes", "cited", "agrees"),
            "citation",
        ),
        tuple(rows[:limit]),
    )


def _lines(
    draft: DraftCheck,
    check: QuotationCheck,
    editions: Mapping[str, Edition],
    style: Style,
) -> Iterator[str]:
    faint, unfaint = style.faint
    place = f"{visible(draft.name)}:{check.quotation.line}"
    status = _NAMES[check.status]
    if check.status == "altered":
        status += f", {check.likeness:.0%} alike"
    ids = ", ".join(_ids(check)) if check.status != "missing" else ""
    yield f"{place}  {status}  {faint}{ids}{unfaint}".rstrip()
    yield from wrapped(_text(check, style), style)
    if check.status == "marks":
        source = " … ".join(s.before for s in check.segments if s.before != " … ")
        yield from wrapped(f"{faint}source: {printable(source)}{unfaint}", style)
    if check.sentences:
        sentence = check.sentences[0]
        cited = full_citation(sentence, editions[sentence.document])
        if check.status == "missing":
            near = f"nearest, {check.likeness:.0%} alike: {visible(sentence.id)}"
            yield from wrapped(f"{faint}{near}{unfaint}", style)
            yield from wrapped(f"{faint}{printable(sentence.text)}{unfaint}", style)
        else:
            yield from wrapped(f"{faint}{printable(cited)}{unfaint}", style)
    for citation in check.citations:
        if citation.agrees is False:
            yield from wrapped(_fault(citation, editions), style)


def _fault(citation: CitationCheck, editions: Mapping[str, Edition]) -> str:
    """Return the line on a wrong citation."""
    cited = f"cited as {printable(citation.text)}, which"
    if citation.exists:
        return f"{cited} is another sentence"
    if citation.nearest is None:
        return f"{cited} names no document of the index"
    date = editions[citation.nearest].date
    nearest = f"{visible(citation.nearest)}{f' of {date}' if date else ''}"
    return f"{cited} names no document of the index; the nearest is {nearest}"


def _text(check: QuotationCheck, style: Style) -> str:
    if check.status == "altered":
        return diff_text(check.segments, style)
    return printable(check.quotation.text)


def _ids(check: QuotationCheck) -> list[str]:
    return [visible(sentence.id) for sentence in check.sentences]


def _row(
    draft: DraftCheck, check: QuotationCheck, editions: Mapping[str, Edition]
) -> tuple[Cell, ...]:
    sentence = check.sentences[0] if check.sentences else None
    edition = editions[sentence.document] if sentence else None
    agrees = [each.agrees for each in check.citations]
    return (
        visible(draft.name),
        check.quotation.line,
        check.status,
        round(check.likeness, 4),
        check.quotation.text,
        " ".join(_ids(check)) or None,
        visible(sentence.document) if sentence else None,
        edition.date if edition else None,
        sentence.part if sentence else None,
        sentence.number if sentence else None,
        " ".join(each.text for each in check.sentences) or None,
        diff_text(check.segments, PLAIN) if check.status == "altered" else None,
        "; ".join(each.text for each in check.citations) or None,
        None if None in agrees or not agrees else "yes" if all(agrees) else "no",
        visible(full_citation(sentence, edition)) if sentence and edition else None,
    )
