"""Filters: whose sentences, of which act, document, paragraph and year, are wanted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence

from indexer.errors import CommuniqueError
from indexer.ingest.edition import Edition
from search.closest_name import nearest
from search.engine.clauses import And, Clause, Not, TermsFilter
from search.messages import Note
from search.query.field_syntax import Filter

_RANGE = re.compile(r"(\d{1,4})(?:\s*[-–~]\s*(\d{1,4}))?")


_LONGEST_VALUE = 100


class NoSuchValueError(CommuniqueError):
    """What results were to be narrowed by is nowhere in the index."""

    def __init__(self, field: str, value: str, known: Sequence[str]) -> None:
        # Comparing takes as long as the product of both.
        value = value[:_LONGEST_VALUE]
        found = nearest(value, known) or "none at all"
        super().__init__(
            Note(
                "the index holds no {field} {value!r}; the nearest is {nearest}.",
                field=field,
                value=value,
                nearest=found,
            )
        )


def understood(
    filters: Iterable[Filter],
    editions: Sequence[Edition],
    tags: Callable[[str], Sequence[str]],
) -> Clause | None:
    """Return the clause that *filters* ask for, or None where there are none.

    Of several values of a field one is enough; of several fields each must be had, and
    so must what was chosen of a field and what was typed of it.

    Args:
        filters: Those of the query and those of the options.
        editions: The documents of the index.
        tags: Gives the values that sentences have of a field.

    Raises:
        NoSuchValueError: The index holds no such value; it names the nearest.
    """
    wanted: dict[tuple[str, bool], TermsFilter] = {}
    clauses: list[Clause] = []
    for each in dict.fromkeys(filters):
        value = unicodedata.normalize("NFC", each.value.strip())
        name, values = _matching(each._replace(value=value), editions, tags)
        if each.wanted:
            kind = each.field, each.chosen
            before = wanted.get(kind, TermsFilter(name, ()))
            wanted[kind] = TermsFilter(
                name, tuple(dict.fromkeys((*before.values, *values)))
            )
        else:
            clauses.append(Not(TermsFilter(name, tuple(values))))
    clauses = [*wanted.values(), *clauses]
    if len(clauses) > 1:
        return And(tuple(clauses))
    return clauses[0] if clauses else None


def _matching(
    asked: Filter, editions: Sequence[Edition], tags: Callable[[str], Sequence[str]]
) -> tuple[str, list[str]]:
    """Return the tag that a field is kept as, and which of its values match."""
    field, value = asked.field, asked.value
    years: Mapping[str, list[str]] = {}
    if field == "year":
        known = sorted({str(each.year) for each in editions if each.year})
        years = {
            year: [each.document for each in editions if str(each.year) == year]
            for year in known
        }
    else:
        known = list(tags(field))
    if asked.chosen and value in known:
        found = [value]
    else:
        found = [each for each in known if _MATCHES[field](value, each)]
    if not found:
        raise NoSuchValueError(field, value, known)
    if field == "year":
        return "document", [name for year in found for name in years[year]]
    return field, found


def _is_speaker(value: str, known: str) -> bool:
    """Tell whether each word of *value* begins one of *known*: 에스퍼, of 에스퍼 장관."""
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
    "speaker": _is_speaker,
    "act": _is_act,
    "document": str.__eq__,
    "paragraph": _is_in_range,
    "year": _is_in_range,
}
