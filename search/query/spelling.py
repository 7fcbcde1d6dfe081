"""Spelling correction: the words of an index that are nearest to a misspelt word.

Edits are counted in typed letters: 동맴 is one key away from 동맹. The bitmaps of
`indexer.storage.letter_bitmaps` leave some dozens of 75,000 words to compare. RapidFuzz would
compare them faster, but takes longer to load, and has no costs for pairs of letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from indexer.storage.completion import CompletionTable, spelling
from indexer.storage.letter_bitmaps import is_bitmapped
from indexer.text.jamo import CONSONANTS, is_initials, is_syllables
from search.query.keyboard import KEYS, SHIFTED, adjacent_keys
from search.query.pronunciation import beginnings, pronunciation

_SIMILAR_SOUNDS = ("ㄱㄲㅋ", "ㄷㄸㅌ", "ㅂㅃㅍ", "ㅅㅆ", "ㅈㅉㅊ", "ㅐㅔ", "ㅒㅖ")
"""Lax, tense and aspirated consonants, and vowels that most speakers merge."""


def _confusable() -> Iterator[tuple[str, str]]:
    """Yield pairs of letters that sound alike, or whose keys are the same or adjacent."""
    for sounds in _SIMILAR_SOUNDS:
        yield from combinations(sounds, 2)
    yield from ((KEYS[key], letter) for key, letter in SHIFTED.items())
    for key, other in adjacent_keys():
        yield key, other
        yield KEYS[key], KEYS[other]
        if key in SHIFTED and other in SHIFTED:
            yield SHIFTED[key], SHIFTED[other]


_CONFUSABLE = {pair for a, b in _confusable() for pair in (a + b, b + a)}

_SLIP_COST = 0.5
"""The cost of replacing a letter by a confusable one; any other edit costs 1."""

_VOWELS_ALONE = str.maketrans({**dict.fromkeys(CONSONANTS, ""), "ㅐ": "ㅔ", "ㅒ": "ㅖ"})
"""Removes the consonants, and merges the vowels that most speakers merge."""


class Spelling:
    """Corrects words to those of an index."""

    def __init__(self, vocabulary: CompletionTable) -> None:
        self._vocabulary = vocabulary

    def corrections(self, word: str, most: int = 3) -> list[str]:
        """Return the words nearest to *word*, the likeliest first: 동맴 → ["동맹"].

        If no word is near enough, words with the same pronunciation are returned. The
        list is empty for a word of the index, a single syllable, less than four letters,
        initial consonants, numbers and Hanja.
        """
        letters = spelling(word)
        edits = _max_edits(letters)
        if not edits or len(word) < 2 or is_initials(word):
            return []
        if self._vocabulary.has(word.casefold()):
            return []
        candidates = [
            (_distance(letters, other, slip=_SLIP_COST), -count, near)
            for near, count in self._vocabulary.near(letters, edits)
            if _distance(letters, other := spelling(near)) <= edits
        ]
        if not candidates:
            candidates = [(0, -count, alike) for alike, count in self._homophones(word)]
        return [candidate for _, _, candidate in sorted(candidates)[:most]]

    def _homophones(self, word: str) -> Iterator[tuple[str, int]]:
        """Yield the words that are pronounced like *word*, with their numbers of sentences.

        Consonants change in pronunciation, but vowels only merge.
        """
        if not is_syllables(word):
            return
        sounds = pronunciation(word)
        vowels = spelling(word).translate(_VOWELS_ALONE)
        for letters in beginnings(word):
            for other, count in self._vocabulary.typed_like(letters):
                if (
                    len(other) == len(word)
                    and is_syllables(other)
                    and spelling(other).translate(_VOWELS_ALONE) == vowels
                    and pronunciation(other) == sounds
                ):
                    yield other, count


def _max_edits(letters: str) -> int:
    """Return how many edits a word of these letters may be away from its correction."""
    if len(letters) < 4 or not all(map(is_bitmapped, letters)):
        return 0
    return 1 if len(letters) < 7 else 2 if len(letters) < 13 else 3


def _distance(one: str, other: str, *, slip: float = 1) -> float:
    """Return the optimal string alignment distance; a confusable letter costs *slip*.

    Edits insert, delete or replace a letter, or swap two neighbours; no edited letter is
    edited again (Boytsov, "Indexing methods for approximate dictionary searching", 2011).
    """
    above: list[float] = []
    row: list[float] = [*range(len(other) + 1)]
    for i, a in enumerate(one):
        before, above, row = above, row, [i + 1]
        for j, b in enumerate(other):
            cost = 0 if a == b else slip if a + b in _CONFUSABLE else 1
            best = min(above[j] + cost, above[j + 1] + 1, row[j] + 1)
            if i and j and a == other[j - 1] and b == one[i - 1]:
                best = min(best, before[j - 1] + 1)
            row.append(best)
    return row[-1]
