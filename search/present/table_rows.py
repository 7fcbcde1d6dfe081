"""Hits, sentences, comparisons, traces, keywords and concordances as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from indexer.ingest.edition import Edition
from indexer.ingest.sentence import Sentence
from indexer.text.control_characters import visible
from search.present.citation import full_citation
from search.present.comparisons import changed_text
from search.present.table_format import Cell, Table
from search.present.terminal import PLAIN
from search.reading.comparison import Comparison, EditionComparison
from search.reading.concordance import ConcordanceLine
from search.reading.context import Context
from search.reading.keyness import DocumentKeywords
from search.reading.trace import DocumentTrace
from search.results import SearchResult

Editions = Mapping[str, Edition]
"""The documents of an index by name."""


_PLACE = ("document", "date", "paragraph", "sentence")


def comparison_table(comparisons: Iterable[Comparison], editions: Editions) -> Table:
    """Return a row for each sentence of two documents, with its changes marked."""
    rows = tuple(_comparison(comparison, editions) for comparison in comparisons)
    return Table(_COMPARISON, rows)


def sentence_comparison_table(
    comparisons: Iterable[EditionComparison], editions: Editions
) -> Table:
    """Return a row for each sentence and each document it was compared with."""
    rows = tuple(
        (visible(each.edition.document), *_comparison(each.comparison, editions))
        for each in comparisons
    )
    return Table(("with", *_COMPARISON), rows)


def hit_table(
    result: SearchResult, contexts: Mapping[str, Context] | None = None
) -> Table:
    """Return a row for each hit, with the sentences around it if there are *contexts*."""
    header = ("rank", "id", *_PLACE, "year", "speaker", "act", "text", "citation")
    rows = [
        (
            hit.rank,
            visible(hit.sentence.id),
            *_place(hit.sentence, result.editions),
            result.year(hit),
            hit.sentence.speaker,
            hit.sentence.act,
            hit.sentence.text,
            _citation(hit.sentence, result.editions),
        )
        for hit in result.hits
    ]
    if not contexts:
        return Table(header, tuple(rows))
    by_row = [contexts[hit.sentence.id] for hit in result.hits]
    return Table(
        (*header, "before", "after"),
        tuple(
            (*row, _joined(context.before), _joined(context.after))
            for row, context in zip(rows, by_row, strict=True)
        ),
    )


def sentence_table(sentences: Iterable[Sentence], editions: Editions) -> Table:
    """Return a row for each sentence of a document."""
    return Table(
        ("id", *_PLACE, "speaker", "act", "text", "citation"),
        tuple(
            (
                visible(sentence.id),
                *_place(sentence, editions),
                sentence.speaker,
                sentence.act,
                sentence.text,
                _citation(sentence, editions),
            )
            for sentence in sentences
        ),
    )


def trace_table(traces: Iterable[DocumentTrace]) -> Table:
    """Return a row for each document: the number of sentences, and the closest one."""
    return Table(
        ("document", "date", "sentences", "closest", "text", "citation"),
        tuple(
            (
                visible(trace.edition.document),
                trace.edition.date or trace.edition.year,
                trace.sentences,
                *_closest(trace),
            )
            for trace in traces
        ),
    )


def term_table(keywords: Iterable[DocumentKeywords]) -> Table:
    """Return a row for each keyword of each document."""
    return Table(
        ("document", "date", "term", "here", "elsewhere", "g2", "direction"),
        tuple(
            (
                visible(edition.document),
                edition.date or edition.year,
                term.term,
                term.here,
                term.elsewhere,
                _rounded(term.g2),
                term.direction,
            )
            for edition, terms in keywords
            for term in terms
        ),
    )


def concordance_table(lines: Iterable[ConcordanceLine], editions: Editions) -> Table:
    """Return a row for each match, with the text to its left and right."""
    return Table(
        ("id", *_PLACE, "left", "word", "right", "citation"),
        tuple(
            (
                visible(line.sentence.id),
                *_place(line.sentence, editions),
                line.left,
                line.word,
                line.right,
                _citation(line.sentence, editions),
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
        visible(comparison.before.id) if comparison.before else None,
        visible(comparison.after.id) if comparison.after else None,
        changed_text(comparison, PLAIN),
        _citation(comparison.sentence, editions),
    )


def _closest(trace: DocumentTrace) -> tuple[str | None, str | None, str | None]:
    if trace.closest is None:
        return None, None, None
    sentence = trace.closest.sentence
    return (
        visible(sentence.id),
        sentence.text,
        visible(full_citation(sentence, trace.edition)),
    )


def _place(sentence: Sentence, editions: Editions) -> tuple[Cell, ...]:
    """Return the cells of `_PLACE`; the paragraph of an annex is its name."""
    return (
        visible(sentence.document),
        editions[sentence.document].date,
        sentence.part if sentence.paragraph is None else sentence.paragraph,
        sentence.number,
    )


def _citation(sentence: Sentence, editions: Editions) -> str:
    return visible(full_citation(sentence, editions[sentence.document]))


def _joined(sentences: Iterable[Sentence]) -> str:
    return " ".join(sentence.text for sentence in sentences)


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)
