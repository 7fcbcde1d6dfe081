"""The sentences around a sentence, in its document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from indexer.sentence import Sentence
from search.index import Index
from search.results import sentence_to_json


class Context(NamedTuple):
    """What stands before and behind, in the order of the text."""

    before: tuple[Sentence, ...] = ()
    after: tuple[Sentence, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the context as a JSON object."""
        return {
            "before": [sentence_to_json(sentence) for sentence in self.before],
            "after": [sentence_to_json(sentence) for sentence in self.after],
        }


NO_CONTEXT = Context()


def around(index: Index, sentences: Sequence[Sentence], number: int) -> Context:
    """Return up to *number* sentences on each side of *sentences*, which are neighbours.

    They may be of other paragraphs, never of another document.
    """
    if not number or not sentences:
        return NO_CONTEXT
    document = index.document(sentences[0].document)
    places = {sentence.id: place for place, sentence in enumerate(document)}
    first, last = places[sentences[0].id], places[sentences[-1].id] + 1
    return Context(
        tuple(document[max(0, first - number) : first]),
        tuple(document[last : last + number]),
    )
