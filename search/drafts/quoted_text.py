"""The text of a quotation as it is compared: its parts, its sentences, their letters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property

from indexer.ingest.sentence_split import sentence_spans
from search.reading.letters import letters, pair_counts

_ENDS_WITH_STOP = re.compile(r"[.?!…][)\]」』”’\"']*$")
_LONGEST_END = 48
"""Letters at an end of a sentence by which it is looked up."""


class QuotedText:
    """A quotation, or one of its sentences.

    `parts` are the texts between ellipses, each as the lines that it has in the draft.
    """

    def __init__(self, parts: Iterable[Sequence[str]]) -> None:
        self.parts = tuple(map(tuple, parts))
        self.texts = tuple(map(" ".join, self.parts))

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """The letters of each part."""
        return tuple(letters(text).text for text in self.texts)

    @cached_property
    def joined_letters(self) -> tuple[str, ...]:
        """The same with no space for a line break, which may be between two digits."""
        return tuple(letters("".join(part)).text for part in self.parts)

    @cached_property
    def pairs(self) -> Counter[str]:
        """How often each pair of adjacent letters occurs."""
        return pair_counts("".join(self.letters))

    @cached_property
    def sentences(self) -> tuple[QuotedText, ...]:
        """The sentences of the quotation, each with the parts that are in it."""
        sentences: list[list[str]] = []
        continues = False
        for text in self.texts:
            for start, end in sentence_spans(text):
                if continues:
                    sentences[-1].append(text[start:end])
                else:
                    sentences.append([text[start:end]])
                continues = False
            continues = not _ENDS_WITH_STOP.search(text)
        return tuple(QuotedText((text,) for text in each) for each in sentences)

    @property
    def has_sentence_before_ellipsis(self) -> bool:
        """Whether a part before an ellipsis ends a sentence: it may stand for others."""
        return any(map(_ENDS_WITH_STOP.search, self.texts[:-1]))


def ends_of(text: str) -> list[str]:
    """Return two parts of a sentence by which it can be looked up, or all if it is short."""
    if len(text) <= _LONGEST_END:
        return [text]
    half = _LONGEST_END // 2
    head = text[:_LONGEST_END].rpartition(" ")[0] or text[:half]
    return [head, text[-_LONGEST_END:].partition(" ")[2] or text[-half:]]
