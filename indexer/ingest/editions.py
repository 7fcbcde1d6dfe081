"""Which edition of a series a document is: its number, date, place and year.

They are read from what a communiqué says of itself, its title and its date line, and
from the file's name where those are silent. Nothing is guessed: what is not told is
None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from indexer.ingest.dates import YEAR, date_in, parted, without_dates
from indexer.ingest.document import Document
from indexer.ingest.edition import Edition

_YEAR_ALONE = re.compile(rf"{YEAR}(?!\d)")
_NUMBER = re.compile(
    r"제\s*(\d{1,4})\s*[차회]|(?<![\d·.])(\d{1,4})\s*차(?![가-힣])"
    r"|(?<!\d)(\d{1,4})(?:st|nd|rd|th)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_]+[-_ ]?(\d{1,3})[-_ ](?:19|20)\d\d(?!\d)")
"""A name of the kind of scm-52-2020: a series, a number, a year."""

_AROUND_PLACE = " \t\u3000,，·/()（）"
_AT = re.compile(r"(?<=[가-힣])에서$")


def edition_of(document: Document) -> Edition:
    """Return which edition *document* is."""
    return read(document.name, document.title, document.dateline)


def read(name: str, title: str | None, dateline: str | None) -> Edition:
    """Return which edition the document of that name, title and date line is.

    The date line is asked first for date and year, the title for the number; the place
    is what the date line says besides the date.
    """
    lines = [line for line in (dateline, title) if line]
    found = next((date for line in lines if (date := date_in(line))), None)
    return Edition(
        document=name,
        title=title,
        number=_number(title, name),
        date=found.isoformat() if found else None,
        place=_place(dateline) if dateline else None,
        year=found.year if found else _year([*lines, name]),
    )


def _year(lines: Iterable[str]) -> int | None:
    for line in lines:
        if match := _YEAR_ALONE.search(line):
            return int(match["year"])
    return None


def _number(title: str | None, name: str) -> int | None:
    title = without_dates(title or "")  # 14th October is no fourteenth edition.
    if title and (match := _NUMBER.search(title)):
        return int(next(filter(None, match.groups())))
    match = _NUMBER.search(name) or _NAME.match(name)
    return int(next(filter(None, match.groups()))) if match else None


def _place(dateline: str) -> str | None:
    """Return what stands behind the date, or else before it: `워싱턴 D.C.`, `서울`."""
    if parts := parted(dateline):
        for part in reversed(parts):
            if place := _AT.sub("", part.strip(_AROUND_PLACE)):
                return place
    return None
