"""The picture of a chart has its numbers, to scale, and nothing of a name as markup."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.present.charts import Chart, Series, axis, phrase_chart
from search.present.timeline_svg import COLOURS, line_svg, stacked_svg
from search.reading.trace import PhraseYears

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "\"><script>alert(1)</script>&'"

COUNTS = st.lists(st.integers(0, 5_000), min_size=3, max_size=3)


def chart(*values: tuple[float | None, ...]) -> Chart:
    series = tuple(Series(f"가{n}", n, each) for n, each in enumerate(values, 1))
    return Chart("제목", (2018, 2019, 2020), series)


def drawn(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 (of this program)


def heights(root: ET.Element, colour: int) -> list[float]:
    return [
        float(each.get("height", "0"))
        for group in root.iter(f"{SVG}g")
        for each in group.iter(f"{SVG}rect")
        if each.get("class") == f"s{colour}"
    ]


@given(COUNTS, COUNTS)
def test_bars_are_as_high_as_their_numbers(one: list[int], two: list[int]) -> None:
    root = drawn(stacked_svg(chart(tuple(one), tuple(two)), standalone=True))
    totals = [sum(pair) for pair in zip(one, two, strict=True)]
    ticks = [
        float((each.text or "").replace(",", ""))
        for each in root.iter(f"{SVG}text")
        if each.get("text-anchor") == "end"
    ]

    assert max(totals) <= max(ticks)
    assert len(ticks) <= 6
    scale = 106 / max(ticks)
    for colour, values in ((1, one), (2, two)):
        expected = [value * scale for value in values if value]
        assert heights(root, colour) == pytest.approx(expected, abs=0.11)


def test_a_line_skips_a_year_without_documents() -> None:
    root = drawn(line_svg(chart((1, None, 3)), standalone=True))

    assert len([*root.iter(f"{SVG}circle")]) == 2
    titles = [each.text for each in root.iter(f"{SVG}title")]
    assert titles == ["제목", "2018: 가1 1", "2019: 가1 –", "2020: 가1 3"]


@pytest.mark.parametrize("draw", [stacked_svg, line_svg])
def test_names_are_text(draw: object) -> None:
    assert callable(draw)
    hostile = Chart(HOSTILE, (2019,), (Series(HOSTILE, 1, (1,)),), (f"/?q={HOSTILE}",))
    for standalone in (True, False):
        svg = draw(hostile, standalone=standalone)
        assert "<script" not in svg
        assert "style=" not in svg
        assert {each.tag.removeprefix(SVG) for each in drawn(svg).iter()} <= {
            *("svg", "title", "rect", "path", "text", "g", "a", "circle")
        }


def test_a_long_name_is_cut_to_its_share_of_the_legend() -> None:
    names = [f"{n} 한반도의 평화와 안정을 위한 노력" for n in range(1, 6)]
    series = tuple(Series(name, n, (1, 1, 1)) for n, name in enumerate(names, 1))
    root = drawn(line_svg(Chart("", (1, 2, 3), series), standalone=True))
    legend = [each for each in root.iter(f"{SVG}text") if each.get("y") == "14"]

    assert [(each.text or "")[-1] for each in legend] == ["…"] * len(COLOURS)
    assert max(float(each.get("x", "0")) for each in legend) < 420


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        ([2020, 2017], (2017, 2018, 2019, 2020)),
        ([1648, 2020, 1648], (1648, 2020)),
        ([], ()),
    ],
)
def test_the_years_of_an_axis(years: list[int], expected: tuple[int, ...]) -> None:
    assert axis(years) == expected


def test_a_chart_is_normalized_by_the_sentences_of_the_year() -> None:
    counts = [PhraseYears("가", {2018: 3, 2020: 1}, {}, ())]
    sizes = {2018: 60, 2020: 10}

    plain = phrase_chart("", counts, sizes)
    normalized = phrase_chart("", counts, sizes, normalized=True)
    assert plain.series[0].values == (3, None, 1)
    assert normalized.series[0].values == (5, None, 10)
