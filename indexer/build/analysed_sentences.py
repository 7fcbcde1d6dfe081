"""Analysed sentences: the distinct runs of a text, and the terms of each."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

from indexer.analysis.analyzer import Analyzer
from indexer.analysis.josa import strip_particles
from indexer.analysis.kiwi import Morphemes
from indexer.analysis.script_runs import Run, Script
from indexer.ingest.sentence import Sentence
from indexer.invert import bigrams
from indexer.invert.inversion import FieldTerms, Inversion, Lengths, TermsInOrder
from indexer.invert.inverted_field import InvertedField
from indexer.progress import Progress
from indexer.storage import completion
from indexer.storage.morpheme_cache import KnownRuns
from indexer.storage.sentence_spool import Sentences

_SORTED_TOGETHER = 1 << 16
"""How many runs are sorted before they are sent to be analysed."""


class RunTerms:
    """The terms of distinct runs in each field, a row of terms for a run.

    Runs that differ only in their particles, 동맹이 and 동맹을, share a row. `lengths`
    has the length of each row for BM25 (see `indexer.analysis.analyzer.Analysis.length`).
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._rows: dict[tuple[Script, str, Morphemes], int] = {}
        self.terms = FieldTerms()
        self.lengths = array("I")
        self.boundary_bigrams = FieldTerms()
        self.words = FieldTerms()
        self.morphemes = FieldTerms()

    def add(self, run: Run, parts: Morphemes) -> int:
        """Add a run, *parts* being its morphemes if it is Hangul; return its row."""
        stem = strip_particles(parts)
        text = run.text[: stem[-1].end] if stem else run.text
        row = self._rows.setdefault((run.script, text, stem), len(self._rows))
        if row == len(self.morphemes.rows):
            self._add_row(run, parts)
        return row

    def _add_row(self, run: Run, parts: Morphemes) -> None:
        analysis = self._analyzer.run_tokens(run, parts)
        self.terms.add(analysis.terms)
        self.lengths.append(analysis.length)
        self.boundary_bigrams.add(token.term for token in analysis.boundary_bigrams)
        self.words.add(completion.words_of(analysis))
        self.morphemes.add(analysis.words)


class AnalysedSentences:
    """Sentences as rows of runs, with the terms of each distinct run.

    `morphemes` has the morphemes of each Hangul run, by its key, and `run_rows` for each
    run of `inversion` its row in `run_terms`. Temporary files are in *folder*.
    """

    def __init__(
        self,
        sentences: Sentences,
        known_runs: KnownRuns,
        progress: Progress,
        folder: Path | None = None,
    ) -> None:
        self.analyzer = Analyzer(known_runs.morphemes)
        self.inversion = Inversion(folder)
        self.run_terms = RunTerms(self.analyzer)
        self.morphemes: dict[str, Morphemes] = {}
        order: list[int] = []
        # Runs are analysed in other processes while later sentences are still split.
        new_runs = self._split(progress(sentences, "cutting"))
        analyses = known_runs.stream(self._hangul_keys(new_runs, order))
        self.run_rows = self._add_runs(progress(order, "analysing"), analyses)

    def _split(self, sentences: Iterable[Sentence]) -> Iterator[int]:
        """Yield the numbers of the distinct runs of *sentences*, sorted in large batches.

        Kiwi caches its lookups, which helps with a run that begins like the one before.
        """
        runs = self.inversion.words.runs
        numbers = chain.from_iterable(self.inversion.add(s.text) for s in sentences)
        while batch := list(islice(numbers, _SORTED_TOGETHER)):
            batch.sort(key=lambda number: runs[number].key)
            yield from batch

    def _hangul_keys(self, numbers: Iterable[int], order: list[int]) -> Iterator[str]:
        """Yield the keys of the Hangul runs; append the numbers of all runs to *order*."""
        for number in numbers:
            order.append(number)
            run = self.inversion.words.runs[number]
            if run.script is Script.HANGUL:
                yield run.key

    def _add_runs(
        self, order: Iterable[int], analyses: Iterator[Morphemes]
    ) -> array[int]:
        """Add all runs to `run_terms`; return the row of each, by its number."""
        runs = self.inversion.words.runs
        rows = array("I", [0]) * len(runs)
        for number in order:
            run, parts = runs[number], Morphemes()
            if run.script is Script.HANGUL:
                parts = self.morphemes[run.key] = next(analyses)
            rows[number] = self.run_terms.add(run, parts)
        return rows

    def terms(self) -> InvertedField:
        """Return the postings of the terms that are searched and scored."""
        return self._invert(self.run_terms.terms)

    def lengths(self) -> Lengths:
        """Return the length of each sentence for BM25."""
        return self.inversion.lengths(self.run_terms.lengths, self.run_rows)

    def boundary_bigrams(self) -> InvertedField:
        """Return the postings of the boundary bigrams."""
        return self._invert(self.run_terms.boundary_bigrams)

    def uncovered_bigrams(self) -> InvertedField:
        """Return the postings of the bigrams that no noun bigram covers."""
        return bigrams.invert_uncovered(
            self.inversion, self.run_terms.terms, self.run_rows
        )

    def word_counts(self) -> dict[str, int]:
        """Return for each word of completion the number of sentences that have it."""
        return self.inversion.sentence_counts(self.run_terms.words, self.run_rows)

    def morphemes_in_order(self) -> Iterator[TermsInOrder]:
        """Yield the numbers of each sentence's morphemes in `run_terms.morphemes`."""
        return self.inversion.terms_in_order(self.run_terms.morphemes, self.run_rows)

    def _invert(self, field: FieldTerms) -> InvertedField:
        return self.inversion.invert(field, self.run_rows)
