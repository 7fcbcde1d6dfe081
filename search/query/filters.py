"""Filters: a speaker, an act, a document, a paragraph or a year that hits must have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from indexer.errors import CommuniqueError
from indexer.ingest.edition import Edition
from search.closest_name import closest_name
from search.engine.clauses import And, Clause, Not, TermsFilter
from search.messages import Note

_RANGE = re.compile(r"(\d{1,4})(?:\s*[-–~]\s*(\d{1,4}))?")

_LONGEST_VALUE = 100
"""Characters of a value that are compared; comparing takes time in their square."""


class Filter(NamedTuple):
    """A field and the value that hits must have, or must not have if it is excluded.

    A value matches as in the query: 양측 matches 한미 양측, and a year may be a range. With
    `exact`, as the page's facets set it, a value of the index matches itself alone, and
    the filter narrows in addition to the other filters on its field.
    """

    field: str
    value: str
    excluded: bool = False
    exact: bool = False


class NoSuchValueError(CommuniqueError):
    """A filter has a value that no sentence of the index has."""

    def __init__(self, field: str, value: str, known: Sequence[str]) -> None:
        if not known:
            super().__init__(
                Note("no sentence of the index has a value of {field}.", field=field)
            )
            return
        value = value[:_LONGEST_VALUE]
        super().__init__(
            Note(
                "the index holds no {field} {value!r}; the nearest is {nearest}.",
                field=field,
                value=value,
                nearest=closest_name(value, known) or "",
            )
        )


class RangeReversedError(CommuniqueError):
    """A range of a filter begins with its larger number."""

    def __init__(self, field: str, value: str, in_order: str) -> None:
        super().__init__(
            Note(
                "the range {value!r} of {field} is reversed; write {in_order}.",
                field=field,
                value=value,
                in_order=in_order,
            )
        )


def filter_clause(
    filters: Iterable[Filter],
    editions: Iterable[Edition],
    values_of: Callable[[str], Sequence[str]],
) -> Clause:
    """Return the clause of *filters*, of which there is at least one.

    Values of one field are alternatives, and fields narrow each other: `year:2019
    year:2020 act:강화` is (2019 or 2020) and 강화. A year is a filter on documents.

    Args:
        filters: The filters of the query and of the options.
        editions: The documents of the index.
        values_of: Returns the values that sentences have of a field.

    Raises:
        NoSuchValueError: The index holds no such value; the error names the nearest.
    """
    required: dict[tuple[str, bool], TermsFilter] = {}
    excluded: list[Clause] = []
    years = {each.document: str(each.year) for each in editions if each.year}
    for each in dict.fromkeys(filters):
        value = unicodedata.normalize("NFC", each.value.strip())
        terms = _terms(each._replace(value=value), years, values_of)
        if each.excluded:
            excluded.append(Not(terms))
            continue
        kind = each.field, each.exact
        if kind in required:
            values = dict.fromkeys((*required[kind].values, *terms.values))
            terms = TermsFilter(terms.field, tuple(values))
        required[kind] = terms
    clauses = (*required.values(), *excluded)
    return And(clauses) if len(clauses) > 1 else clauses[0]


def _terms(
    filter_: Filter, years: Mapping[str, str], values_of: Callable[[str], Sequence[str]]
) -> TermsFilter:
    """Return the stored field and its values that *filter_* matches."""
    field, value = filter_.field, filter_.value
    known = sorted({*years.values()}) if field == "year" else list(values_of(field))
    if filter_.exact and value in known:
        values = [value]
    else:
        values = [each for each in known if _MATCHES[field](value, each)]
    if not values:
        limits = _RANGE.fullmatch(value) if _MATCHES[field] is _is_in_range else None
        if limits and limits[2] and int(limits[1]) > int(limits[2]):
            raise RangeReversedError(field, value, f"{limits[2]}-{limits[1]}")
        raise NoSuchValueError(field, value, known)
    if field == "year":
        field = "document"
        values = [name for year in values for name in years if years[name] == year]
    return TermsFilter(field, tuple(values))


def is_speaker(value: str, known: str) -> bool:
    """Return whether each word of *value* begins one of *known*: 에스퍼, 에스퍼 장관."""
    return bool(value) and all(
        any(word.startswith(part) for word in known.split()) for part in value.split()
    )


def _is_act(value: str, known: str) -> bool:
    return known in (value, value.removesuffix("하다"))


def _is_in_range(value: str, known: str) -> bool:
    if not (match := _RANGE.fullmatch(value)):
        return False
    return int(match[1]) <= int(known) <= int(match[2] or match[1])


_MATCHES: Mapping[str, Callable[[str, str], bool]] = {
    "speaker": is_speaker,
    "act": _is_act,
    "document": str.__eq__,
    "paragraph": _is_in_range,
    "year": _is_in_range,
}
