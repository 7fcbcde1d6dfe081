"""The edition of a document: its number in a series, its date, its place and its year.

`read_edition` takes them from the title and the date line, and from the name of the file
where these have none. It does not guess: what the text does not state is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from indexer.ingest.dates import YEAR, first_date, split_at_date, without_dates

if TYPE_CHECKING:
    from indexer.ingest.document import Document

# Compiled where they are used, which `re` caches: a search imports `Edition` and should
# not wait for them.
_NUMBER = (
    r"(?i)제\s*(\d{1,4})\s*[차회]|(?<![\d·.])(\d{1,4})\s*차(?![가-힣])"
    r"|(?<!\d)(\d{1,4})(?:st|nd|rd|th)\b"
)
_SERIES_NAME = r"[^\W\d_]+[-_ ]?(\d{1,3})[-_ ](?:19|20)\d\d(?!\d)"
"""A file name such as scm-52-2020: a series, a number, a year."""
_PERSON = r"(?:장관|총리|대통령|의장|대표|위원장|사령관|국무위원)(?:$|[\s(,·])"
"""The office of a signatory, whose name is no place."""
_BESIDE_PLACE = " \t\u3000,，·/()（）"


class Edition(NamedTuple):
    """Which edition of a series a document is.

    `date` is in ISO format (`2020-10-14`); `number` is the 52 of 제52차; `year` is also
    set where only the year of the date is known.
    """

    document: str
    title: str | None
    number: int | None
    date: str | None
    place: str | None
    year: int | None

    def to_json(self) -> dict[str, Any]:
        """Return the fields by their names, as JSON output shows them."""
        return self._asdict()


def by_date(editions: Iterable[Edition]) -> list[Edition]:
    """Sort *editions* from oldest to newest; undated ones come last."""
    # A year without a date comes before the dates of that year.
    return sorted(
        editions, key=lambda e: (not e.year, e.date or str(e.year), e.number or 0)
    )


def edition_of(document: Document) -> Edition:
    """Return the edition that the title, date line and name of *document* state."""
    return read_edition(document.name, document.title, document.dateline)


def read_edition(name: str, title: str | None, dateline: str | None) -> Edition:
    """Return the edition that a document's name, title and date line state.

    The date line takes precedence for date and year, the title for the number. The place
    is the rest of the dateline: 워싱턴 D.C. of `2020. 10. 14., 워싱턴 D.C.`
    """
    lines = [line for line in (dateline, title) if line]
    date = next((date for line in lines if (date := first_date(line))), None)
    return Edition(
        document=name,
        title=title,
        number=_number(title, name),
        date=date.isoformat() if date else None,
        place=_place(dateline) if dateline else None,
        year=date.year if date else _year([*lines, name]),
    )


def _year(lines: Iterable[str]) -> int | None:
    for line in lines:
        if match := re.search(rf"{YEAR}(?!\d)", line):
            return int(match["year"])
    return None


def _number(title: str | None, name: str) -> int | None:
    title = without_dates(title or "")  # 14th October is not the fourteenth edition.
    if title and (match := re.search(_NUMBER, title)):
        return int(next(filter(None, match.groups())))
    match = re.search(_NUMBER, name) or re.match(_SERIES_NAME, name)
    return int(next(filter(None, match.groups()))) if match else None


def _place(dateline: str) -> str | None:
    """Return the text behind the date, or before it if there is none behind."""
    for part in reversed(split_at_date(dateline) or ()):
        place = re.sub(r"(?<=[가-힣])에서$", "", part.strip(_BESIDE_PLACE))
        if place and not re.search(_PERSON, place):
            return place
    return None
