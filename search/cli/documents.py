"""The commands for reading: what changed, through the years, keywords, contexts."""

from __future__ import annotations

import click

from indexer.cli.framework import HITS, NO_HITS, say
from indexer.cli.options import index_option
from indexer.location import Location
from search.cli.options import limit_option
from search.cli.output import Output, opened, table_options
from search.present import comparisons, table_rows
from search.reading import concordance as concordances
from search.reading.answers import compare_documents, compare_sentences, keywords_of
from search.reading.concordance import Order
from search.reading.library import by_name
from search.reading.trace import quoted
from search.reading.trace import trace as traced


@click.command()
@click.argument("reference", required=False)
@click.option(
    "--with",
    "others",
    metavar="DOCUMENT",
    multiple=True,
    help="Compare with this one; may be given several times.  [default: every other]",
)
@click.option(
    "--documents",
    nargs=2,
    metavar="BEFORE AFTER",
    help="Compare two documents, paragraph by paragraph.",
)
@click.option("--strict", is_flag=True, help="Count particles, endings and spaces too.")
@table_options
@index_option
def compare(
    reference: str | None,
    others: tuple[str, ...],
    documents: tuple[str, str] | None,
    strict: bool,
    output: Output,
    location: Location,
) -> int:
    """Show what changed in a sentence or paragraph from one document to another.

    The nearest sentence by the index's own scores is looked for in each other document,
    and what was deleted and inserted is marked, the older text first.

    \b
    Example:
      communique compare scm-52-2020:6.2
    """
    if (reference is None) == (documents is None) or (documents and others):
        raise click.UsageError(
            "Give a sentence to compare, or --documents BEFORE AFTER."
        )
    with opened(location) as index:
        if documents:
            whole = compare_documents(index, *documents, strict=strict)
            output.show(
                record=whole.to_json,
                table=lambda: table_rows.comparison_table(
                    whole.sentences, whole.editions
                ),
                lines=lambda style: comparisons.document_lines(whole, style),
            )
            return HITS
        found = compare_sentences(index, reference or "", others, strict=strict)
    if not found.beside:
        say("There is no other document to compare with.")
    output.show(
        record=found.to_json,
        table=lambda: table_rows.beside_table(found.beside, found.editions),
        lines=lambda style: comparisons.sentence_comparison_lines(found.beside, style),
    )
    return HITS if any(each.counterpart for each in found.comparisons) else NO_HITS


@click.command()
@click.argument("phrase", nargs=-1, required=True)
@table_options
@index_option
def trace(
    phrase: tuple[str, ...],
    output: Output,
    location: Location,
) -> int:
    """Follow PHRASE through the years: how many sentences, and the closest one.

    \b
    Example:
      communique trace 주한미군
    """
    text = " ".join(phrase)
    with opened(location) as index:
        found = traced(index, text)
        notes = index.search(quoted(text), limit=0).notes
    output.note(notes)
    output.show(
        record=lambda: {
            "phrase": text,
            "documents": [t.to_json() for t in found],
            "notes": list(notes),
        },
        table=lambda: table_rows.trace_table(found),
        lines=lambda style: comparisons.trace_lines(found, style),
    )
    if not any(each.sentences for each in found):
        say("No sentence was found.")
    return HITS if any(each.sentences for each in found) else NO_HITS


@click.command()
@click.option("--document", metavar="DOCUMENT", help="Only those of this document.")
@limit_option
@table_options
@index_option
def terms(
    document: str | None,
    limit: int,
    output: Output,
    location: Location,
) -> int:
    """Show the compounds that a document has more often, or less, than the others.

    They are ranked by log-likelihood (G²). Where there is one document only, its most
    frequent ones are shown.

    \b
    Example:
      communique terms --document scm-52-2020
    """
    with opened(location) as index:
        found = keywords_of(index, document, limit)
    output.show(
        record=lambda: {
            "documents": [
                {**edition.to_json(), "terms": [term.to_json() for term in terms]}
                for edition, terms in found
            ]
        },
        table=lambda: table_rows.term_table(found),
        lines=lambda style: comparisons.term_lines(found, style),
    )
    return HITS if any(terms for _, terms in found) else NO_HITS


@click.command()
@click.argument("query", metavar="WORD", nargs=-1, required=True)
@click.option(
    "--sort",
    "order",
    type=click.Choice(["left", "right", "place"]),
    default="place",
    show_default=True,
    help="By what precedes, by what follows, or from the oldest on.",
)
@click.option(
    "--width",
    type=click.IntRange(min=1),
    metavar="COLUMNS",
    help="How much to show on each side.  [default: what the terminal has room for]",
)
@table_options
@index_option
def concordance(
    query: tuple[str, ...],
    order: Order,
    width: int | None,
    output: Output,
    location: Location,
) -> int:
    """Show WORD in its context, wherever it stands, each place on a line.

    \b
    Example:
      communique concordance 억제 --sort right
    """
    text = " ".join(query)
    with opened(location) as index:
        found = concordances.concordance(index, text, order)
        notes = index.search(text, limit=0).notes
        known = by_name(index)
    output.note(notes)
    output.show(
        record=lambda: {
            "query": text,
            "total": len(found),
            "lines": [line.to_json() for line in found],
            "notes": list(notes),
        },
        table=lambda: table_rows.concordance_table(found, known),
        lines=lambda style: concordances.concordance_lines(
            found, style, width or concordances.room(found, style)
        ),
    )
    if not found:
        say("No sentence was found.")
    return HITS if found else NO_HITS
