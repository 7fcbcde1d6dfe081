"""Analysed sentences do not depend on the order in which their runs are analysed."""

from __future__ import annotations

import pytest

from indexer.analysis import kiwi
from indexer.build import analysed_sentences
from indexer.build.analysed_sentences import AnalysedSentences
from indexer.build.plan import CORPUS
from indexer.ingest.sentence import Sentence
from indexer.progress import no_progress
from indexer.storage.morpheme_cache import KnownRuns


def analyse(sentences: list[Sentence]) -> tuple[object, ...]:
    """Return all that is made of sentences: postings, morphemes in order, words."""
    analysed = AnalysedSentences(sentences, KnownRuns(kiwi.morphemes), no_progress)
    by_number = analysed.run_terms.morphemes.by_number
    order = [
        [by_number[number] for number in block.numbers.values.tolist()]
        for block in analysed.morphemes_in_order()
    ]
    postings = [
        [(term, numbers.tolist()) for term, numbers in field.with_prefix("")]
        for field in (
            analysed.terms(),
            analysed.boundary_bigrams(),
            analysed.uncovered_bigrams(),
        )
    ]
    lengths = analysed.lengths().tolist()
    return postings, analysed.morphemes, lengths, order, analysed.word_counts()


def test_the_size_of_sorted_batches_makes_no_difference(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sentences = [
        Sentence(f"줄:{number}", "줄", None, None, 0, len(line), line)
        for number, line in enumerate(
            (CORPUS / "scm-52-2020.txt").read_text("utf-8").splitlines()
        )
    ]
    together = analyse(sentences)

    monkeypatch.setattr(analysed_sentences, "_SORTED_TOGETHER", 7)

    assert analyse(sentences) == together
