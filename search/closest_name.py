"""The closest of the known names to an unknown one, for error messages."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"\d{1,9}")


def closest_name(name: str, known: Sequence[str]) -> str | None:
    """Return the name in *known* that is closest to *name*; None if *known* is empty.

    If all known names are numbers and *name* begins with one, the values are compared:
    2099 is closest to 2020. Otherwise the letters are: 에스프 is closest to 에스퍼 장관.
    """
    from difflib import get_close_matches

    number = _NUMBER.match(name.strip())
    if number and known and all(map(str.isdecimal, known)):
        return min(known, key=lambda each: abs(int(each) - int(number[0])))
    return next(iter(get_close_matches(name, known, n=1, cutoff=0)), None)
