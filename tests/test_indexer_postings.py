"""The Whoosh index of a generation: plain Whoosh, with nothing of ours pickled in."""

from __future__ import annotations

from pathlib import Path

from indexer import kiwi, postings
from indexer.analysis import Analyzer
from indexer.documents import Document, Sentence


def write(folder: Path, sentences: list[Sentence]) -> int:
    analyze = Analyzer(kiwi.morphemes).analyze
    return postings.write(folder, ((s, analyze(s.text)) for s in sentences))


def test_each_distinct_term_is_counted_once(
    tmp_path: Path, communique: Document
) -> None:
    analyze = Analyzer(kiwi.morphemes).analyze
    terms = {term for s in communique.sentences for term in analyze(s.text).terms}

    assert write(tmp_path / "whoosh", list(communique.sentences)) == len(terms)


def test_an_index_may_hold_sentences_without_a_term(tmp_path: Path) -> None:
    silent = Sentence("a", "기록", None, None, 0, 3, "…")

    assert write(tmp_path / "whoosh", [silent]) == 0


def test_opening_an_index_unpickles_nothing_of_this_program(
    index_folder: Path,
) -> None:
    """An analyser in the schema would tie every index to the module that held it."""
    tables = list(index_folder.glob("g*/whoosh/*.toc"))

    assert tables
    for table in tables:
        assert b"indexer" not in table.read_bytes()
        assert b"search." not in table.read_bytes()
