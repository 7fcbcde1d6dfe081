"""The sentence: the unit that is indexed, found and cited."""

from __future__ import annotations

from typing import NamedTuple

ANNEX = "annex"
"""First characters of the part of a sentence in an annex, as in `annex1`."""


class Sentence(NamedTuple):
    """A sentence and its place in a text file, or a record of a JSON Lines file.

    `text` is in NFC, with line breaks inside the sentence removed. `start` and `end` are
    its offsets in characters in the decoded source (for a record, those of its line,
    or of its field in a CSV file).

    `paragraph` is the number that the document prints: 0 for text before paragraph 1,
    None in an annex and in documents without numbered paragraphs. `number` counts from 1
    within the paragraph or annex, or within the document if it has neither; it is None
    for a record. `speaker` and `act` come from the sentence itself (see
    `indexer.extract.statements`); both are None for records. `page` is the page on which
    the sentence begins, None in a format without pages.
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
    page: int | None = None

    @property
    def part(self) -> str | None:
        """The paragraph or annex: `11`, `annex1`; None for a record or without parts."""
        if self.paragraph is not None:
            return str(self.paragraph)
        if self.number is None:
            return None
        place = self.id.removeprefix(f"{self.document}:")
        return place.rpartition(".")[0] if place.startswith(ANNEX) else None
