"""The table of the benchmark: samples in, a line of Markdown for each row out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import truediv
from statistics import median
from typing import NamedTuple

OURS = "communique"

Values = Mapping[tuple[str, int], float]
"""Those of a row and a system, by query and round."""


class Sample(NamedTuple):
    """A measurement of one system, for one row of the table."""

    row: str
    system: str
    value: float
    unit: str
    round: int = 1
    query: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: the samples of that name of two systems, and the goal.

    `over` makes one figure of those of several queries.
    """

    name: str
    peer: str | None
    goal: float | None
    compare: Callable[[float, float], float] = truediv
    over: Callable[[Iterable[float]], float] = median
    ours: str = OURS

    def cells(self, samples: Sequence[Sample]) -> list[str]:
        """Return name, our figure, the peer's, their ratio or difference, goal and result."""
        unit = next(sample.unit for sample in samples if sample.row == self.name)
        ours, peer = (
            _values(samples, self.name, who) for who in (self.ours, self.peer)
        )
        left = "" if self.ours == OURS else f"{self.ours} "
        cells = [self.name, left + self._typical(ours, unit), self.peer or ""]
        if self.peer:
            both = ours.keys() & peer.keys()
            ours = {key: self.compare(ours[key], peer[key]) for key in both}
            cells[2] += f" {self._typical(peer, unit)}"
            unit = "×" if self.compare is truediv else unit
        spread = (
            f" ({number(min(ours.values()))}–{number(max(ours.values()))})"
            if ours
            else ""
        )
        cells.append(self._typical(ours, unit) + spread)
        if self.goal is None:
            return [*cells, "", ""]
        met = ("yes" if self._figure(ours) <= self.goal else "no") if ours else ""
        return [*cells, f"≤ {number(self.goal)} {unit}", met]

    def _typical(self, values: Values, unit: str) -> str:
        return f"{number(self._figure(values))} {unit}" if values else "–"

    def _figure(self, values: Values) -> float:
        of_query = defaultdict(list)
        for (query, _), value in values.items():
            of_query[query].append(value)
        return self.over([median(each) for each in of_query.values()])


def _values(samples: Iterable[Sample], row: str, system: str | None) -> Values:
    matching = (s for s in samples if (s.row, s.system) == (row, system))
    return {(sample.query, sample.round): sample.value for sample in matching}


def number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(
    rows: Iterable[Row], samples: Sequence[Sample], missing: Mapping[str, str]
) -> str:
    """Return those of *rows* that were measured, in Markdown, and which peers are missing."""
    measured = {(sample.row, sample.system) for sample in samples}
    lines = [row.cells(samples) for row in rows if (row.name, row.ours) in measured]
    head = ["", "ours", "beside", "measured (spread)", "goal", "met"]
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    lines = [head, ["-" * width for width in widths], *lines]
    text = [f"| {' | '.join(map(str.ljust, line, widths))} |" for line in lines]
    text += [f"{peer} is missing: {reason}" for peer, reason in missing.items()]
    return "\n".join(text)


def percentile(values: Iterable[float], percent: int) -> float:
    """Return a percentile as the peers take theirs."""
    ordered = sorted(values)
    return ordered[len(ordered) * percent // 100]
