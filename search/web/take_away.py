"""All hits of a search as a file: CSV for Excel, Markdown, or their citations."""

from __future__ import annotations

from typing import Literal

from indexer.errors import CommuniqueError
from search.index import Index
from search.limits import LONGEST_QUERY
from search.messages import Note
from search.present.table_format import markdown_lines, to_csv
from search.present.table_rows import concordance_table, hit_table
from search.query.parser import check_length
from search.web.concordance_lines import lines_of
from search.web.page_search import search, search_options
from search.web.page_state import PageState
from search.web.translations import Translations

Form = Literal["csv", "markdown", "citations"]

FILES: dict[Form, tuple[str, str]] = {
    "csv": ("communique.csv", "text/csv; charset=utf-8"),
    "markdown": ("communique.md", "text/markdown; charset=utf-8"),
    "citations": ("communique.txt", "text/plain; charset=utf-8"),
}
"""The name and the media type of each form."""

MOST_HITS = 5_000


class TooManyHitsError(CommuniqueError):
    """A search has more hits than one file of the server may have."""

    def __init__(self, total: int) -> None:
        super().__init__(
            Note(
                "the search has {total:,} hits, and a file has at most {most:,}; narrow it,"
                " or use `communique search --limit all --format csv`.",
                total=total,
                most=MOST_HITS,
            )
        )


def exported_hits(
    index: Index, state: PageState, texts: Translations, form: Form
) -> bytes:
    """Return all hits of *state* in a form, or the lines of its concordance as a table.

    They are in the order of the page. The citations are those of the hits in each view.

    Raises:
        TooManyHitsError: There are more than `MOST_HITS`.
        CommuniqueError: The query or a filter is invalid.
    """
    check_length(state.q, LONGEST_QUERY)
    total = search(index, state, limit=0).total
    if total > MOST_HITS:
        raise TooManyHitsError(total)
    if state.view == "concordance" and form != "citations":
        lines = lines_of(index, state, search_options(state)).lines
        table = concordance_table(lines, index.editions_by_name)
    else:
        result = search(index, state, limit=total)
        table = hit_table(result)
    if form == "csv":
        text = to_csv(table, bom=True)
    elif form == "markdown":
        text = "\n".join([*markdown_lines(table), ""])
    else:
        text = "".join(
            f"{sentence.text}\n({texts.citation(sentence, result.editions[sentence.document])})\n\n"
            for sentence in (hit.sentence for hit in result)
        )
    return text.encode(errors="backslashreplace")
