"""The words of an index, for completing and correcting what a user types.

A line for each word: the word, a tab, and the number of sentences that have it. Lines are
sorted by the letters that the words are typed with, so that completing a prefix reads
neighbouring lines only. Behind the lines are the bitmaps of `letter_bitmaps`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from heapq import nsmallest
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.analysis.analyzer import NOUN_RUN_MARK, Analysis, Role
from indexer.storage import sorted_lines
from indexer.storage.sorted_lines import SortedLines
from indexer.text import jamo

if TYPE_CHECKING:
    from indexer.storage.letter_bitmaps import LetterBitmaps

MOST_CANDIDATES = 70_000
"""The most words with a prefix that are read to find the most frequent of them."""

_BLOCK = 128
"""Words of a block: about 2 KB."""
_LOOKUPS = 8
"""How many words are looked up in the time that a block of words is read."""


def words_of(analysis: Analysis) -> set[str]:
    """Return the words of a text that can be completed.

    These are its noun-run terms, and its free morphemes of two characters or more; verbs
    are in their dictionary form.
    """
    words = {
        token.term.removeprefix(NOUN_RUN_MARK) for token in analysis.noun_run_terms
    }
    for token in analysis.morphemes:
        if len(token.term) > 1 and token.role is Role.FREE:
            words.add(token.term)
    return words


def spelling(word: str) -> str:
    """Return the letters of *word* with ㅞ as ㅗㅔ: one from ㅙ and ㅚ, which sound alike."""
    return _alike(_typed(word))


def write(path: Path, counts: Mapping[str, int]) -> None:
    """Write words, each with the number of sentences that have it, to a new file."""
    from indexer.storage import letter_bitmaps

    words = sorted((_typed(word), word) for word in counts)
    lines = (f"{word}\t{counts[word]}".encode() for _, word in words)
    bitmaps = letter_bitmaps.blocks([_alike(typed) for typed, _ in words])
    sorted_lines.write(path, lines, _BLOCK, bitmaps)


class CompletionTable:
    """Reads the words of an index; opening takes the same time however many there are."""

    def __init__(self, path: Path) -> None:
        self._lines = SortedLines(path, _key)
        self._words: dict[str, int] | None = None
        self._lookups = 0

    def close(self) -> None:
        """Close the file."""
        self._lines.close()

    def with_prefix(self, prefix: str, most: int) -> list[tuple[str, int]]:
        """Return at most *most* words that are typed like *prefix*, the most frequent first.

        전작ㄱ completes to 전작권, as does 전자, the letters of which are ㅈㅓㄴㅈㅏ.
        """
        if not prefix:
            return []
        entries = self._read(_typed(prefix), MOST_CANDIDATES)
        return nsmallest(most, entries, key=_by_count)

    def with_initials(self, initials: str, most: int) -> list[tuple[str, int]]:
        """Return at most *most* words with these initial consonants: 전작권 for ㅈㅈㄱ.

        Words of as many syllables come first, then longer ones, the most frequent first.
        """
        initials = jamo.letters(initials)
        if not jamo.is_initials(initials):
            return []
        entries = [
            (word_initials != initials, entry)
            for entry in self._read(initials[0])
            if (word_initials := jamo.initials(entry[0])).startswith(initials)
        ]
        best = nsmallest(most, entries, key=lambda item: (item[0], _by_count(item[1])))
        return [entry for _, entry in best]

    def __len__(self) -> int:
        """Return the number of words."""
        last = self._lines.block_count - 1
        return last * _BLOCK + len(self._lines.block(last)) if last >= 0 else 0

    def near(self, letters: str, edits: int) -> Iterator[tuple[str, int]]:
        """Yield the words whose `spelling` may be at most *edits* edits from *letters*.

        Each comes with its number of sentences. See `LetterBitmaps.near`.
        """
        for number in self._bitmaps.near(letters, edits):
            block, place = divmod(number, _BLOCK)
            yield _entry(self._lines.block(block)[place])

    def typed_like(self, letters: str) -> Iterator[tuple[str, int]]:
        """Yield the words whose letters begin with *letters*, as `near` does."""
        return self._read(letters)

    def has(self, word: str) -> bool:
        """Return whether a sentence has *word*.

        After as many calls as cost what reading all words does, these are read.
        """
        self._lookups += 1
        if self._words is None and self._lookups > _LOOKUPS * self._lines.block_count:
            self.words()
        if self._words is not None:
            return word in self._words
        line = f"{word}\t".encode()
        lines = self._lines.with_prefix(_typed(word).encode())
        return any(each.startswith(line) for each in lines)

    def words(self) -> dict[str, int]:
        """Return all words with the number of sentences that have each."""
        if self._words is None:
            # All at once, in less time than line by line.
            text = b"\t".join(self._lines.with_prefix(b"")).decode()
            cells = text.split("\t") if text else []
            self._words = dict(zip(cells[::2], map(int, cells[1::2]), strict=True))
        return self._words

    @cached_property
    def _bitmaps(self) -> LetterBitmaps:
        from indexer.storage.letter_bitmaps import LetterBitmaps

        return LetterBitmaps(self._lines.other_block)

    def _read(self, letters: str, most: int | None = None) -> Iterator[tuple[str, int]]:
        return map(_entry, self._lines.with_prefix(letters.encode(), most))


def _entry(line: bytes) -> tuple[str, int]:
    word, number = line.decode().split("\t")
    return word, int(number)


def _key(line: bytes) -> bytes:
    return _typed(line.partition(b"\t")[0].decode()).encode()


def _typed(word: str) -> str:
    return jamo.letters(word).casefold()


def _alike(typed: str) -> str:
    return typed.replace("ㅜㅔ", "ㅗㅔ")


def _by_count(entry: tuple[str, int]) -> tuple[int, str]:
    return -entry[1], entry[0]
