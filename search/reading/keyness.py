"""Keywords: the compounds that set a document apart, by the log-likelihood ratio G².

Dunning, "Accurate methods for the statistics of surprise and coincidence" (1993), as
Rayson and Garside apply it to corpora, "Comparing corpora using frequency profiling"
(2000). A word occurs a times among the c words of the document, and b times among the d
words of the others. The expected counts are E1 = c(a + b) / (c + d) and
E2 = d(a + b) / (c + d), and G² = 2 (a ln(a / E1) + b ln(b / E2)). Unlike a ratio of
frequencies it is small where counts are small; unlike chi-squared it assumes no normal
distribution.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from indexer.analysis.analyzer import NOUN_RUN_MARK, Analysis, Analyzer
from indexer.ingest.edition import Edition
from indexer.ingest.sentence import Sentence
from indexer.text.folding import compact
from search.index import Index

SIGNIFICANT = 3.84
"""G² exceeds this by chance in 5 % of cases (chi-squared, one degree of freedom)."""


@dataclass(frozen=True, slots=True)
class Term:
    """A compound and its counts: `here` in the document, `elsewhere` in the others.

    `g2` and `direction` are None in an index of one document.
    """

    term: str
    here: int
    elsewhere: int
    g2: float | None = None
    direction: Literal["more", "less"] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the term as a JSON object; G² has four decimals."""
        g2 = None if self.g2 is None else round(self.g2, 4)
        return {**asdict(self), "g2": g2}


class DocumentKeywords(NamedTuple):
    """A document and its keywords, the highest G² first."""

    edition: Edition
    terms: list[Term]

    def to_json(self) -> dict[str, Any]:
        """Return the document and its keywords as one JSON object."""
        terms = [term.to_json() for term in self.terms]
        return {**self.edition.to_json(), "terms": terms}


def keywords_of(
    index: Index, document: str | None, limit: int
) -> list[DocumentKeywords]:
    """Return the *limit* keywords with the highest G² of a document, or of each.

    Raises:
        CommuniqueError: The index has no such document.
    """
    editions = [index.edition(document)] if document else index.editions
    counts = {
        edition.document: count_compounds(
            index.document(edition.document), index.analyzer
        )
        for edition in index.editions
    }
    total: Counter[str] = sum(counts.values(), Counter())
    return [
        DocumentKeywords(edition, keywords(counts[edition.document], total)[:limit])
        for edition in editions
    ]


def compounds(analysis: Analysis, text: str) -> Iterator[str]:
    """Yield the noun runs of a sentence as written, and its words in Latin letters.

    The analysis has no noun run for a word in Latin letters (KIDD, THAAD), but a reader
    takes it for a noun. A verb term beside a noun run (논의하다 beside 논의) is left out:
    it differs from the text of its span.
    """
    for token in analysis.noun_run_terms:
        written = text[token.start : token.end]
        if token.term == NOUN_RUN_MARK + compact(written):
            yield token.term.removeprefix(NOUN_RUN_MARK)
    for token in analysis.morphemes:
        written = text[token.start : token.end]
        if len(written) > 1 and written.isascii() and written.isalpha():
            yield written


def count_compounds(sentences: Iterable[Sentence], analyzer: Analyzer) -> Counter[str]:
    """Count the compounds of *sentences*."""
    return Counter(
        term
        for sentence in sentences
        for term in compounds(analyzer.analyze(sentence.text), sentence.text)
    )


def keywords(counts: Counter[str], total: Counter[str]) -> list[Term]:
    """Return the compounds significantly more or less frequent than in the other documents.

    The highest G² comes first. In an index of one document all compounds are returned,
    the most frequent first.

    Args:
        counts: How often the document has each compound.
        total: How often all documents have it, this one included.
    """
    other_counts = total - counts
    if not other_counts:
        by_count = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return [Term(term, count, 0) for term, count in by_count]
    c, d = counts.total(), other_counts.total()
    terms = (_term(term, counts[term], other_counts[term], c, d) for term in total)
    significant = [term for term in terms if (term.g2 or 0) > SIGNIFICANT]
    return sorted(significant, key=lambda t: (-(t.g2 or 0), t.term))


def log_likelihood(a: int, b: int, c: int, d: int) -> float:
    """Return G² for *a* of *c* words against *b* of *d*."""
    expected = ((a + b) * c / (c + d), (a + b) * d / (c + d))
    counts = zip((a, b), expected, strict=True)
    # Rounding can make the sum of two equal shares negative.
    return max(0.0, 2 * sum(n * math.log(n / e) for n, e in counts if n))


def _term(term: str, a: int, b: int, c: int, d: int) -> Term:
    direction: Literal["more", "less"] = "more" if a * d > b * c else "less"
    return Term(term, a, b, log_likelihood(a, b, c, d), direction)
