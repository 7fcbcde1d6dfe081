"""The edition: which of a series of communiqués a document is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple


class Edition(NamedTuple):
    """What a document says of itself; `date` is an ISO date, `number` the 52 of 제52차."""

    document: str
    title: str | None
    number: int | None
    date: str | None
    place: str | None
    year: int | None

    def to_json(self) -> dict[str, Any]:
        """Return the edition as a JSON object."""
        return self._asdict()


def by_date(editions: Iterable[Edition]) -> list[Edition]:
    """Return *editions* from the oldest to the newest; the undated stand last."""
    # Where only the year is known, it stands before the dates in it.
    return sorted(
        editions, key=lambda e: (not e.year, e.date or str(e.year), e.number or 0)
    )
