"""Advice for a query in Latin letters, when no sentence of a Korean corpus has them."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from indexer.storage.synonyms import Abbreviation
from search.index import Index

_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_KOREAN = re.compile(r"[ᄀ-ᇿ㄰-㆏가-힣一-鿿]")
_MOST = 8


def is_latin(query: str) -> bool:
    """Return whether a query has Latin letters and neither Hangul nor Hanja."""
    return bool(_LATIN.search(query)) and not _KOREAN.search(query)


def latin_definitions(index: Index, query: str) -> list[Abbreviation]:
    """Return what the corpus defines in Latin letters, the nearest to the query first.

    Example: for `Espar`, 에스퍼 (Esper) comes before 한미안보협의회의 (SCM).
    """

    def likeness(pair: Abbreviation) -> float:
        matcher = SequenceMatcher(None, query.lower(), pair.short.lower())
        return round(matcher.ratio(), 1)

    pairs = [pair for pair in index.synonyms.pairs if is_latin(pair.short)]
    return sorted(pairs, key=lambda pair: -likeness(pair))[:_MOST]
