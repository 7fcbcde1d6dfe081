"""Dates as communiqués write them, and datelines: lines of a date and a place alone."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

YEAR = r"(?<!\d)(?P<year>(?:19|20)\d\d)"
_MONTHS = [
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
]
_BESIDE = " \t\u3000,，./·~()（）[]〈〉<>"
_LONGEST_PLACE = 40
"""Characters of a place in a dateline."""
_STATES_MORE = r"제\s*\d|(?:다|음|함|임)\.?\s*$"
"""A number or a verb, which a place does not have. Compiled on first use."""


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of a date, compiled on first use: a search needs none.

    `2020년 10월 14일(수)`, `2020. 10. 14.`, `October 14, 2020` and `14 October 2020`.
    """
    month = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
    weekday = r"(?:\s*[(（][월화수목금토일](?:요일)?[)）])?"
    patterns = (
        rf"{YEAR}\s*년\s*(?P<month>\d{{1,2}})\s*월\s*(?P<day>\d{{1,2}})\s*일{weekday}",
        rf"{YEAR}\s*([-./])\s*(?P<month>\d{{1,2}})\s*\2\s*(?P<day>\d{{1,2}})(?!\d)\.?{weekday}",
        rf"\b{month}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{YEAR}(?!\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{month},?\s+{YEAR}(?!\d)",
    )
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


def first_date(line: str) -> date | None:
    """Return the first valid date in *line*, None without one."""
    for pattern in _patterns():
        for match in pattern.finditer(line):
            try:
                return date(
                    int(match["year"]), _month(match["month"]), int(match["day"])
                )
            except ValueError:
                continue  # A thirteenth month is a misprint, not a date.
    return None


def split_at_date(line: str) -> tuple[str, str] | None:
    """Return the text before and the text behind the date of *line*, None without a date."""
    for pattern in _patterns():
        if match := pattern.search(line):
            return line[: match.start()], line[match.end() :]
    return None


def without_dates(line: str) -> str:
    """Delete the dates from *line*."""
    for pattern in _patterns():
        line = pattern.sub("", line)
    return line


def is_dateline(line: str) -> bool:
    """Return whether *line* is a date with at most a place: `(서울, 2016. 10. 20.)`.

    The place stands behind the date, or before it with a mark between.
    """
    parts = split_at_date(line.strip())
    if not parts:
        return False
    before, behind = parts
    has_mark = before.rstrip().endswith(tuple(_BESIDE.strip())) or not before
    return (
        has_mark
        and not (before.strip(_BESIDE) and behind.strip(_BESIDE))
        and not any(
            len(part) > _LONGEST_PLACE or re.search(_STATES_MORE, part)
            for part in parts
        )
    )


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS.index(text.lower()) + 1
