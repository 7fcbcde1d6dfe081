"""The sentence: what is indexed, found and cited."""

from __future__ import annotations

from typing import NamedTuple


class Sentence(NamedTuple):
    """A sentence and its place, or a record of a JSON Lines file.

    `text` is in NFC with line breaks undone; `start` and `end` are its offsets in the
    source's decoded text (for a record, those of its line). `paragraph` is the
    document's own number, 0 for what stands before paragraph 1, None where paragraphs
    are not numbered; `number` counts in the paragraph, or else in the document, from 1,
    and is None for a record. `speaker` and `act` are whose it is and the act it ends in
    (see `indexer.statements`), None where it does not say, and for records.
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
