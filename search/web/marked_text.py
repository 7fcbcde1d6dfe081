"""Texts in parts, inside and outside their marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from search.engine.highlighting import Span


class MarkedText(NamedTuple):
    """A part of a sentence, inside or outside a mark."""

    text: str
    marked: bool


def pieces(text: str, spans: Sequence[Span]) -> list[MarkedText]:
    """Split *text* at its spans: `("전작권 전환", [(0, 3)])` → [전작권] and " 전환"."""
    parts: list[MarkedText] = []
    last = 0
    for start, end in spans:
        parts += [
            MarkedText(text[last:start], marked=False),
            MarkedText(text[start:end], marked=True),
        ]
        last = end
    return [
        part for part in (*parts, MarkedText(text[last:], marked=False)) if part.text
    ]
