"""Comparisons, traces, keywords and concordances as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from indexer.ingest.edition import Edition
from indexer.ingest.sentence import Sentence
from search.present.comparisons import changed_text
from search.present.table_format import Cell, Table
from search.present.terminal import PLAIN
from search.reading.answers import Beside
from search.reading.compare import Comparison
from search.reading.concordance import Line
from search.reading.context import Context
from search.reading.keyness import Term
from search.reading.library import cited
from search.reading.trace import Trace
from search.results import SearchResult

Editions = Mapping[str, Edition]
"""The documents of an index by their names."""


def comparison_table(found: Iterable[Comparison], editions: Editions) -> Table:
    """Return a row for each sentence of two documents, and what changed in it."""
    rows = tuple(_comparison(comparison, editions) for comparison in found)
    return Table(_COMPARISON, rows)


def beside_table(found: Iterable[Beside], editions: Editions) -> Table:
    """Return a row for each sentence and each document it was compared with."""
    rows = tuple(
        (beside.other.document, *_comparison(beside.comparison, editions))
        for beside in found
    )
    return Table(("with", *_COMPARISON), rows)


def hit_table(
    result: SearchResult, contexts: Mapping[str, Context] | None = None
) -> Table:
    """Return a row for each hit, with what stands around it if that was asked for."""
    header = ("rank", "id", "year", "speaker", "act", "text", "citation")
    rows = [
        (
            hit.rank,
            hit.sentence.id,
            result.year(hit),
            hit.sentence.speaker,
            hit.sentence.act,
            hit.sentence.text,
            _cited(hit.sentence, result.editions),
        )
        for hit in result.hits
    ]
    if not contexts:
        return Table(header, tuple(rows))
    around = [contexts[hit.sentence.id] for hit in result.hits]
    return Table(
        (*header, "before", "after"),
        tuple(
            (*row, _running(context.before), _running(context.after))
            for row, context in zip(rows, around, strict=True)
        ),
    )


def sentence_table(sentences: Iterable[Sentence], editions: Editions) -> Table:
    """Return a row for each sentence of a document."""
    return Table(
        ("id", "speaker", "act", "text", "citation"),
        tuple(
            (
                sentence.id,
                sentence.speaker,
                sentence.act,
                sentence.text,
                _cited(sentence, editions),
            )
            for sentence in sentences
        ),
    )


def trace_table(traces: Iterable[Trace]) -> Table:
    """Return a row for each document."""
    return Table(
        ("document", "date", "sentences", "closest", "text", "citation"),
        tuple(
            (
                trace.edition.document,
                trace.edition.date or trace.edition.year,
                trace.sentences,
                *_closest(trace),
            )
            for trace in traces
        ),
    )


def term_table(found: Iterable[tuple[Edition, Sequence[Term]]]) -> Table:
    """Return a row for each keyword of each document."""
    return Table(
        ("document", "date", "term", "here", "elsewhere", "g2", "direction"),
        tuple(
            (
                edition.document,
                edition.date or edition.year,
                term.term,
                term.here,
                term.elsewhere,
                _rounded(term.g2),
                term.direction,
            )
            for edition, terms in found
            for term in terms
        ),
    )


def concordance_table(lines: Iterable[Line], editions: Editions) -> Table:
    """Return a row for each place where the word stands."""
    return Table(
        ("id", "left", "word", "right", "citation"),
        tuple(
            (
                line.sentence.id,
                line.left,
                line.word,
                line.right,
                _cited(line.sentence, editions),
            )
            for line in lines
        ),
    )


_COMPARISON = (
    "status",
    "moved",
    "closeness",
    "before",
    "after",
    "text",
    "citation",
)


def _comparison(comparison: Comparison, editions: Editions) -> tuple[Cell, ...]:
    return (
        comparison.status,
        "moved" if comparison.moved else None,
        _rounded(comparison.closeness),
        comparison.before.id if comparison.before else None,
        comparison.after.id if comparison.after else None,
        changed_text(comparison, PLAIN),
        _cited(comparison.sentence, editions),
    )


def _closest(trace: Trace) -> tuple[str | None, str | None, str | None]:
    if trace.closest is None:
        return None, None, None
    sentence = trace.closest.sentence
    return sentence.id, sentence.text, cited(sentence, trace.edition)


def _cited(sentence: Sentence, editions: Editions) -> str:
    return cited(sentence, editions[sentence.document])


def _running(sentences: Iterable[Sentence]) -> str:
    return " ".join(sentence.text for sentence in sentences)


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)
