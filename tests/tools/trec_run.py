"""TREC runs: read with their errors named, and compared topic by topic."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ir_measures import Measure, ScoredDoc

Scores = Mapping[str, Mapping[Measure, float]]
"""The value of each measure for each topic."""


class RunError(Exception):
    """A file is not a TREC run; the message names the file, its line and the remedy."""


class Comparison(NamedTuple):
    """The differences between two runs, over topics, of one measure.

    `mean` is positive if the first run is better; `error` is the standard error of the
    mean, NaN for one topic.
    """

    first: float
    second: float
    mean: float
    error: float
    better: int
    worse: int
    equal: int


def read_run(path: Path) -> list[ScoredDoc]:
    """Return the hits of the run in *path*.

    Raises:
        RunError: The file cannot be read, is empty or has a line of another form.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise RunError(f"cannot read the run {path}: {reason}.") from error
    hits = parse_run(text, str(path))
    if not hits:
        raise RunError(f"the run {path} has no lines; write one with --run FILE.")
    return hits


def parse_run(text: str, name: str = "run") -> list[ScoredDoc]:
    """Return the hits of a run, scored by rank, so that hits of equal score keep it.

    Raises:
        RunError: A line is not `topic Q0 document rank score tag`, or repeats a document.
    """
    hits: dict[tuple[str, str], ScoredDoc] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            topic, _, document, rank, score, _ = line.split()
            hit = ScoredDoc(topic, document, -float(int(rank)))
            float(score)
        except ValueError:
            raise RunError(
                f"line {number} of the run {name} is not of the form 'topic Q0 document"
                " rank score tag'; write a run with --run FILE."
            ) from None
        if (topic, document) in hits:
            raise RunError(
                f"line {number} of the run {name} has the document {document} of topic"
                f" {topic} again; remove one of the two lines."
            )
        hits[topic, document] = hit
    return list(hits.values())


def compare(first: Scores, second: Scores, measure: Measure) -> Comparison:
    """Return the paired comparison over the topics of *first*, of which there is one."""
    pairs = [
        (values.get(measure, 0.0), second.get(topic, {}).get(measure, 0.0))
        for topic, values in first.items()
    ]
    differences = [one - other for one, other in pairs]
    equal = sum(math.isclose(one, other, abs_tol=1e-9) for one, other in pairs)
    better = sum(difference > 1e-9 for difference in differences)
    error = math.nan
    if len(pairs) > 1:
        error = statistics.stdev(differences) / math.sqrt(len(pairs))
    return Comparison(
        first=statistics.fmean(one for one, _ in pairs),
        second=statistics.fmean(other for _, other in pairs),
        mean=statistics.fmean(differences),
        error=error,
        better=better,
        worse=len(pairs) - equal - better,
        equal=equal,
    )


def comparison_table(first: Scores, second: Scores, measures: Sequence[Measure]) -> str:
    """Return the comparison of each measure as a line of a table."""
    heads = f"{'here':>8}{'there':>8}{'difference':>12}{'s.e.':>8}"
    lines = [f"{'':16}{heads}{'better':>8}{'worse':>7}{'equal':>7}"]
    for measure in measures:
        one = compare(first, second, measure)
        error = "-" if math.isnan(one.error) else f"{one.error:.4f}"
        lines.append(
            f"{short_name(measure):16}{one.first:8.4f}{one.second:8.4f}{one.mean:+12.4f}"
            f"{error:>8}{one.better:8}{one.worse:7}{one.equal:7}"
        )
    return "\n".join(lines)


def short_name(measure: Measure) -> str:
    """Return the name of a measure with S for Success, as in S@1."""
    return str(measure).replace("Success", "S")
