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
