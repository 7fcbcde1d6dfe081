"""The compounds that tell a document from others, by the log-likelihood ratio G².

Dunning, "Accurate methods for the statistics of surprise and coincidence" (1993), as
Rayson and Garside apply it to corpora, "Comparing corpora using frequency profiling"
(2000): for a word that stands a times among c words here and b times among d elsewhere,
with E1 = c(a + b) / (c + d) and E2 = d(a + b) / (c + d) expected,
G² = 2 (a ln(a / E1) + b ln(b / E2)). It trusts few counts less than many, which ratios
do not, and needs no normal distribution, as chi-squared does.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from indexer.analysis.analyzer import NOUN_RUN_MARK, Analysis, Analyzer
from indexer.ingest.sentence import Sentence
from indexer.text.folding import compact

SIGNIFICANT = 3.84
"""What G² exceeds by chance once in twenty times, by chi-squared of one degree."""


@dataclass(frozen=True, slots=True)
class Term:
    """A compound and its counts: `here` in the document, `elsewhere` in the others.

    `g2` and `direction` are None where there is nothing to compare with.
    """

    term: str
    here: int
    elsewhere: int
    g2: float | None = None
    direction: Literal["more", "less"] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the term as a JSON object."""
        g2 = None if self.g2 is None else round(self.g2, 4)
        return {**asdict(self), "g2": g2}


def compounds(analysis: Analysis, text: str) -> Iterator[str]:
    """Yield the noun runs of a sentence as they are written, and the words in letters.

    A word in letters, KIDD or THAAD, is no noun run to the analysis but is one to the
    reader. The verbs that the analysis has beside the noun runs, 논의하다 beside 논의, are
    told by their spans, which do not cover the whole of them.
    """
    for token in analysis.noun_run_terms:
        written = text[token.start : token.end]
        if token.term == NOUN_RUN_MARK + compact(written):
            yield token.term.removeprefix(NOUN_RUN_MARK)
    for token in analysis.morphemes:
        written = text[token.start : token.end]
        if len(written) > 1 and written.isascii() and written.isalpha():
            yield written


def counted(sentences: Iterable[Sentence], analyzer: Analyzer) -> Counter[str]:
    """Count the compounds of *sentences*."""
    return Counter(
        term
        for sentence in sentences
        for term in compounds(analyzer.analyze(sentence.text), sentence.text)
    )


def keywords(here: Counter[str], elsewhere: Counter[str]) -> list[Term]:
    """Return the compounds that are more or less frequent here than by chance.

    The most telling come first. Where there is nothing elsewhere, all are returned, the
    most frequent first.
    """
    if not elsewhere:
        return [Term(term, n, 0) for term, n in _by_count(here)]
    c, d = here.total(), elsewhere.total()
    terms = (
        _term(term, here[term], elsewhere[term], c, d) for term in here | elsewhere
    )
    telling = [term for term in terms if (term.g2 or 0) > SIGNIFICANT]
    return sorted(telling, key=lambda t: (-(t.g2 or 0), t.term))


def log_likelihood(a: int, b: int, c: int, d: int) -> float:
    """Return G² for *a* of *c* words against *b* of *d*."""
    expected = ((a + b) * c / (c + d), (a + b) * d / (c + d))
    found = zip((a, b), expected, strict=True)
    # Where both shares are equal, rounding could leave less than nothing.
    return max(0.0, 2 * sum(n * math.log(n / e) for n, e in found if n))


def _term(term: str, a: int, b: int, c: int, d: int) -> Term:
    direction: Literal["more", "less"] = "more" if a * d > b * c else "less"
    return Term(term, a, b, log_likelihood(a, b, c, d), direction)


def _by_count(counts: Counter[str]) -> Sequence[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
