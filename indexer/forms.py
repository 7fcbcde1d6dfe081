"""Other forms of a word: the abbreviations of a corpus, kept with its index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

from indexer.abbreviations import Abbreviation
from indexer.folding import squeeze

MOST = 4
"""How many other forms a word may stand for, those that come first."""


def write(path: Path, pairs: Iterable[Abbreviation]) -> None:
    """Write *pairs*, a line each: long form, short form, id of the sentence."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for pair in pairs:
            file.write(f"{pair.long}\t{pair.short}\t{pair.sentence}\n")


class Forms:
    """The abbreviations of an index, both ways.

    `pairs` are all of them: a user's own, then the others in the order of the corpus.
    """

    def __init__(self, path: Path) -> None:
        lines = path.read_text(encoding="utf-8").splitlines()
        self.pairs = [Abbreviation(*line.split("\t")) for line in lines]

    def others(self, key: str) -> Sequence[str]:
        """Return the other forms of the word whose squeezed form is *key*."""
        return self._others.get(key, [])[:MOST]

    @cached_property
    def _others(self) -> dict[str, list[str]]:
        others: dict[str, list[str]] = {}
        for pair in self.pairs:
            for one, other in ((pair.long, pair.short), (pair.short, pair.long)):
                forms = others.setdefault(squeeze(one)[0], [])
                if other not in forms:
                    forms.append(other)
        return others
