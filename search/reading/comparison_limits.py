"""Comparisons with a limit on their size, as a running thread cannot be stopped."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.errors import CommuniqueError
from search.index import Index
from search.messages import Note
from search.reading.compare import compare_documents, compare_sentences
from search.reading.comparison import DocumentComparison, SentenceComparison

MOST_PAIRS = 500_000
"""The most pairs of sentences that one request may compare."""


class TooLargeError(CommuniqueError):
    """The comparison would occupy a thread for too long."""

    def __init__(self, sentences: int, most: int) -> None:
        super().__init__(
            Note(
                "comparing these documents means {sentences} pairs of sentences, more"
                " than the {most} that the server takes on; use `communique compare`.",
                sentences=sentences,
                most=most,
            )
        )


def history(
    index: Index, reference: str, others: Sequence[str] = (), *, strict: bool = False
) -> SentenceComparison:
    """Compare the sentences of a reference with other documents, by default with all.

    Raises:
        TooLargeError: The comparison exceeds `MOST_PAIRS`.
        CommuniqueError: As `compare_sentences` raises it.
    """
    document = index.show(reference)[0].document
    names = others or [each.document for each in index.editions]
    _check(index, document, [index.edition(name).document for name in names])
    return compare_sentences(index, reference, others, strict=strict)


def documents(
    index: Index, before: str, after: str, *, strict: bool = False
) -> DocumentComparison:
    """Compare two documents.

    Raises:
        TooLargeError: The comparison exceeds `MOST_PAIRS`.
        CommuniqueError: As `compare_documents` raises it.
    """
    _check(index, index.edition(before).document, [index.edition(after).document])
    return compare_documents(index, before, after, strict=strict)


def _check(index: Index, document: str, others: Sequence[str]) -> None:
    sizes = {source.document: source.sentences for source in index.manifest.sources}
    pairs = sum(sizes[document] * sizes[name] for name in others if name != document)
    if pairs > MOST_PAIRS:
        raise TooLargeError(pairs, MOST_PAIRS)
