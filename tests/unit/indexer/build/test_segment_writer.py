"""Writing: what is written of sentences does not depend on how their runs came up."""

from __future__ import annotations

import pytest

from indexer.analysis import kiwi
from indexer.build import segment_writer
from indexer.build.plan import CORPUS
from indexer.build.segment_writer import Analysed
from indexer.ingest.sentence import Sentence
from indexer.progress import no_progress
from indexer.storage.morpheme_cache import KnownRuns


def read(sentences: list[Sentence]) -> tuple[object, ...]:
    """Return what sentences were analysed to: postings, runs, and terms in their order."""
    found = Analysed(sentences, KnownRuns(kiwi.morphemes), no_progress)
    field = found.cut.morphemes
    followed = found.inversion.terms_in_order(field, found.rows)
    order = [field.by_number[number] for number in followed.values.tolist()]
    postings = [
        (each.terms, each.starts.tolist(), each.sentences.tolist())
        for each in (found.fields(sentences)["terms"], found.edges(), found.pairs())
    ]
    return postings, found.known, followed.rows.tolist(), order, found.words()


def test_it_does_not_matter_how_many_runs_are_put_in_order_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sentences = [
        Sentence(f"줄:{number}", "줄", None, None, 0, len(line), line)
        for number, line in enumerate(
            (CORPUS / "scm-52-2020.txt").read_text("utf-8").splitlines()
        )
    ]
    together = read(sentences)

    monkeypatch.setattr(segment_writer, "_AT_ONCE", 7)

    assert read(sentences) == together
