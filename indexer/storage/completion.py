"""The vocabulary: the words of an index, for completing and correcting what is typed.

One line a word: the word, a tab, and the number of sentences that have it. They are
sorted by the letters that the words are typed with, so that the words that begin with
the same keys stand together, and completing one reads no others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from heapq import nsmallest
from pathlib import Path

from indexer.analysis.analyzer import NOUN_RUN_MARK, Analysis, Role
from indexer.storage import sorted_lines
from indexer.storage.sorted_lines import SortedLines
from indexer.text import jamo

READ_AT_MOST = 70_000
"""How many words completing reads, of those that begin as typed."""


def words_of(analysis: Analysis) -> set[str]:
    """Return the words of a sentence.

    Words are the noun runs and what has two characters or more of the morphemes that
    mean something alone; verbs are in their dictionary form.
    """
    words = {
        token.term.removeprefix(NOUN_RUN_MARK) for token in analysis.noun_run_terms
    }
    for token in analysis.morphemes:
        if len(token.term) > 1 and token.role is Role.FREE:
            words.add(token.term)
    return words


def write(path: Path, counts: Mapping[str, int]) -> None:
    """Write a vocabulary of *counts*, word to number of sentences."""
    words = sorted(counts, key=lambda word: (_typed(word), word))
    sorted_lines.write(path, (f"{word}\t{counts[word]}".encode() for word in words))


class CompletionTable:
    """A vocabulary on disk; opening it takes no longer the more words it has."""

    def __init__(self, path: Path) -> None:
        self._lines = SortedLines(path, _key)

    def close(self) -> None:
        """Let go of the file."""
        self._lines.close()

    def starting(self, prefix: str, most: int) -> list[tuple[str, int]]:
        """Return words that begin with the keys of *prefix*, the most frequent first.

        전작ㄱ begins 전작권, and so does 전자, which it reads while it is being typed.
        """
        if not prefix:
            return []
        words = self._read(_typed(prefix), READ_AT_MOST)
        return nsmallest(most, words, key=_by_count)

    def with_initials(self, initials: str, most: int) -> list[tuple[str, int]]:
        """Return words whose syllables begin with *initials*, the most frequent first.

        Words with as many syllables as *initials* come before longer ones.
        """
        initials = jamo.letters(initials)
        if not jamo.is_initials(initials):
            return []
        candidates = [
            (begun != initials, entry)
            for entry in self._read(initials[0])
            if (begun := jamo.initials(entry[0])).startswith(initials)
        ]
        best = nsmallest(
            most, candidates, key=lambda item: (item[0], _by_count(item[1]))
        )
        return [entry for _, entry in best]

    def has(self, word: str) -> bool:
        """Whether the index has *word* as one of its words."""
        line = f"{word}\t".encode()
        lines = self._lines.starting(_typed(word).encode())
        return any(each.startswith(line) for each in lines)

    def words(self) -> dict[str, int]:
        """Return all words, each with the number of sentences that have it."""
        return dict(self._read(""))

    def _read(self, letters: str, most: int | None = None) -> Iterator[tuple[str, int]]:
        for line in self._lines.starting(letters.encode(), most):
            word, number = line.decode().split("\t")
            yield word, int(number)


def _key(line: bytes) -> bytes:
    return _typed(line.partition(b"\t")[0].decode()).encode()


def _typed(word: str) -> str:
    return jamo.letters(word).casefold()


def _by_count(entry: tuple[str, int]) -> tuple[int, str]:
    return -entry[1], entry[0]
