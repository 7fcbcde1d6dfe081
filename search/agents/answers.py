"""The parts of answers: sentences with their citations, changes, and checks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from indexer.ingest.sentence import Sentence
from search.index import Index
from search.present.citation import full_citation
from search.present.terminal import PLAIN

if TYPE_CHECKING:
    from search.drafts.report import QuotationCheck
    from search.reading.comparison import Comparison


def plain_text(sentences: Iterable[dict[str, Any]]) -> str:
    """Return sentences as lines of id and text, for a resource."""
    return "".join(f"{each['id']}\t{each['text']}\n" for each in sentences)


def cited(index: Index, sentence: Sentence) -> dict[str, Any]:
    """Return the id, the citation and the text of a sentence."""
    edition = index.editions_by_name[sentence.document]
    return {
        "id": sentence.id,
        "citation": full_citation(sentence, edition),
        "text": sentence.text,
    }


def compared(index: Index, comparison: Comparison) -> dict[str, Any]:
    """Return a comparison with its change marked in the text."""
    from search.present.comparisons import changed_text

    return {
        "status": comparison.status,
        "before": comparison.before.id if comparison.before else None,
        "after": comparison.after.id if comparison.after else None,
        "citation": cited(index, comparison.sentence)["citation"],
        "text": changed_text(comparison, PLAIN),
    }


def checked(index: Index, check: QuotationCheck) -> dict[str, Any]:
    """Return the check of a quotation, with its sources or the nearest sentences."""
    from search.present.comparisons import diff_text

    sources = [cited(index, sentence) for sentence in check.sentences]
    is_altered = check.status == "altered"
    return {
        "line": check.quotation.line,
        "quotation": check.quotation.text,
        "status": check.status,
        "likeness": round(check.likeness, 2),
        "changes": diff_text(check.segments, PLAIN) if is_altered else None,
        "nearest" if check.status == "missing" else "source": sources,
        "wrong_citations": check.wrong_citations,
    }
