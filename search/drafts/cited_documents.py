"""The documents that a text names: by number, year, date or name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from indexer.ingest.edition import Edition

_SERIES = re.compile(
    r"제\s*(?P<number>\d{1,4})\s*[차회]|(?<![\d·.])(?P<number2>\d{1,3})\s*차(?=[\sA-Z한공])"
    r"|(?<![\d.])(?P<number3>\d{1,3})(?:st|nd|rd|th)\b|\bSCM[-\s]?(?P<number4>\d{1,3})(?!\d)"
    r"|(?<!\d)(?P<year>(?:19|20)\d\d)(?!\d)|[’']\s*(?P<year2>\d\d)\s*년"
)
_STATEMENT = re.compile(r"[^.?!\n]{0,30}?(?:성명|선언|회의|SCM|문서|보고서|\Z)")
"""The rest of the title of a document."""
_NAME = re.compile(r"[^\s:()\[\]{}“”\"'‘’「」,;<>`]{1,200}")
_SUFFIX = re.compile(r"\.(?:txt|md|hwpx?|pdf|docx|html?)\Z")


class CitedTitle(NamedTuple):
    """The documents that a text names, none if the index lacks them, and its offset."""

    documents: tuple[str, ...]
    start: int


class CitedDocuments:
    """Finds the documents of an index by the way in which a draft names them."""

    def __init__(self, editions: Mapping[str, Edition]) -> None:
        self._editions = editions
        self._by_number: dict[int, list[Edition]] = defaultdict(list)
        self._by_year: dict[int, list[Edition]] = defaultdict(list)
        for edition in editions.values():
            if edition.number is not None:
                self._by_number[edition.number].append(edition)
            if edition.year is not None:
                self._by_year[edition.year].append(edition)

    def named(self, name: str) -> tuple[str, ...]:
        """Return the document of that name, with or without the suffix of its file."""
        name = name if name in self._editions else _SUFFIX.sub("", name)
        return (name,) if name in self._editions else ()

    def read(self, text: str, start: int = 0) -> CitedTitle | None:
        """Return the last documents that *text* names from *start* on, None if none.

        A number or a year names one only in a title, or at the end of *text*.
        """
        for match in reversed([*_NAME.finditer(text, start)]):
            if documents := self.named(match[0]):
                return CitedTitle(documents, match.start())
        number: int | None = None
        year: int | None = None
        first = 0
        for match in reversed([*_SERIES.finditer(text, start)]):
            value, is_year = _value(match)
            if not _STATEMENT.match(text, match.end()):
                continue
            if is_year and year is None:
                year, first = value, match.start()
            elif not is_year and number is None:
                number, first = value, match.start()
        if number is None and year is None:
            return None
        editions = (
            self._by_year[year or 0] if number is None else self._by_number[number]
        )
        in_year = [e for e in editions if year is None or e.year == year]
        return CitedTitle(tuple(e.document for e in in_year or editions), first)


def _value(match: re.Match[str]) -> tuple[int, bool]:
    """Return the number or year of a match, and whether it is a year."""
    groups = {key: value for key, value in match.groupdict().items() if value}
    ((key, value),) = groups.items()
    if key == "year2":
        return 2000 + int(value), True
    return int(value), key == "year"
