"""Counting: names that end in a number, as most ids do, and those that they count on to."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,17})\Z")


def parted(name: str) -> tuple[str, str]:
    """Return what *name* is before the number it ends in, and that number or nothing.

    007 is 00 and 7: what is put together again is the name.
    """
    match = _NUMBER.search(name)
    return (name[: match.start()], match[0]) if match else (name, "")


def counted(name: str, steps: int) -> str:
    """Return what *name* counts on to in so many steps: a:1.9 in one to a:1.10.

    What ends in no number stays what it is.
    """
    stem, number = parted(name)
    return f"{stem}{int(number) + steps}" if number else name
