"""Synonyms: the abbreviations of a corpus and of the user's dictionary, both ways."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from indexer.storage import checksums, new_file
from indexer.storage.checksums import FileDamagedError
from indexer.text.folding import compact

MOST_FORMS = 4
"""The most other forms of a word, in the order of the file."""


class Abbreviation(NamedTuple):
    """A long form, a short form, and the id of the sentence that first defines it."""

    long: str
    short: str
    sentence: str


def write(path: Path, pairs: Iterable[Abbreviation]) -> None:
    """Write *pairs*, a line each: long form, short form, id of the sentence."""
    lines = (f"{pair.long}\t{pair.short}\t{pair.sentence}\n" for pair in pairs)
    new_file.write(path, "".join(lines).encode())


class Synonyms:
    """The abbreviations of an index: the user's, then others in the order of the corpus.

    Raises:
        FileDamagedError: The file is not as it was written.
    """

    def __init__(self, path: Path) -> None:
        try:
            lines = checksums.read(path).decode().splitlines()
            self.pairs = [Abbreviation(*line.split("\t")) for line in lines]
        except (UnicodeDecodeError, TypeError):
            raise FileDamagedError(path) from None

    def other_forms(self, key: str) -> Sequence[str]:
        """Return the other forms of a word, given without spaces and marks."""
        return self._others.get(key, [])[:MOST_FORMS]

    def corpus_spelling(self, word: str) -> str:
        """Return a long or short form as the corpus spells it: SCM for scm.

        Any other word is returned as it is.
        """
        return self._spellings.get(compact(word), word)

    @cached_property
    def _spellings(self) -> dict[str, str]:
        forms = (form for pair in self.pairs for form in (pair.long, pair.short))
        return {compact(form): form for form in forms}

    @cached_property
    def _others(self) -> dict[str, list[str]]:
        others: dict[str, list[str]] = {}
        for pair in self.pairs:
            for one, other in ((pair.long, pair.short), (pair.short, pair.long)):
                forms = others.setdefault(compact(one), [])
                if other not in forms:
                    forms.append(other)
        return others
