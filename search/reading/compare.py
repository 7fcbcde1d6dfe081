"""Compare a sentence with other documents, or two documents sentence by sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from indexer.analysis.analyzer import Analyzer
from indexer.errors import CommuniqueError
from indexer.ingest.sentence import Sentence
from search.engine.similarity import Similarity
from search.index import Index
from search.messages import Note
from search.reading.alignment import Pair, align
from search.reading.comparison import (
    Comparison,
    DocumentComparison,
    EditionComparison,
    Nearest,
    SentenceComparison,
    Status,
)
from search.reading.diff import diff, is_same


class SameDocumentError(CommuniqueError):
    """A document was to be compared with itself."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Note(
                "{name} cannot be compared with itself; name another document.",
                name=name,
            )
        )


def compare_documents(
    index: Index, before: str, after: str, *, strict: bool = False
) -> DocumentComparison:
    """Compare the documents named *before* and *after*.

    Args:
        index: The index that holds both.
        before: The name of the document that counts as the older one.
        after: The name of the document that counts as the newer one.
        strict: Whether particles, endings and spaces count as changes.

    Raises:
        CommuniqueError: The index lacks one of them, or they are the same document.
    """
    older, newer = index.edition(before), index.edition(after)
    if older == newer:
        raise SameDocumentError(before)
    comparer = Comparer(index.similarity, index.analyzer, strict=strict)
    comparisons = comparer.documents(
        index.document(older.document), index.document(newer.document)
    )
    return DocumentComparison(older, newer, tuple(comparisons))


def compare_sentences(
    index: Index, reference: str, names: Sequence[str] = (), *, strict: bool = False
) -> SentenceComparison:
    """Compare the sentences that *reference* names with other documents.

    The older document is the one before. If one of the two has no date, the document
    of *reference* is the one after.

    Args:
        index: The index to compare in.
        reference: A name as `Index.show` takes it, such as `scm-52-2020:6.2`.
        names: The documents to compare with; every other document if empty.
        strict: Whether particles, endings and spaces count as changes.

    Raises:
        CommuniqueError: The index lacks one of them, or *names* has the document of
            *reference* itself.
    """
    sentences = index.show(reference)
    document = sentences[0].document
    others = {index.edition(name).document for name in names}
    if document in others:
        raise SameDocumentError(document)
    comparer = Comparer(index.similarity, index.analyzer, strict=strict)
    whole = index.document(document)
    position = index.editions.index(index.edition(document))
    comparisons: list[EditionComparison] = []
    for other_position, other in enumerate(index.editions):
        if other.document == document or (others and other.document not in others):
            continue
        pair = whole, index.document(other.document)
        is_later = other.year and other_position > position
        before, after = pair if is_later else reversed(pair)
        comparisons += (
            EditionComparison(other, comparison, nearest)
            for comparison, nearest in comparer.sentences(before, after, sentences)
        )
    return SentenceComparison(reference, index.editions_by_name, tuple(comparisons))


class Comparer:
    """Compares documents by the scores of an index.

    With *strict*, a difference in a particle, an ending or a space is a change too.
    """

    def __init__(
        self, similarity: Similarity, analyzer: Analyzer, *, strict: bool = False
    ) -> None:
        self._similarity = similarity
        self._analyzer = analyzer
        self._strict = strict

    def documents(
        self, before: Sequence[Sentence], after: Sequence[Sentence]
    ) -> list[Comparison]:
        """Compare two documents, in the order of *after*.

        A dropped sentence follows the one that it followed in *before*.
        """
        pairs = align(before, after, self._similarity).pairs
        dropped = _dropped_by_predecessor(before, pairs)
        paired = {pair.after.id: self._compared(pair) for pair in pairs}
        comparisons = list(dropped[None])
        for sentence in after:
            comparison = paired.get(sentence.id) or Comparison("new", None, sentence)
            comparisons.append(comparison)
            if comparison.before:
                comparisons += dropped[comparison.before.id]
        return comparisons

    def sentences(
        self,
        before: Sequence[Sentence],
        after: Sequence[Sentence],
        sentences: Sequence[Sentence],
    ) -> list[tuple[Comparison, Nearest | None]]:
        """Compare *sentences*, all of one of the two documents, with the other.

        A sentence without a counterpart comes with the nearest sentence, if any shares
        a term with it.
        """
        alignment = align(before, after, self._similarity)
        by_id = {s.id: p for p in alignment.pairs for s in (p.before, p.after)}
        is_new = sentences[0].document == after[0].document
        comparisons: list[tuple[Comparison, Nearest | None]] = []
        for sentence in sentences:
            nearest = alignment.nearest.get(sentence.id)
            if pair := by_id.get(sentence.id):
                comparisons.append((self._compared(pair), None))
            elif is_new:
                comparisons.append((Comparison("new", None, sentence), nearest))
            else:
                comparisons.append((Comparison("dropped", sentence, None), nearest))
        return comparisons

    def _compared(self, pair: Pair) -> Comparison:
        segments = tuple(
            diff(pair.before.text, pair.after.text, self._analyzer, strict=self._strict)
        )
        status: Status = "same" if is_same(segments) else "reworded"
        return Comparison(
            status, pair.before, pair.after, pair.closeness, pair.moved, segments
        )


def _dropped_by_predecessor(
    before: Sequence[Sentence], pairs: Sequence[Pair]
) -> dict[str | None, list[Comparison]]:
    """Return the sentences without a counterpart, by the id of the one before them.

    A sentence that moved is no predecessor: its followers did not move with it.
    """
    paired = {pair.before.id: pair for pair in pairs}
    dropped: dict[str | None, list[Comparison]] = defaultdict(list)
    predecessor = None
    for sentence in before:
        pair = paired.get(sentence.id)
        if pair is None:
            dropped[predecessor].append(Comparison("dropped", sentence, None))
        elif not pair.moved:
            predecessor = sentence.id
    return dropped
