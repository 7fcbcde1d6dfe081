"""Spelling: the words of an index that a misspelt word may have meant.

Edits are counted between the letters that words are typed with: 동맴 is one key from
동맹. The words are few enough for a scan: two cheap filters leave some dozens of 50,000
to be compared. RapidFuzz would scan faster, but loads for longer than this takes, and
has no cost of its own for each pair of letters.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import chain, combinations

from indexer.text.jamo import CONSONANTS, is_initials, letters
from search.query.keyboard import KEYS, SHIFTED, neighbours
from search.query.pronunciation import sounded

_SOUNDS = ("ㄱㄲㅋ", "ㄷㄸㅌ", "ㅂㅃㅍ", "ㅅㅆ", "ㅈㅉㅊ", "ㅐㅔ", "ㅒㅖ")
"""Lax, tense and aspirated consonants, and vowels that most speakers do not tell apart."""


def _alike() -> Iterator[tuple[str, str]]:
    """Yield the letters that are easily taken for each other, and the keys hit instead."""
    for sounds in _SOUNDS:
        yield from combinations(sounds, 2)
    yield from ((KEYS[key], letter) for key, letter in SHIFTED.items())
    for key, other in neighbours():
        yield key, other
        yield KEYS[key], KEYS[other]
        if key in SHIFTED and other in SHIFTED:
            yield SHIFTED[key], SHIFTED[other]


_ALIKE = {pair for a, b in _alike() for pair in (a + b, b + a)}


_SYLLABLES = re.compile(r"[가-힣]+")
_SAME_VOWEL = {"ㅐ": "[ㅐㅔ]", "ㅔ": "[ㅐㅔ]", "ㅒ": "[ㅒㅖ]", "ㅖ": "[ㅒㅖ]"}
"""Vowels that most speakers do not tell apart."""


class Spelling:
    """Corrects words to those of an index, each given with its number of sentences."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self._words = words
        self._by_length = defaultdict[int, list[tuple[str, str]]](list)
        for word in words:
            spelt = _spelt(word)
            self._by_length[len(spelt)].append((spelt, word))

    def corrections(self, word: str, most: int = 3) -> list[str]:
        """Return the words that *word* may have meant, the likeliest first.

        Where none is near, those that sound like it. None for a word of the index, for
        a single syllable, for less than four letters, for initial consonants, and for
        what is not spelt: numbers and hanja.
        """
        spelt = _spelt(word)
        edits = _edits(spelt)
        known = word.casefold() in self._words
        if known or not edits or len(word) < 2 or is_initials(word):
            return []
        found = [
            (_distance(spelt, other, alike=0.5), -self._words[meant], meant)
            for other, meant in self._near(spelt, edits)
            if _distance(spelt, other) <= edits
        ]
        if not found:
            alike = sorted((-self._words[meant], meant) for meant in self._alike(word))
            return [meant for _, meant in alike[:most]]
        return [meant for _, _, meant in sorted(found)[:most]]

    def _alike(self, word: str) -> Iterator[str]:
        """Yield the words that are pronounced as *word* is."""
        if not _SYLLABLES.fullmatch(word):
            return
        sound = sounded(word)
        for spelt in self._with_vowels(_spelt(word)):
            for meant in self._spelt[spelt]:
                if _SYLLABLES.fullmatch(meant) and sounded(meant) == sound:
                    yield meant

    def _with_vowels(self, spelt: str) -> set[str]:
        """Return the spellings with the vowels of *spelt*, which are spoken anywhere."""
        vowels = (_SAME_VOWEL.get(letter, letter) for letter in spelt)
        kept = [vowel for vowel in vowels if vowel not in CONSONANTS]
        between = f"[{CONSONANTS}]*"
        pattern = between + between.join(kept) + between
        return set(re.findall(rf"(?m)^{pattern}$", self._every_spelling))

    @cached_property
    def _spelt(self) -> dict[str, list[str]]:
        """The words of each spelling."""
        found = defaultdict[str, list[str]](list)
        for spelt, meant in chain.from_iterable(self._by_length.values()):
            found[spelt].append(meant)
        return found

    @cached_property
    def _every_spelling(self) -> str:
        return "\n".join(self._spelt)

    def _near(self, spelt: str, edits: int) -> Iterator[tuple[str, str]]:
        """Yield the words that lack at most so many letters of *spelt*, and it of theirs.

        An edit changes the number of at most two letters, by one.
        """
        kinds = set(spelt)
        counts = Counter(spelt)
        for length in range(len(spelt) - edits, len(spelt) + edits + 1):
            for other, meant in self._by_length.get(length, ()):
                if len(kinds.symmetric_difference(other)) > 2 * edits:
                    continue
                missing = sum(max(0, n - other.count(c)) for c, n in counts.items())
                if max(missing, missing + length - len(spelt)) <= edits:
                    yield other, meant


def _spelt(word: str) -> str:
    """Return the letters of *word*, ㅞ as ㅗㅔ: one from the ㅙ and ㅚ it sounds like."""
    return letters(word).casefold().replace("ㅜㅔ", "ㅗㅔ")


def _edits(spelt: str) -> int:
    """Return how many edits a word of these letters may be from the one it meant."""
    if len(spelt) < 4 or not spelt.isalpha() or max(spelt) >= "㐀":
        return 0
    return 1 if len(spelt) < 7 else 2 if len(spelt) < 13 else 3


def _distance(one: str, other: str, *, alike: float = 1) -> float:
    """Return the optimal string alignment distance, *alike* the price of a likely slip.

    Edits are inserting, deleting and replacing a letter and swapping two, none of which
    is edited again (Boytsov, "Indexing methods for approximate dictionary searching",
    2011).
    """
    above: list[float] = []
    row: list[float] = [*range(len(other) + 1)]
    for i, a in enumerate(one):
        before, above, row = above, row, [i + 1]
        for j, b in enumerate(other):
            price = 0 if a == b else alike if a + b in _ALIKE else 1
            best = min(above[j] + price, above[j + 1] + 1, row[j] + 1)
            if i and j and a == other[j - 1] and b == one[i - 1]:
                best = min(best, before[j - 1] + 1)
            row.append(best)
    return row[-1]
