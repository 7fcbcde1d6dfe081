"""The embedded engine: a Whoosh index on disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from whoosh import query as whoosh
from whoosh.index import open_dir
from whoosh.scoring import BM25F

from indexer.analysis import GRAM_MARK, WHOLE_MARK
from indexer.documents import Sentence
from indexer.postings import (
    DOCUMENT,
    EDGES,
    ID_FIELD,
    PARAGRAPH,
    STORED_SENTENCE,
    TERMS,
)
from indexer.squeezed import SqueezedText
from search.engine import Ranking, TermScore
from search.meaning import Clause, Concept, Either, Every

# Measured on statute articles by their headings: 0.9 is best of 0.7, 0.9 and 1.2, 0.75
# of 0.5, 0.75 and 0.9; weighting by the share of terms matched only lost. Noun runs as
# terms gained most at a weight of 0.5, of 0.25, 0.5 and 1.
K1 = 0.9
B = 0.75
WHOLE_WEIGHT = 0.5


class WhooshEngine:
    """Searches a Whoosh index and the squeezed text; see `search.engine.Engine`."""

    def __init__(self, folder: Path, squeezed: SqueezedText) -> None:
        self._squeezed = squeezed
        self._searcher: Any = open_dir(folder, readonly=True).searcher(
            weighting=BM25F(B=B, K1=K1)
        )
        self._reader: Any = self._searcher.reader()

    def close(self) -> None:
        """Let go of the index."""
        self._searcher.close()
        self._squeezed.close()

    def rank(
        self,
        tiers: Sequence[Clause],
        weights: Mapping[str, float],
        *,
        limit: int,
        offset: int,
    ) -> Ranking:
        """Rank the sentences that have one of *tiers*, an earlier one above a later."""
        wanted = limit + offset
        found: set[int] = set()
        ranked: list[tuple[int, float]] = []
        totals: list[int] = []
        for tier in tiers:
            new = self._having(tier) - found
            found |= new
            totals.append(len(new))
            if new and len(ranked) < wanted:
                ceiling = ranked[-1][1] if ranked else None
                ranked += _below(ceiling, self._ranked(weights, new, wanted))
        return Ranking(
            tuple(totals),
            tuple(
                (self._sentence(number), score)
                for number, score in ranked[offset : offset + limit]
            ),
        )

    def count(self, clause: Clause) -> int:
        """Return how many sentences have *clause*."""
        return len(self._having(clause))

    def has(self, id_: str, clause: Clause) -> bool:
        """Tell whether the sentence of that id has *clause*."""
        return bool(self._holding(ID_FIELD, id_) & self._having(clause))

    def scores(self, id_: str, weights: Mapping[str, float]) -> tuple[TermScore, ...]:
        """Return what the terms that the sentence has add to its score, most first."""
        found = [
            self._score(number, term, weight * _kind_weight(term))
            for number in self._holding(ID_FIELD, id_)
            for term, weight in weights.items()
            if number in self._holding(TERMS, term)
        ]
        return tuple(sorted(found, key=lambda term: -term.score))

    def _score(self, number: int, term: str, weight: float) -> TermScore:
        postings = self._searcher.postings(TERMS, term)
        postings.skip_to(number)
        return TermScore(
            term=term,
            weight=weight,
            frequency=int(postings.weight()),
            length=self._reader.doc_field_length(number, TERMS),
            sentences=self._reader.doc_frequency(TERMS, term),
            score=weight * postings.score(),
        )

    def sentence(self, id_: str) -> Sentence | None:
        """Return the sentence of that id."""
        found = self._all(ID_FIELD, id_)
        return found[0] if found else None

    def paragraph(self, reference: str) -> list[Sentence]:
        """Return the sentences of a paragraph, in order."""
        return self._all(PARAGRAPH, reference)

    def document(self, name: str) -> list[Sentence]:
        """Return the sentences of a document, in order."""
        return self._all(DOCUMENT, name)

    def _all(self, field: str, value: str) -> list[Sentence]:
        return [self._sentence(n) for n in sorted(self._holding(field, value))]

    def _sentence(self, number: int) -> Sentence:
        return Sentence(*self._reader.stored_fields(number)[STORED_SENTENCE])

    def _ranked(
        self, weights: Mapping[str, float], among: set[int], limit: int
    ) -> list[tuple[int, float]]:
        """Return the best of *among*, by Whoosh's own scoring, with their scores."""
        scoring = [
            whoosh.Term(TERMS, term, boost=weight * _kind_weight(term))
            for term, weight in weights.items()
            if (TERMS, term) in self._reader
        ]
        ranked: list[tuple[int, float]] = []
        if scoring:
            query = whoosh.Or(scoring)
            results = self._searcher.search(query, limit=limit, filter=among)
            ranked = [(hit.docnum, float(hit.score)) for hit in results]
        if len(ranked) < min(limit, len(among)):
            # What a NOT or a stretch lets in may hold no term at all.
            ranked += [(n, 0.0) for n in sorted(among - {n for n, _ in ranked})]
        return ranked

    # Sets rather than Whoosh's matchers for the boolean part: those nest as deep as
    # there are clauses, and a pasted page has more of them than Python has stack.

    def _having(self, clause: Clause) -> set[int]:
        """Return the numbers of the sentences that have *clause*."""
        if isinstance(clause, Concept):
            found = [self._side_by_side(sequence) for sequence in clause.sequences]
            found += [self._holding(TERMS, part) for part in clause.parts]
            if clause.edge:
                found.append(self._holding(EDGES, clause.edge))
            if clause.stretch:
                found.append(self._squeezed.holding(clause.stretch))
            return set().union(*found)
        if isinstance(clause, Either):
            return set().union(*map(self._having, clause.clauses))
        if isinstance(clause, Every):
            return set.intersection(*map(self._having, clause.clauses))
        return set(self._reader.all_doc_ids()) - self._having(clause.clause)

    def _holding(self, field: str, term: str) -> set[int]:
        if (field, term) not in self._reader:
            return set()
        return set(self._reader.postings(field, term).all_ids())

    def _side_by_side(self, sequence: Sequence[str]) -> set[int]:
        holding = [self._holding(TERMS, term) for term in dict.fromkeys(sequence)]
        if len(sequence) == 1 or not (found := set.intersection(*holding)):
            return holding[0] if len(sequence) == 1 else set()
        phrase = whoosh.Phrase(TERMS, list(sequence))
        found &= set(phrase.docs(self._searcher))
        if found and sequence[0].startswith(GRAM_MARK):
            # Pairs of neighbouring runs stand side by side too: 한미, 미동.
            first, *rest = (term.removeprefix(GRAM_MARK) for term in sequence)
            found &= self._squeezed.holding(first + "".join(gram[-1] for gram in rest))
        return found


def _kind_weight(term: str) -> float:
    return WHOLE_WEIGHT if term.startswith(WHOLE_MARK) else 1.0


def _below(
    ceiling: float | None, ranked: list[tuple[int, float]]
) -> list[tuple[int, float]]:
    """Press the scores under *ceiling*, in the same order: scores tell the rank."""
    if ceiling is None:
        return ranked
    return [(number, ceiling * score / (1 + score)) for number, score in ranked]
