"""Numbers by year as a picture in SVG: stacked bars, or a line for each phrase.

Colours are attributes, so that a file shows them anywhere. They also have classes
(`s1` to `s5`), by which the style sheet of the page replaces them in the dark.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

from search.present.charts import Chart, Series

COLOURS = ("#1f4e8c", "#b4530a", "#2c7a56", "#7a4fa3", "#6b7280")
"""The colours of series 1 to 5; each has a contrast of 3:1 with white."""
_DASHES = ("", "7 3", "2 3", "9 3 2 3", "1 4")
"""The strokes of lines, which differ without colour too."""

_WIDTH, _HEIGHT = 480, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 8, 24, 20
_SAMPLE = 34
"""The width of a sample in the legend, with the gap behind its name."""
_LABEL_GAP = 48
"""The least distance of two years that have a label."""
_MOST_TICKS = 4
_INK, _LINE, _PAPER = "#1d2129", "#dcd9d1", "#ffffff"


def stacked_svg(chart: Chart, *, standalone: bool = False) -> str:
    """Return bars of which each is the sum of all series in a year.

    Args:
        chart: The series.
        standalone: Whether the picture is a file of its own rather than a part of a page.
    """
    by_year = zip(*(series.values for series in chart.series), strict=True)
    ticks = _ticks([sum(value or 0 for value in values) for values in by_year])
    columns = [
        _column(chart, number, "".join(_bars(chart, number, ticks[-1])))
        for number in range(len(chart.years))
    ]
    legend = _legend(chart, lines=False)
    return _document(chart, [legend, *_axes(chart, ticks), *columns], standalone)


def line_svg(chart: Chart, *, standalone: bool = False) -> str:
    """Return a line for each series, whose points are the years."""
    values = (value or 0 for series in chart.series for value in series.values)
    ticks = _ticks([*values])
    parts = [_legend(chart, lines=True), *_axes(chart, ticks)]
    for series in chart.series:
        points = [
            (_centre(chart, number), _y(value, ticks[-1]))
            for number, value in enumerate(series.values)
            if value is not None
        ]
        parts.append(_line(series, points))
    parts += [_column(chart, number, "") for number in range(len(chart.years))]
    return _document(chart, parts, standalone)


def number_text(value: float | None) -> str:
    """Return a number with at most two decimals: 3, 1.5; a dash for None."""
    return "–" if value is None else f"{round(value, 2):,g}"


def _document(chart: Chart, parts: Sequence[str], standalone: bool) -> str:
    size = f'viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    if not standalone:
        # The table beside it has the same numbers and links.
        start = f'<svg class="timeline" {size} aria-hidden="true" focusable="false">'
        return "".join([start, *parts, "</svg>"])
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} width="{_WIDTH * 2}"'
        f' height="{_HEIGHT * 2}" role="img" font-family="sans-serif">'
        f"<title>{escape(chart.title)}</title>"
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="{_PAPER}"/>'
    )
    return "\n".join([start, *parts, "</svg>", ""])


def _axes(chart: Chart, ticks: Sequence[float]) -> Iterator[str]:
    """Yield a line for each tick, and the labels of the years."""
    for tick in ticks:
        y = _y(tick, ticks[-1])
        yield (
            f'<path class="grid" stroke="{_LINE}" d="M{_LEFT} {y}H{_WIDTH - _RIGHT}"/>'
            + _text(_LEFT - 5, y + 3.5, number_text(tick), "end")
        )
    slot = _slot(chart)
    step = max(1, math.ceil(_LABEL_GAP / slot))
    last = len(chart.years) - 1
    for number, year in enumerate(chart.years):
        # The newest year has a label, and others at the same distance.
        if (last - number) % step == 0:
            yield _text(_centre(chart, number), _HEIGHT - 6, str(year), "middle")


def _legend(chart: Chart, *, lines: bool) -> str:
    """Return a sample of each series with its name, cut to fit in one row."""
    parts = []
    room = (_WIDTH - _LEFT) / max(1, len(chart.series)) - _SAMPLE
    x = float(_LEFT)
    for series in chart.series:
        sample = _stroke(series, f"M{_n(x)} 10.5h14") if lines else _box(series, x)
        name = _cut(series.name, room)
        parts.append(sample + _text(x + 18, 14, name, "start"))
        x += _SAMPLE + _text_width(name)
    return "".join(parts)


def _box(series: Series, x: float) -> str:
    colour = COLOURS[series.colour - 1]
    return (
        f'<rect class="s{series.colour}" fill="{colour}" x="{_n(x + 3)}" y="6"'
        ' width="10" height="10"/>'
    )


def _stroke(series: Series, path: str) -> str:
    colour, dash = COLOURS[series.colour - 1], _DASHES[series.colour - 1]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path class="l{series.colour}" fill="none" stroke="{colour}"'
        f' stroke-width="1.6"{dashed} d="{path}"/>'
    )


def _text_width(text: str) -> float:
    """Return about how wide a text is; a Hangul syllable is twice as wide as a letter."""
    return sum(11.5 if char >= "ᄀ" else 6.5 for char in text)


def _cut(text: str, room: float) -> str:
    if _text_width(text) <= room:
        return text
    while text and _text_width(text) + 8 > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _bars(chart: Chart, number: int, top: float) -> Iterator[str]:
    width = min(22.0, _slot(chart) * 0.72)
    x = _centre(chart, number) - width / 2
    base = 0.0
    for series in chart.series:
        if value := series.values[number]:
            y, bottom = _y(base + value, top), _y(base, top)
            base += value
            colour = COLOURS[series.colour - 1]
            yield (
                f'<rect class="s{series.colour}" fill="{colour}" x="{_n(x)}"'
                f' y="{_n(y)}" width="{_n(width)}" height="{_n(bottom - y)}"/>'
            )


def _line(series: Series, points: Sequence[tuple[float, float]]) -> str:
    path = "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
    dots = "".join(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="2.2"/>' for x, y in points)
    colour = COLOURS[series.colour - 1]
    return (
        _stroke(series, f"M{path}")
        + f'<g class="s{series.colour}" fill="{colour}">{dots}</g>'
    )


def _column(chart: Chart, number: int, content: str) -> str:
    """Return the marks of a year with their numbers as a tooltip, and perhaps a link."""
    numbers = ", ".join(
        f"{series.name} {number_text(series.values[number])}" for series in chart.series
    )
    title = f"<title>{chart.years[number]}: {escape(numbers)}</title>"
    content = f"{title}{_hover_area(chart, number)}{content}"
    if not chart.links:
        return f"<g>{content}</g>"
    return f'<a href="{escape(chart.links[number])}" data-live="" tabindex="-1">{content}</a>'


def _hover_area(chart: Chart, number: int) -> str:
    """Return an area as wide as a year, so that a short bar is easy to hit."""
    x, width = _centre(chart, number) - _slot(chart) / 2, _slot(chart)
    chosen = " chosen" if chart.years[number] in chart.chosen else ""
    return (
        f'<rect class="year{chosen}" fill="none" pointer-events="all" x="{_n(x)}" y="{_TOP}"'
        f' width="{_n(width)}" height="{_HEIGHT - _TOP - _BOTTOM}"/>'
    )


def _text(x: float, y: float, text: str, place: str) -> str:
    anchor = "" if place == "start" else f' text-anchor="{place}"'
    return (
        f'<text fill="{_INK}" font-size="11" x="{_n(x)}" y="{_n(y)}"{anchor}>'
        f"{escape(text)}</text>"
    )


def _slot(chart: Chart) -> float:
    return (_WIDTH - _LEFT - _RIGHT) / max(1, len(chart.years))


def _centre(chart: Chart, number: int) -> float:
    return _LEFT + (number + 0.5) * _slot(chart)


def _y(value: float, top: float) -> float:
    return _HEIGHT - _BOTTOM - value / top * (_HEIGHT - _TOP - _BOTTOM)


def _ticks(values: Sequence[float]) -> list[float]:
    """Return round numbers from 0 to at least the largest value, at most five."""
    largest = max([*values, 0]) or 1
    power = 10 ** math.floor(math.log10(largest / _MOST_TICKS))
    step = next(
        factor * power
        for factor in (1, 2, 2.5, 5, 10)
        if factor * power * _MOST_TICKS >= largest
    )
    if all(value == int(value) for value in values):
        step = max(1, math.ceil(step))
    return [number * step for number in range(math.ceil(largest / step) + 1)]


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
