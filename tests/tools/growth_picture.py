"""Draw the growth of the benchmark: opening and warm queries by the size of the index.

    python tests/tools/growth_picture.py [RECORD]

RECORD is the raw samples of `benchmark.py --only growth`. The picture is written beside
it, as SVG with logarithmic axes: linear growth rises half as far as it goes to the right.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import log10
from pathlib import Path
from statistics import median

RECORD = Path(__file__).resolve().parents[1] / "records" / "benchmark-growth.jsonl"
LINES = {
    "growth opening": ("one search as a process", "#1f5fa8"),
    "growth p95": ("warm query, 95th percentile", "#b3541e"),
    "growth p50": ("warm query, median", "#2e7d4f"),
}
"""The rows that are drawn, with their labels and colours."""
UNITS = {"s": 1000.0, "ms": 1.0}
WIDTH, HEIGHT, LEFT, BOTTOM = 640, 400, 70, 350
"""The size of the picture, and the lower left corner of its plot."""
FIRST, DECADE = 0.1, 80.0
"""The time in milliseconds on the lower edge, and the height of a factor of ten."""


def points(record: Path) -> Mapping[str, Sequence[tuple[float, float]]]:
    """Return for each row the sizes and the medians of the rounds, in milliseconds."""
    samples = [json.loads(line) for line in record.read_text().splitlines()[1:]]
    values: dict[tuple[str, float], list[float]] = defaultdict(list)
    for sample in samples:
        if sample["row"] in LINES:
            key = sample["row"], float(sample["system"].replace(",", ""))
            values[key].append(sample["value"] * UNITS[sample["unit"]])
    rows: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for (row, size), times in sorted(values.items()):
        rows[row].append((size, median(times)))
    return rows


def place(size: float, time: float) -> tuple[float, float]:
    """Return where a time is drawn: 10,000 to 1,000,000 lines from left to right."""
    return (
        LEFT + 2 * DECADE * log10(size / 10_000),
        BOTTOM - DECADE * log10(time / FIRST),
    )


def elements(rows: Mapping[str, Sequence[tuple[float, float]]]) -> Iterator[str]:
    """Yield the elements of the picture."""
    right = place(1_000_000, 1)[0]
    for time in (0.1, 1, 10, 100, 1000):
        _, y = place(10_000, time)
        label = f"{time:g} ms" if time < 1000 else "1 s"
        yield f'<path d="M{LEFT} {y:.0f}H{right:.0f}" stroke="#ccc"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.0f}" text-anchor="end">{label}</text>'
    for size in (10_000, 100_000, 1_000_000):
        x, _ = place(size, 1)
        yield f'<text x="{x:.0f}" y="{BOTTOM + 20}" text-anchor="middle">{size:,}</text>'
    yield f'<text x="{right:.0f}" y="{BOTTOM + 40}" text-anchor="end">sentences</text>'
    for row, (label, colour) in LINES.items():
        drawn = [place(size, time) for size, time in rows[row]]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in drawn)
        x, y = drawn[-1]
        yield f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield from (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
            for x, y in drawn
        )
        yield f'<text x="{x + 10:.0f}" y="{y + 4:.0f}" fill="{colour}">{label}</text>'


def main() -> None:
    """Write the picture."""
    record = Path(sys.argv[1]) if len(sys.argv) > 1 else RECORD
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="sans-serif" font-size="13">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
    )
    picture = "\n".join([head, *elements(points(record)), "</svg>\n"])
    record.with_suffix(".svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
