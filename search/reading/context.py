"""The sentences around a sentence, in its document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from indexer.ingest.sentence import Sentence
from search.index import Index
from search.results import SearchResult, sentence_to_json


class Context(NamedTuple):
    """The sentences before and after one or more sentences, in the order of the text."""

    before: tuple[Sentence, ...] = ()
    after: tuple[Sentence, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return both sides as a JSON object, `{"before": […], "after": […]}`."""
        return {
            "before": [sentence_to_json(sentence) for sentence in self.before],
            "after": [sentence_to_json(sentence) for sentence in self.after],
        }


NO_CONTEXT = Context()


def around(index: Index, sentences: Sequence[Sentence], number: int) -> Context:
    """Return up to *number* sentences on each side of consecutive *sentences*.

    They may be of other paragraphs, never of another document.
    """
    if not number or not sentences:
        return NO_CONTEXT
    return _neighbours(index.document(sentences[0].document), sentences, number)


def contexts(index: Index, result: SearchResult, number: int) -> dict[str, Context]:
    """Return up to *number* sentences on each side of each hit, by the hit's id."""
    if not number:
        return {}
    sentences = [hit.sentence for hit in result.hits]
    documents = {
        name: index.document(name)
        for name in dict.fromkeys(sentence.document for sentence in sentences)
    }
    return {
        sentence.id: _neighbours(documents[sentence.document], [sentence], number)
        for sentence in sentences
    }


def result_to_json(
    result: SearchResult, contexts: Mapping[str, Context]
) -> dict[str, Any]:
    """Return *result* as a JSON object; hits have the key `context` if *contexts* do."""
    record = result.to_json()
    for hit in record["hits"] if contexts else ():
        hit["context"] = contexts[hit["id"]].to_json()
    return record


def _neighbours(
    document: Sequence[Sentence], sentences: Sequence[Sentence], number: int
) -> Context:
    first = document.index(sentences[0])
    last = first + len(sentences)
    return Context(
        tuple(document[max(0, first - number) : first]),
        tuple(document[last : last + number]),
    )
