"""The sentence: what is indexed, found and cited."""

from __future__ import annotations

from typing import NamedTuple

ANNEX = "annex"
"""What begins the place of a sentence of an annex, and no other."""


class Sentence(NamedTuple):
    """A sentence and its place, or a record of a JSON Lines file.

    `text` is in NFC with line breaks undone; `start` and `end` are its offsets in the
    source's decoded text (for a record, those of its line). `paragraph` is the
    document's own number, 0 for what stands before paragraph 1, None in an annex and
    where paragraphs are not numbered; `number` counts in the paragraph or annex, or
    else in the document, from 1, and is None for a record. `speaker` and `act` are
    whose it is and the act it ends in (see `indexer.extract.statements`), None where it does
    not say, and for records.
    """

    id: str
    document: str
    paragraph: int | None
    number: int | None
    start: int
    end: int
    text: str
    speaker: str | None = None
    act: str | None = None

    @property
    def part(self) -> str | None:
        """What it is cited by besides its number: `11`, `annex1`; None without parts."""
        if self.paragraph is not None:
            return str(self.paragraph)
        place = self.id.removeprefix(f"{self.document}:")
        return place.rpartition(".")[0] if place.startswith(ANNEX) else None
