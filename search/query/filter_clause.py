"""From filters to a clause: each name and value becomes terms that the index stores.

year:2019-2020 side:미측  →  document is old or new, and speaker is 에스퍼 장관
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from indexer.ingest.edition import Edition
from search.engine.clauses import And, Clause, Not, Or, TermsFilter
from search.query.filters import (
    Filter,
    NoSuchValueError,
    NoYearError,
    RangeReversedError,
)
from search.query.speaker_groups import OTHER, Group, group_of_name

_RANGE = re.compile(r"(\d{1,4})(?:\s*[-–~]\s*(\d{1,4}))?")
_YEAR = re.compile(r"\d{1,4}")


class IndexedValues(NamedTuple):
    """The values of an index that filters may name.

    `of_field` returns the sorted values that sentences have of a stored field, and `groups`
    the group of each speaker that has one.
    """

    editions: Iterable[Edition]
    of_field: Callable[[str], Sequence[str]]
    groups: Callable[[], Mapping[str, Group]]


def filter_clause(filters: Iterable[Filter], indexed: IndexedValues) -> Clause:
    """Return the clause of *filters*, of which there is at least one.

    Values of one field are alternatives, and fields narrow each other: `year:2019
    year:2020 act:강화` is (2019 or 2020) and 강화. Years are a filter on documents, sides
    one on speakers.

    Raises:
        NoSuchValueError: The index holds no such value; the error names the nearest.
        NoYearError: No document is of the years.
        RangeReversedError: A range begins with its larger number.
    """
    required: dict[tuple[str, bool], list[Clause]] = {}
    excluded: list[Clause] = []
    limits: dict[str, list[int]] = {}
    for each in dict.fromkeys(filters):
        value = unicodedata.normalize("NFC", each.value.strip())
        clause = _clause(each._replace(value=value), indexed)
        if each.excluded:
            excluded.append(Not(clause))
            continue
        required.setdefault((each.field, each.exact), []).append(clause)
        if each.field in ("from", "to"):
            limits.setdefault(each.field, []).append(int(value))
    if len(limits) == 2 and min(limits["from"]) > max(limits["to"]):
        first, last = min(limits["from"]), max(limits["to"])
        raise RangeReversedError("year", f"{first}-{last}", f"{last}-{first}")
    clauses = (*map(_any_of, required.values()), *excluded)
    return And(clauses) if len(clauses) > 1 else clauses[0]


def _any_of(clauses: Sequence[Clause]) -> Clause:
    """Return the clause that matches one of the values of a field."""
    terms = [clause for clause in clauses if isinstance(clause, TermsFilter)]
    others = [clause for clause in clauses if clause not in terms]
    if terms:
        values = dict.fromkeys(value for each in terms for value in each.values)
        others.insert(0, TermsFilter(terms[0].field, tuple(values)))
    return others[0] if len(others) == 1 else Or(tuple(others))


def _clause(filter_: Filter, indexed: IndexedValues) -> Clause:
    """Return the clause of one filter, as if nothing were excluded."""
    if filter_.field == "side":
        return _side_clause(filter_.value, indexed)
    if filter_.field in ("year", "from", "to"):
        return _year_clause(filter_, indexed)
    known = indexed.of_field(filter_.field)
    return TermsFilter(filter_.field, _matching(filter_, known))


def _side_clause(value: str, indexed: IndexedValues) -> Clause:
    """Return the clause of a group of speakers; that of the fourth excludes the others."""
    groups = indexed.groups()
    name = group_of_name(value, groups)
    if name == OTHER:
        return Not(TermsFilter("speaker", tuple(groups)))
    speakers = (speaker for speaker, group in groups.items() if group == name)
    return TermsFilter("speaker", tuple(speakers))


def _year_clause(filter_: Filter, indexed: IndexedValues) -> Clause:
    years = {each.document: str(each.year) for each in indexed.editions if each.year}
    known = sorted({*years.values()}, key=int)
    if filter_.field == "year" or not known:
        chosen = _matching(filter_._replace(field="year"), known)
    else:
        chosen = _within_limit(filter_, known)
    documents = (name for year in chosen for name in years if years[name] == year)
    return TermsFilter("document", tuple(documents))


def _within_limit(filter_: Filter, known: Sequence[str]) -> tuple[str, ...]:
    """Return the years from that of `from:2009` on, or up to that of `to:2018`."""
    years: list[str] = []
    if _YEAR.fullmatch(filter_.value):
        limit = int(filter_.value)
        is_first = filter_.field == "from"
        years = [y for y in known if (int(y) >= limit if is_first else int(y) <= limit)]
    if not years:
        raise NoYearError(filter_.field, filter_.value, known)
    return tuple(years)


def _matching(filter_: Filter, known: Sequence[str]) -> tuple[str, ...]:
    """Return the values of the index that the value of *filter_* matches.

    Raises:
        NoSuchValueError: There is none.
        RangeReversedError: The value is a range that begins with its larger number.
    """
    field, value = filter_.field, filter_.value
    if filter_.exact and value in known:
        return (value,)
    if values := tuple(each for each in known if _MATCHES[field](value, each)):
        return values
    limits = _RANGE.fullmatch(value) if _MATCHES[field] is _is_in_range else None
    if limits and limits[2] and int(limits[1]) > int(limits[2]):
        raise RangeReversedError(field, value, f"{limits[2]}-{limits[1]}")
    raise NoSuchValueError(field, value, known)


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
