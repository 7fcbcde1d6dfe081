"""An explanation of a query, and of a sentence's score, as lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from indexer.analysis.analyzer import PAIR_SEPARATOR
from indexer.text.control_characters import printable, visible
from search.explain import Explanation, RunReading


def explanation_lines(explanation: Explanation) -> Iterator[str]:
    """Yield the lines of the query: runs, terms, notes; then those of the sentence.

    The sentence has a line with the score of each term, or the reason why the query
    does not match it.
    """
    return map(printable, _lines(explanation))


def _lines(explanation: Explanation) -> Iterator[str]:
    yield f"query   {explanation.query}"
    yield from _run_lines(explanation.runs)
    yield f"terms   {_weighted(explanation.weights)}"
    for note in explanation.notes:
        yield f"note    {note}"
    reading = explanation.sentence
    if reading is None:
        return
    yield ""
    yield f"{visible(reading.sentence.id)}  {reading.sentence.text}"
    yield from _run_lines(reading.runs)
    if reading.mismatch is not None:
        yield f"not found: the sentence {reading.mismatch}"
        return
    if reading.match:
        yield f"found: {reading.match}"
    for term in reading.scores:
        yield (
            f"{term.score:9.4f}  {_term(term.term)}: {term.frequency} in a sentence of"
            f" {term.length} terms, in {term.sentences} sentences, weight {term.weight:g}"
        )
    yield f"{reading.score:9.4f}  in all"


def _run_lines(runs: Sequence[RunReading]) -> Iterator[str]:
    for run in runs:
        morphemes = " + ".join(run.morphemes) or run.script
        yield f"  {run.run}: {morphemes} → {' '.join(run.terms) or 'no term'}"


def _weighted(weights: Mapping[str, float]) -> str:
    """Return terms with their weights as `전작권 =전작권^0.5`; a weight of 1 is left out."""
    return " ".join(
        _term(term) if weight == 1 else f"{_term(term)}^{weight:g}"
        for term, weight in weights.items()
    )


def _term(term: str) -> str:
    """Return a term as it is, or a pair in quotation marks: `"신뢰 구축"`."""
    return f'"{term}"' if PAIR_SEPARATOR in term else term
