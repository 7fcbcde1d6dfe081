"""The command `quotes`: the quotations of a draft against their sources."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from indexer.cli.framework import HITS, NO_HITS, Command, say
from indexer.cli.options import FilePath, index_option
from indexer.location import Location
from search.cli.options import ALL, Limit
from search.cli.output import Output, open_or_build, table_options
from search.drafts.check import check_draft
from search.drafts.files import Draft, read_draft, read_stream
from search.drafts.report import count_statuses
from search.present.quotations import quotation_lines, quotation_table, summary_line


@click.command(cls=Command)
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=FilePath(path_type=Path, readable=False, allow_dash=True),
)
@click.option(
    "--headings",
    is_flag=True,
    help="Also check titles and single words.",
)
@click.option(
    "--limit",
    "-n",
    type=Limit(min=0),
    metavar="N",
    default=ALL,
    help="Show at most N quotations, or all; all are checked.  [default: all]",
)
@table_options
@index_option
def quotes(
    files: tuple[Path, ...],
    headings: bool,
    limit: int,
    output: Output,
    location: Location,
) -> int:
    """Check the quotations of drafts against their sources.

    FILE is a text, Markdown, DOCX, HWPX, HWP, PDF or HTML file, or - for standard input.
    A quotation is exact, exact
    except for spacing and marks, altered, or not found. So is checked whether a citation
    beside it, such as scm-52-2020:11.1 or 제52차 … 11문단 1문장, names its sentence. The
    status is 0 if all quotations are exact and none has a wrong citation, 1 otherwise.

    \b
    Example:
      communique quotes 보고서.md
    """
    drafts = [_read(path) for path in files]
    with open_or_build(location) as index:
        results = [
            check_draft(
                index,
                draft.name,
                draft.text,
                markdown=draft.is_markdown,
                headings=headings,
            )
            for draft in drafts
        ]
        editions = index.editions_by_name
    for result in results:
        output.note(f"{result.name}, {note}" for note in result.notes)
    output.show(
        record=lambda: {
            "counts": count_statuses(results),
            "drafts": [result.to_json(limit) for result in results],
        },
        table=lambda: quotation_table(results, editions, limit),
        lines=lambda style: quotation_lines(results, editions, style, limit),
    )
    if output.form != "json":
        say(summary_line(results))
    is_right = all(check.is_right for result in results for check in result.checks)
    return HITS if is_right else NO_HITS


def _read(path: Path) -> Draft:
    if str(path) == "-":
        return read_stream(sys.stdin.buffer, say)
    return read_draft(path, say)
