"""Other forms of a word: the abbreviations of a corpus, kept with its index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from indexer.storage import checksums
from indexer.storage.checksums import FileDamagedError
from indexer.text.folding import compact

MOST = 4
"""How many other forms a word may stand for, those that come first."""


class Abbreviation(NamedTuple):
    """A long form, a short form, and the id of the sentence that first defines it."""

    long: str
    short: str
    sentence: str


def write(path: Path, pairs: Iterable[Abbreviation]) -> None:
    """Write *pairs*, a line each: long form, short form, id of the sentence."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for pair in pairs:
            file.write(f"{pair.long}\t{pair.short}\t{pair.sentence}\n")


class Synonyms:
    """The abbreviations of an index, both ways.

    `pairs` are all of them: a user's own, then the others in the order of the corpus.
    """

    def __init__(self, path: Path) -> None:
        try:
            lines = checksums.read(path).decode().splitlines()
            self.pairs = [Abbreviation(*line.split("\t")) for line in lines]
        except (UnicodeDecodeError, TypeError):
            raise FileDamagedError(path) from None

    def others(self, key: str) -> Sequence[str]:
        """Return the other forms of the word whose squeezed form is *key*."""
        return self._others.get(key, [])[:MOST]

    def written(self, word: str) -> str:
        """Return *word* as the corpus writes it, if it is a form: SCM for scm."""
        return self._written.get(compact(word), word)

    @cached_property
    def _written(self) -> dict[str, str]:
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
