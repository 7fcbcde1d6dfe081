"""Translations: tables for `str.translate` that are worked out as characters are met."""

from __future__ import annotations

from collections.abc import Callable


class LazyTranslation(dict[int, str]):
    """What each character is translated to, by its code."""

    def __init__(self, translated: Callable[[str], str]) -> None:
        super().__init__()
        self._translated = translated

    def __missing__(self, code: int) -> str:
        found = self[code] = self._translated(chr(code))
        return found
