"""Charts: counts by year as series, for `search.present.timeline_svg` to draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from search.reading.trace import PhraseYears

MOST_SERIES = 5
_LONGEST_SPAN = 60
"""Years between the oldest and the newest, up to which years without documents are shown."""


class Series(NamedTuple):
    """The values of a group or a phrase, one for each year; `colour` is 1 to 5.

    A year without documents has None.
    """

    name: str
    colour: int
    values: tuple[float | None, ...]


class Chart(NamedTuple):
    """Series over years.

    `links` has the address of each year, or is empty; the years of `chosen` are set off.
    """

    title: str
    years: tuple[int, ...]
    series: tuple[Series, ...]
    links: tuple[str, ...] = ()
    chosen: frozenset[int] = frozenset()


def axis(years: Iterable[int]) -> tuple[int, ...]:
    """Return the years of an axis: all from the oldest to the newest.

    Of a longer span only the years that occur are shown.
    """
    ordered = sorted({*years})
    if not ordered or ordered[-1] - ordered[0] > _LONGEST_SPAN:
        return tuple(ordered)
    return tuple(range(ordered[0], ordered[-1] + 1))


def phrase_chart(
    title: str,
    phrases: Sequence[PhraseYears],
    sizes: Mapping[int, int],
    *,
    normalized: bool = False,
) -> Chart:
    """Return a series for each phrase.

    Args:
        title: The title of the picture.
        phrases: At most `MOST_SERIES` phrases.
        sizes: How many sentences each year has.
        normalized: Whether the values are sentences in 100 sentences of their year.
    """
    years = axis(sizes)

    def value(counts: Mapping[int, int], year: int) -> float | None:
        if year not in sizes:
            return None
        count = counts.get(year, 0)
        return 100 * count / sizes[year] if normalized else count

    series = tuple(
        Series(each.phrase, colour, tuple(value(each.by_year, y) for y in years))
        for colour, each in enumerate(phrases, 1)
    )
    return Chart(title, years, series)
