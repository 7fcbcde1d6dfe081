"""Spelling correction: the words of an index that are nearest to a misspelt word.

Edits are counted in typed letters: 동맴 is one key away from 동맹. Two cheap filters leave
some dozens of 50,000 words to compare, so a scan is fast enough. RapidFuzz would be
faster, but takes longer to load than the scan, and has no costs for pairs of letters.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import chain, combinations

from indexer.text.jamo import CONSONANTS, is_initials, letters
from search.query.keyboard import KEYS, SHIFTED, adjacent_keys
from search.query.pronunciation import pronunciation

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

_SYLLABLES = re.compile(r"[가-힣]+")
_MERGED_VOWELS = {"ㅐ": "[ㅐㅔ]", "ㅔ": "[ㅐㅔ]", "ㅒ": "[ㅒㅖ]", "ㅖ": "[ㅒㅖ]"}


class Spelling:
    """Corrects words to those of an index.

    *words* gives the number of sentences of each word.
    """

    def __init__(self, words: Mapping[str, int]) -> None:
        self._words = words
        self._by_length = defaultdict[int, list[tuple[str, str]]](list)
        for word in words:
            spelling = _letters(word)
            self._by_length[len(spelling)].append((spelling, word))

    def corrections(self, word: str, most: int = 3) -> list[str]:
        """Return the words nearest to *word*, the likeliest first: 동맴 → ["동맹"].

        If no word is near enough, words with the same pronunciation are returned. The
        list is empty for a word of the index, a single syllable, less than four letters,
        initial consonants, numbers and Hanja.
        """
        spelling = _letters(word)
        edits = _max_edits(spelling)
        if word.casefold() in self._words or not edits or len(word) < 2:
            return []
        if is_initials(word):
            return []
        candidates = [
            (_distance(spelling, other, slip=_SLIP_COST), -self._words[near], near)
            for other, near in self._near(spelling, edits)
            if _distance(spelling, other) <= edits
        ]
        if not candidates:
            candidates = [
                (0, -self._words[alike], alike) for alike in self._homophones(word)
            ]
        return [candidate for _, _, candidate in sorted(candidates)[:most]]

    def _homophones(self, word: str) -> Iterator[str]:
        """Yield the words that are pronounced like *word*."""
        if not _SYLLABLES.fullmatch(word):
            return
        sounds = pronunciation(word)
        for spelling in self._with_vowels(_letters(word)):
            for other in self._by_spelling[spelling]:
                if _SYLLABLES.fullmatch(other) and pronunciation(other) == sounds:
                    yield other

    def _with_vowels(self, spelling: str) -> set[str]:
        """Return the spellings of the index with the vowels of *spelling* in its order.

        Consonants change in pronunciation, but vowels only merge.
        """
        vowels = [
            _MERGED_VOWELS.get(letter, letter)
            for letter in spelling
            if letter not in CONSONANTS
        ]
        between = f"[{CONSONANTS}]*"
        pattern = between + between.join(vowels) + between
        return set(re.findall(rf"(?m)^{pattern}$", self._all_spellings))

    @cached_property
    def _by_spelling(self) -> dict[str, list[str]]:
        """The words of each spelling."""
        words = defaultdict[str, list[str]](list)
        for spelling, word in chain.from_iterable(self._by_length.values()):
            words[spelling].append(word)
        return words

    @cached_property
    def _all_spellings(self) -> str:
        """The spellings, one a line."""
        return "\n".join(self._by_spelling)

    def _near(self, spelling: str, edits: int) -> Iterator[tuple[str, str]]:
        """Yield the spellings and words that differ in few enough letters.

        An edit changes the counts of at most two letters, each by one.
        """
        kinds = set(spelling)
        counts = Counter(spelling)
        for length in range(len(spelling) - edits, len(spelling) + edits + 1):
            for other, word in self._by_length.get(length, ()):
                if len(kinds.symmetric_difference(other)) > 2 * edits:
                    continue
                missing = sum(max(0, n - other.count(c)) for c, n in counts.items())
                if max(missing, missing + length - len(spelling)) <= edits:
                    yield other, word


def _letters(word: str) -> str:
    """Return the letters of *word*, with ㅞ as ㅗㅔ: one from ㅙ and ㅚ, which sound alike."""
    return letters(word).casefold().replace("ㅜㅔ", "ㅗㅔ")


def _max_edits(spelling: str) -> int:
    """Return how many edits a word of these letters may be away from its correction."""
    if len(spelling) < 4 or not spelling.isalpha() or max(spelling) >= "㐀":
        return 0
    return 1 if len(spelling) < 7 else 2 if len(spelling) < 13 else 3


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
