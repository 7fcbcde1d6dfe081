"""The commands that read across documents: compare, trace, terms and concordance."""

from __future__ import annotations

from pathlib import Path

import click

from indexer.cli.framework import HITS, NO_HITS, Command, say
from indexer.cli.options import FILE, index_option
from indexer.location import Location
from indexer.text.control_characters import visible
from search.cli.options import QueryCommand, limit_option, search_options
from search.cli.output import (
    Output,
    document_options,
    open_or_build,
    picture_options,
    table_options,
)
from search.present import comparisons, table_rows
from search.present.charts import MOST_SERIES, phrase_chart
from search.present.concordance import concordance_lines, context_width
from search.present.timeline_svg import line_svg
from search.query.search_options import SearchOptions
from search.reading import concordance as concordances
from search.reading import trace as traces
from search.reading.comparison_filter import KINDS, ComparisonFilter
from search.reading.concordance import Order
from search.reading.keyness import keywords_of


@click.command(cls=Command)
@click.argument("reference", required=False)
@click.option(
    "--with",
    "others",
    metavar="DOCUMENT",
    multiple=True,
    help="Compare with this document; repeat it for several.  [default: every other]",
)
@click.option(
    "--documents",
    nargs=2,
    metavar="BEFORE AFTER",
    help="Compare all sentences of two documents instead of one REFERENCE.",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Count a difference in a particle, an ending or a space as a change.",
)
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(KINDS),
    multiple=True,
    help="With --documents: show this kind of sentences; repeat it for several.",
)
@click.option(
    "--speaker",
    "speakers",
    metavar="NAME",
    multiple=True,
    help="With --documents: show sentences of this speaker; it can be repeated.",
)
@click.option(
    "--side",
    "sides",
    metavar="GROUP",
    multiple=True,
    help="With --documents: show a group of speakers: 한측, 미측, 공동 or 그밖.",
)
@click.option(
    "--output",
    "file",
    type=FILE,
    metavar="FILE",
    help="With --documents and --format docx: the file to write.",
)
@document_options
@index_option
def compare(
    reference: str | None,
    others: tuple[str, ...],
    documents: tuple[str, str] | None,
    strict: bool,
    kinds: tuple[str, ...],
    speakers: tuple[str, ...],
    sides: tuple[str, ...],
    file: Path | None,
    output: Output,
    location: Location,
) -> int:
    """Show how a sentence, paragraph or document changed.

    REFERENCE is the id of a sentence, record, paragraph or annex, or the name of a
    document, as in `show`. Each of its sentences is shown with
    the most similar sentence of each other document; deletions and insertions are
    marked from the older text to the newer. --format docx writes two documents as an
    old/new table in Korean (신구대조표).

    \b
    Example:
      communique compare scm-52-2020:6.2
      communique compare --documents scm51_2019 scm-52-2020 --format docx --output 표.docx
    """
    if (reference is None) == (documents is None) or (documents and others):
        raise click.UsageError(
            "Give a sentence to compare, or --documents BEFORE AFTER."
        )
    is_docx = output.form == "docx"
    if is_docx is not (file is not None) or (is_docx and not documents):
        raise click.UsageError(
            "--format docx goes with --documents BEFORE AFTER and --output FILE."
        )
    narrowing = (kinds, speakers, sides)
    if documents:
        return _compare_documents(documents, strict, narrowing, file, output, location)
    if any(narrowing):
        raise click.UsageError("--kind, --speaker and --side go with --documents.")
    from search.reading.compare import compare_sentences  # It loads NumPy.

    with open_or_build(location) as index:
        result = compare_sentences(index, reference or "", others, strict=strict)
    if not result.comparisons:
        say("There is no other document to compare with.")
    output.show(
        record=result.to_json,
        table=lambda: table_rows.sentence_comparison_table(
            result.comparisons, result.editions
        ),
        lines=lambda style: comparisons.sentence_comparison_lines(
            result.comparisons, style
        ),
    )
    has_counterpart = any(x.comparison.has_counterpart for x in result.comparisons)
    return HITS if has_counterpart else NO_HITS


def _compare_documents(
    documents: tuple[str, str],
    strict: bool,
    narrowing: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]],
    file: Path | None,
    output: Output,
    location: Location,
) -> int:
    """Show two documents; *narrowing* has the kinds, the speakers and their groups."""
    from search.reading.compare import compare_documents

    with open_or_build(location) as index:
        shown = ComparisonFilter.of(index, *narrowing)
        result = compare_documents(index, *documents, strict=strict)
    sentences = result.narrowed(shown)
    if file:
        from search.present.old_new_table import old_new_docx

        file.write_bytes(old_new_docx(result, sentences))
        rows = "1 row" if len(sentences) == 1 else f"{len(sentences)} rows"
        say(f"{rows} written to {visible(str(file))}")
        return HITS if sentences else NO_HITS
    output.show(
        record=lambda: result.to_json(shown),
        table=lambda: table_rows.comparison_table(sentences, result.editions),
        lines=lambda style: comparisons.document_lines(result, style, shown),
    )
    return HITS if sentences else NO_HITS


@click.command(cls=Command)
@click.argument("phrase", nargs=-1, required=True)
@click.option(
    "--phrase",
    "others",
    metavar="PHRASE",
    multiple=True,
    help="With --format svg: draw this phrase too; repeat it for up to five in all.",
)
@click.option(
    "--normalize",
    "normalized",
    is_flag=True,
    help="With --format svg: draw sentences in 100 sentences of each year.",
)
@picture_options
@index_option
def trace(
    phrase: tuple[str, ...],
    others: tuple[str, ...],
    normalized: bool,
    output: Output,
    location: Location,
) -> int:
    """Count the sentences with PHRASE in each document, by date.

    The closest sentence of each document is shown below the counts. --format svg draws the
    sentences of each year.

    \b
    Example:
      communique trace 주한미군
    """
    if output.form == "svg":
        phrases = (" ".join(phrase), *others)
        return _draw(phrases, output, location, normalized=normalized)
    if others or normalized:
        raise click.UsageError("--phrase and --normalize go with --format svg.")
    with open_or_build(location) as index:
        result = traces.trace(index, " ".join(phrase))
    output.note(result.notes)
    output.show(
        record=result.to_json,
        table=lambda: table_rows.trace_table(result.documents),
        lines=lambda style: comparisons.trace_lines(result.documents, style),
    )
    if not result:
        say("No sentence was found.")
    return HITS if result else NO_HITS


def _draw(
    phrases: tuple[str, ...], output: Output, location: Location, *, normalized: bool
) -> int:
    """Print a picture of *phrases* by year."""
    if len(phrases) > MOST_SERIES:
        raise click.UsageError(f"A picture has at most {MOST_SERIES} phrases.")
    with open_or_build(location) as index:
        sizes = traces.sentences_by_year(index)
        counts = [traces.phrase_years(index, phrase) for phrase in phrases]
        undated = sum(not edition.year for edition in index.editions)
    if not sizes:
        raise click.UsageError("No document has a year, so there is nothing to draw.")
    output.note(note for each in counts for note in each.notes)
    if undated:
        say(f"{undated} of the documents have no year, and are left out.")
    unit = "Sentences in 100 sentences" if normalized else "Sentences"
    title = f"{unit} by year: {', '.join(phrases)}"
    chart = phrase_chart(title, counts, sizes, normalized=normalized)
    click.echo(line_svg(chart, standalone=True), nl=False)
    return HITS if any(each.by_year for each in counts) else NO_HITS


@click.command(cls=Command)
@click.option(
    "--document", metavar="DOCUMENT", help="Show the terms of this document only."
)
@limit_option
@table_options
@index_option
def terms(document: str | None, limit: int, output: Output, location: Location) -> int:
    """Show the compounds that set each document apart.

    A compound is listed if it is significantly more or less frequent than in the other
    documents, by log-likelihood (G²). In an index of one document, the most frequent
    compounds are listed.

    \b
    Example:
      communique terms --document scm-52-2020
    """
    with open_or_build(location) as index:
        keywords = keywords_of(index, document, limit)
    output.show(
        record=lambda: {"documents": [each.to_json() for each in keywords]},
        table=lambda: table_rows.term_table(keywords),
        lines=lambda style: comparisons.term_lines(keywords, style),
    )
    return HITS if any(each.terms for each in keywords) else NO_HITS


@click.command(cls=QueryCommand, context_settings={"ignore_unknown_options": True})
@click.argument("query", metavar="WORD", nargs=-1, required=True)
@search_options
@click.option(
    "--sort",
    "order",
    type=click.Choice(["left", "right", "place"]),
    default="place",
    show_default=True,
    help="Sort by the words to the left, by the text to the right, or by the date of the"
    " document and the position in it.",
)
@click.option(
    "--width",
    type=click.IntRange(min=1),
    metavar="COLUMNS",
    help="Columns of text on each side of WORD.  [default: as many as the terminal has room for]",
)
@table_options
@index_option
def concordance(
    query: tuple[str, ...],
    options: SearchOptions,
    order: Order,
    width: int | None,
    output: Output,
    location: Location,
) -> int:
    """Show each occurrence of WORD on a line, in its context.

    WORD is any query, and the filters are those of `search`.

    \b
    Example:
      communique concordance 억제 --sort right --speaker 에스퍼
    """
    with open_or_build(location) as index:
        result = concordances.concordance(index, " ".join(query), order, options)
        editions = index.editions_by_name
    lines = result.lines
    output.note(result.notes)
    output.show(
        record=result.to_json,
        table=lambda: table_rows.concordance_table(lines, editions),
        lines=lambda style: concordance_lines(
            lines, style, width or context_width(lines, style)
        ),
    )
    if not lines:
        say("No sentence was found.")
    return HITS if lines else NO_HITS
