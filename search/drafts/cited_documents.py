"""The documents that a text names: by number, year, date or name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import NamedTuple

from indexer.ingest.edition import Edition
from search.closest_name import closest_name

_SERIES = re.compile(
    r"제\s*(?P<number>\d{1,4})\s*[차회]|(?<![\d·.])(?P<number2>\d{1,3})\s*차(?=[\sA-Z한공])"
    r"|(?<![\d.])(?P<number3>\d{1,3})(?:st|nd|rd|th)\b|\bSCM[-\s]?(?P<number4>\d{1,3})(?!\d)"
    r"|(?<!\d)(?P<year>(?:19|20)\d\d)(?!\d)|[’']\s*(?P<year2>\d\d)(?=\s*년)"
)
_REST_OF_DATE = re.compile(
    r"(?:\s*[년./-]\s*(?P<month>\d{1,2})\s*[월./-]\s*(?P<day>\d{1,2})(?!\d)(?:\s*일|\.)?"
    r"|\s*년)?(?:\s*[(（][월화수목금토일](?:요일)?[)）])?"
)
"""The date behind its year."""
_BESIDE_TITLE = re.compile(
    r"\s*(?:[.,，;()\[\]（）〔〕]|\S*(?:회의|성명|선언|SCM)(?=[\s,(])|\Z)"
)
"""The text behind a date that is part of a citation: not 2019년과 다른 성명."""
_BEFORE_NUMBER = re.compile(r"[\s,，]*(?:의\s*)?(?:\S*회의\s*|SCM\s*)?")
"""The text between a date and the number behind it, if both are of one document."""
_STATEMENT = re.compile(r"[^.?!\n]{0,30}?(?:성명|선언|회의|SCM|문서|보고서|\Z)")
"""The rest of the title of a document."""
_NAME = re.compile(r"[^\s:()\[\]{}“”\"'‘’「」,;<>`]{1,200}")
_SERIES_NAME = re.compile(r"[^\W\d_][-_]\d|\d[-_](?:19|20)\d\d")
"""A letter and a number, as in scm-99, or a number and a year; not KBS1."""
_SUFFIX = re.compile(r"\.(?:txt|md|hwpx?|pdf|docx|html?)\Z")
_ALIKE = 0.75
"""The least likeness of an unknown name to that of a document to be a citation."""


class CitedTitle(NamedTuple):
    """The documents that a text names, none if the index lacks them, and its offset.

    `nearest` is the document with the number or year of the text but another date.
    """

    documents: tuple[str, ...]
    start: int
    nearest: str | None = None


class _Date(NamedTuple):
    """A year or a day in a text.

    `is_beside_title` marks one that belongs to the title of a document.
    """

    year: int
    day: str | None
    is_beside_title: bool

    def is_date_of(self, edition: Edition) -> bool:
        """Whether *edition* may be of this date."""
        if self.day and edition.date and self.is_beside_title:
            return edition.date == self.day
        return edition.year in (self.year, None)


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

    def nearest(self, name: str, *, has_sentence: bool) -> str | None:
        """Return the document nearest to an unknown name, None if it cites no document.

        A citation is like the name of a document, or has a number like scm-99 and stands
        before the number of a sentence: 10:30 and http://a1:80 are no citations.
        """
        closest = closest_name(name, tuple(self._editions))
        if closest is None or "//" in name or not any(map(str.isalpha, name)):
            return None
        pair = name.casefold(), closest.casefold()
        is_alike = SequenceMatcher(None, *pair).ratio() >= _ALIKE
        has_number = has_sentence and bool(_SERIES_NAME.search(name))
        return closest if is_alike or has_number else None

    def read(self, text: str, start: int = 0) -> CitedTitle | None:
        """Return the last documents that *text* names from *start* on, None if none.

        A number or a year names one only in a title, or at the end of *text*.
        """
        for match in reversed([*_NAME.finditer(text, start)]):
            if documents := self.named(match[0]):
                return CitedTitle(documents, match.start())
        number: int | None = None
        date: _Date | None = None
        first = len(text)
        for match in reversed([*_SERIES.finditer(text, start)]):
            value, is_year = _value(match)
            end = match.end()
            rest = _REST_OF_DATE.match(text, end) if is_year else None
            if not _STATEMENT.match(text, rest.end() if rest else end):
                continue
            if rest and date is None:
                date = _date(value, rest, None if number is None else first)
                first = match.start()
            elif not rest and number is None:
                number, first = value, match.start()
            elif not rest:
                break  # A date before this number is that of another document.
        return self._cited(number, date, first)

    def _cited(
        self, number: int | None, date: _Date | None, start: int
    ) -> CitedTitle | None:
        """Return the documents of a number and a date, None without both."""
        if number is not None:
            editions = self._by_number[number]
        elif date:
            editions = self._by_year[date.year]
        else:
            return None
        dated = [e for e in editions if date is None or date.is_date_of(e)]
        if not dated and date and date.is_beside_title:
            nearest = editions[0].document if editions else None
            return CitedTitle((), start, nearest)
        return CitedTitle(tuple(e.document for e in dated or editions), start)


def _date(year: int, rest: re.Match[str], number: int | None) -> _Date:
    """Return the date of a year and the match of the text behind it.

    *number* is the offset of the number of the document, if it is behind the date.
    """
    day = None
    if rest["day"]:
        day = f"{year:04}-{int(rest['month']):02}-{int(rest['day']):02}"
    if number is None:
        beside = _BESIDE_TITLE.match(rest.string, rest.end())
    else:
        beside = _BEFORE_NUMBER.fullmatch(rest.string, rest.end(), number)
    return _Date(year, day, beside is not None)


def _value(match: re.Match[str]) -> tuple[int, bool]:
    """Return the number or year of a match, and whether it is a year."""
    groups = {key: value for key, value in match.groupdict().items() if value}
    ((key, value),) = groups.items()
    if key == "year2":
        return 2000 + int(value), True
    return int(value), key == "year"
