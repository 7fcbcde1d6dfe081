"""The words of an index, for completing and correcting what a user types.

A line for each word: the word, a tab, and the number of sentences that have it. Lines are
sorted by the letters that the words are typed with, so that completing a prefix reads
neighbouring lines only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from heapq import nsmallest
from pathlib import Path

from indexer.analysis.analyzer import NOUN_RUN_MARK, Analysis, Role
from indexer.storage import sorted_lines
from indexer.storage.sorted_lines import SortedLines
from indexer.text import jamo

MOST_CANDIDATES = 70_000
"""The most words with a prefix that are read to find the most frequent of them."""


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


def write(path: Path, counts: Mapping[str, int]) -> None:
    """Write words, each with the number of sentences that have it, to a new file."""
    words = sorted(counts, key=lambda word: (_typed(word), word))
    sorted_lines.write(path, (f"{word}\t{counts[word]}".encode() for word in words))


class CompletionTable:
    """Reads the words of an index; opening takes the same time however many there are."""

    def __init__(self, path: Path) -> None:
        self._lines = SortedLines(path, _key)

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

    def has(self, word: str) -> bool:
        """Return whether a sentence has *word*."""
        line = f"{word}\t".encode()
        lines = self._lines.with_prefix(_typed(word).encode())
        return any(each.startswith(line) for each in lines)

    def words(self) -> dict[str, int]:
        """Return all words with the number of sentences that have each."""
        return dict(self._read(""))

    def _read(self, letters: str, most: int | None = None) -> Iterator[tuple[str, int]]:
        for line in self._lines.with_prefix(letters.encode(), most):
            word, number = line.decode().split("\t")
            yield word, int(number)


def _key(line: bytes) -> bytes:
    return _typed(line.partition(b"\t")[0].decode()).encode()


def _typed(word: str) -> str:
    return jamo.letters(word).casefold()


def _by_count(entry: tuple[str, int]) -> tuple[int, str]:
    return -entry[1], entry[0]
