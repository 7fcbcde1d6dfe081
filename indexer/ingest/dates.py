"""Dates as communiqués write them, and the lines that hold nothing but a date and a place."""

from __future__ import annotations

import re
from datetime import date

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
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_WEEKDAY = r"(?:\s*[(（][월화수목금토일](?:요일)?[)）])?"
_DATES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{YEAR}\s*년\s*(?P<month>\d{{1,2}})\s*월\s*(?P<day>\d{{1,2}})\s*일{_WEEKDAY}",
        rf"{YEAR}\s*([-./])\s*(?P<month>\d{{1,2}})\s*\2\s*(?P<day>\d{{1,2}})(?!\d)\.?{_WEEKDAY}",
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{YEAR}(?!\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+{YEAR}(?!\d)",
    )
]
"""2020년 10월 14일(수), 2020. 10. 14., October 14, 2020 and 14 October 2020."""

_BESIDE = " \t\u3000,，./·~()（）[]〈〉<>"
_PLACE = 40
"""Characters that the longest place beside a date has."""
_SAYS = re.compile(r"제\s*\d|(?:다|음|함|임)\.?\s*$")
"""What is said of a number or in a verb is more than a place."""


def date_in(line: str) -> date | None:
    """Return the first date of *line* that is one."""
    for pattern in _DATES:
        for match in pattern.finditer(line):
            try:
                return date(
                    int(match["year"]), _month(match["month"]), int(match["day"])
                )
            except ValueError:
                continue  # A thirteenth month is a misprint, not a date.
    return None


def parted(line: str) -> tuple[str, str] | None:
    """Return what stands before and behind the date of *line*, None without a date."""
    for pattern in _DATES:
        if match := pattern.search(line):
            return line[: match.start()], line[match.end() :]
    return None


def without_dates(line: str) -> str:
    """Return *line* without its dates."""
    for pattern in _DATES:
        line = pattern.sub("", line)
    return line


def is_dateline(line: str) -> bool:
    """Tell whether *line* is a date, and a place at most: `(서울, 2016. 10. 20.)`.

    A place stands behind the date, or before it with a mark between.
    """
    if not (parts := parted(line.strip())):
        return False
    before, behind = parts
    apart = before.rstrip().endswith(tuple(_BESIDE.strip())) or not before
    return (
        apart
        and not (before.strip(_BESIDE) and behind.strip(_BESIDE))
        and not any(len(part) > _PLACE or _SAYS.search(part) for part in parts)
    )


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS.index(text.lower()) + 1
