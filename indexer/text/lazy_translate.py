"""Tables for `str.translate` that are filled as characters are met."""

from __future__ import annotations

from collections.abc import Callable


class LazyTranslation(dict[int, str]):
    """Maps the code point of a character to its translation, computed on first use.

    A table of all of Unicode would take longer to make than a search.
    """

    def __init__(self, translate: Callable[[str], str]) -> None:
        super().__init__()
        self._translate = translate

    def __missing__(self, code: int) -> str:
        translation = self[code] = self._translate(chr(code))
        return translation
