"""Comparisons and keywords asked of an index, by the names of its documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from indexer.errors import CommuniqueError
from indexer.ingest.edition import Edition
from search.index import Index
from search.messages import Note
from search.reading.compare import Comparer, Comparison, Nearest, counts
from search.reading.keyness import Term, counted, keywords
from search.reading.library import by_name, edition, editions


class SameDocumentError(CommuniqueError):
    """A document was to be compared with itself."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Note(
                "{name} cannot be compared with itself; name another document.",
                name=name,
            )
        )


class Beside(NamedTuple):
    """A sentence beside what another document has of it, or has closest to it."""

    other: Edition
    comparison: Comparison
    nearest: Nearest | None

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "with": self.other.to_json(),
            **self.comparison.to_json(),
            "nearest": self.nearest.to_json() if self.nearest else None,
        }


@dataclass(frozen=True, slots=True)
class ComparedSentences:
    """Sentences beside other documents, in order of the documents' dates."""

    reference: str
    editions: dict[str, Edition]
    beside: tuple[Beside, ...]

    @property
    def comparisons(self) -> list[Comparison]:
        """The comparisons alone."""
        return [beside.comparison for beside in self.beside]

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        comparisons = [beside.to_json() for beside in self.beside]
        return {"reference": self.reference, "comparisons": comparisons}


@dataclass(frozen=True, slots=True)
class ComparedDocuments:
    """Two documents, sentence by sentence."""

    before: Edition
    after: Edition
    sentences: tuple[Comparison, ...]

    @property
    def editions(self) -> dict[str, Edition]:
        """Both documents by their names."""
        return {edition.document: edition for edition in (self.before, self.after)}

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "before": self.before.to_json(),
            "after": self.after.to_json(),
            "counts": counts(self.sentences),
            "sentences": [comparison.to_json() for comparison in self.sentences],
        }


def compare_documents(
    index: Index, before: str, after: str, *, strict: bool = False
) -> ComparedDocuments:
    """Compare two documents, in the order they are named in.

    Raises:
        CommuniqueError: One is not there, or both are the same.
    """
    one, other = edition(index, before), edition(index, after)
    if one == other:
        raise SameDocumentError(before)
    comparer = Comparer(index.similarity, index.analyzer, strict=strict)
    found = comparer.documents(
        index.document(one.document), index.document(other.document)
    )
    return ComparedDocuments(one, other, tuple(found))


def compare_sentences(
    index: Index, reference: str, names: Sequence[str] = (), *, strict: bool = False
) -> ComparedSentences:
    """Compare a sentence, or those of a paragraph, with other documents.

    The older of two documents is what was before; of two that are not dated, the one
    whose sentence was not asked for.

    Raises:
        CommuniqueError: Something is not there, or it is the sentence's own document.
    """
    wanted = index.show(reference)
    known = by_name(index)
    own = wanted[0].document
    others = [edition(index, name) for name in dict.fromkeys(names)]
    if own in names:
        raise SameDocumentError(own)
    in_order = editions(index)
    comparer = Comparer(index.similarity, index.analyzer, strict=strict)
    found: list[Beside] = []
    for other in in_order:
        if other.document == own or (others and other not in others):
            continue
        later = other.year and in_order.index(other) > in_order.index(known[own])
        here, there = index.document(own), index.document(other.document)
        both = (here, there) if later else (there, here)
        for comparison, nearest in comparer.sentences(*both, wanted):
            found.append(Beside(other, comparison, nearest))
    return ComparedSentences(reference, known, tuple(found))


def keywords_of(
    index: Index, document: str | None, limit: int
) -> list[tuple[Edition, list[Term]]]:
    """Return the most telling compounds of a document, or of each.

    Raises:
        CommuniqueError: There is no such document.
    """
    wanted = [edition(index, document)] if document else editions(index)
    counts = {
        name: counted(index.document(name), index.analyzer) for name in by_name(index)
    }
    everything: Counter[str] = sum(counts.values(), Counter())
    found = []
    for each in wanted:
        here = counts[each.document]
        found.append((each, keywords(here, everything - here)[:limit]))
    return found
