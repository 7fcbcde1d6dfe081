"""The nearest of the names that there are, for one that there is not."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"\d{1,9}")


def nearest(name: str, known: Sequence[str]) -> str | None:
    """Return the one of *known* that is nearest to *name*, None where there are none.

    Numbers are near by their values, all else by its letters.
    """
    from difflib import get_close_matches

    number = _NUMBER.match(name.strip())
    if number and known and all(map(str.isdecimal, known)):
        return min(known, key=lambda each: abs(int(each) - int(number[0])))
    return next(iter(get_close_matches(name, known, n=1, cutoff=0)), None)
