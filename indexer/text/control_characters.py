"""Control characters, which a text may hold and a terminal would obey."""

from __future__ import annotations

import unicodedata

_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
"""Controls, formats (text direction), half surrogate pairs, and breaks of lines."""


def printable(text: str) -> str:
    r"""Return *text* with a space for each character that a terminal would not print.

    The length stays the same, so that offsets into the text remain valid:
    `"사드\x1b[2J"` becomes `"사드 [2J"`.
    """
    if text.isprintable():
        return text
    return "".join(
        " " if unicodedata.category(char) in _CATEGORIES else char for char in text
    )


def visible(name: str) -> str:
    r"""Return *name* with an escape for each character that a terminal would not print.

    Names that differ stay different, and none looks like another: the id `"a\u202eb"` is
    shown with the six characters of its escape.
    """
    if name.isprintable():
        return name
    return "".join(
        char.encode("unicode_escape").decode()
        if unicodedata.category(char) in _CATEGORIES
        else char
        for char in name
    )


def is_utf_8(text: str) -> bool:
    """Return whether *text* has no half of a surrogate pair, as no text of a corpus has."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
