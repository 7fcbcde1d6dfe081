"""Text with the span in its source of every character."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OffsetText:
    """NFC text; character `i` stands for `source[starts[i]:ends[i]]`.

    Slicing keeps the offsets. A character that is not in the source, such as the space
    that replaces a line break, has an empty span.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, source: str) -> OffsetText:
        """Normalise *source* to NFC; the offsets point into *source* as it is."""
        if unicodedata.is_normalized("NFC", source):
            return cls(source, range(len(source)), range(1, len(source) + 1))
        text: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for start, end in _clusters(source):
            composed = unicodedata.normalize("NFC", source[start:end])
            text.append(composed)
            starts.extend([start] * len(composed))
            ends.extend([end] * len(composed))
        return cls("".join(text), starts, ends)

    @classmethod
    def join(cls, pieces: Iterable[OffsetText]) -> OffsetText:
        """Concatenate *pieces* in order."""
        text: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for piece in pieces:
            text.append(piece.text)
            starts.extend(piece.starts)
            ends.extend(piece.ends)
        return cls("".join(text), starts, ends)

    def __len__(self) -> int:
        return len(self.text)

    def __getitem__(self, part: slice) -> OffsetText:
        return OffsetText(self.text[part], self.starts[part], self.ends[part])

    def strip(self) -> OffsetText:
        """Drop white space at both ends."""
        length = len(self.text.strip())
        start = len(self.text) - len(self.text.lstrip())
        return self[start : start + length]

    @property
    def span(self) -> tuple[int, int]:
        """Start and end offset in the source; an empty text has none."""
        return self.starts[0], self.ends[-1]


def _clusters(source: str) -> Iterable[tuple[int, int]]:
    """Yield the spans of the shortest pieces that NFC composes independently."""
    start = 0
    for index in range(1, len(source)):
        char = source[index]
        # Some characters that do not combine decompose into two that do.
        if unicodedata.combining(unicodedata.normalize("NFD", char)[0]):
            continue
        before = unicodedata.normalize("NFC", source[start:index])
        if unicodedata.normalize("NFC", source[start : index + 1]) == (
            before + unicodedata.normalize("NFC", char)
        ):
            yield start, index
            start = index
    if source:
        yield start, len(source)
