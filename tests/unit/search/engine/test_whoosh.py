"""The engine on disk ranks as Whoosh's own searcher would."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from math import log
from pathlib import Path
from typing import Any

import pytest
from whoosh.index import open_dir
from whoosh.query import Or, Term
from whoosh.scoring import BM25F

from indexer.bm25 import K1, B
from indexer.build.index_directory import IndexDirectory
from indexer.build.rebuild import rebuild
from indexer.file_names import WHOOSH
from indexer.storage.forward_index import ForwardIndex
from indexer.storage.stored_sentences import StoredSentences
from indexer.whoosh_format.reader import TERMS, PostingsReader
from search.engine.array_scoring import ArrayScorer
from search.engine.block_scoring import BlockScorer
from search.engine.clauses import And, TermQuery, WordQuery
from search.engine.clauses import Or as AnyOf
from search.engine.loop_scoring import LoopScorer
from search.engine.scoring import Scorer
from search.engine.whoosh import WhooshEngine


class Weighting(BM25F):  # type: ignore[misc]
    """Whoosh's BM25F with the idf of Lucene."""

    def __init__(self) -> None:
        super().__init__(B=B, K1=K1)

    def idf(self, searcher: Any, fieldname: str, text: Any) -> float:
        parent = searcher.get_parent()
        frequency = parent.doc_frequency(fieldname, text)
        return log(1 + (parent.doc_count_all() - frequency + 0.5) / (frequency + 0.5))


@dataclass(frozen=True)
class Searched:
    """An index searched by Whoosh, by loops and by arrays."""

    folder: Path
    reader: PostingsReader
    scorers: Mapping[str, Scorer[Any, Any, Any]]
    terms: Sequence[str]

    @classmethod
    def of(cls, folder: Path) -> Searched:
        generation = IndexDirectory(folder).current()
        with open_dir(str(generation / WHOOSH)).reader() as reader:
            terms = [term.decode() for term in reader.lexicon(TERMS)]
        opened = PostingsReader(generation / WHOOSH)
        made = (opened.length_bytes(), opened.average_length)
        scorers: dict[str, Scorer[Any, Any, Any]] = {
            "loops": LoopScorer(*made),
            "arrays": ArrayScorer(*made),
            "blocks": BlockScorer(*made, first=1),
        }
        return cls(generation / WHOOSH, opened, scorers, terms)

    def query(self, drawn: random.Random) -> dict[str, float]:
        """Draw terms of the index with their weights, now and then one it has not."""
        terms = drawn.sample(self.terms, drawn.choice([1, 1, 2, 3, 5, 9]))
        if not drawn.randrange(9):
            terms.append("없는말")
        return {term: drawn.choice([0.1, 0.2, 0.5, 1.0]) for term in terms}

    def ranked(
        self, kind: str, weights: Mapping[str, float]
    ) -> list[tuple[int, float]]:
        """Rank all sentences that have one of the terms, as the engine would."""
        by = self.scorers[kind]
        candidates = 0
        impacts: dict[str, Any] = {}
        for term in weights:
            if postings := self.reader.postings(TERMS, term):
                candidates |= by.sentence_set(postings)
                impacts[term] = by.impacts(postings)
        return by.best(by.total(weights, impacts.get), candidates, self.reader.count)


def as_whoosh_ranks(searched: Searched, count: int, seed: int) -> None:
    """Check *count* random queries against Whoosh's own searcher."""
    drawn = random.Random(seed)  # noqa: S311
    weighting = Weighting()
    scored = tied = 0
    index = open_dir(str(searched.folder))
    with index.searcher(weighting=weighting) as searcher:
        assert searcher.doc_count_all() == searched.reader.count
        for _ in range(count):
            weights = searched.query(drawn)
            query = Or([Term(TERMS, term, boost=weights[term]) for term in weights])
            hits = searcher.search(query, limit=None)
            expected = {number: score for score, number in hits.top_n}
            for kind in searched.scorers:
                ranking = searched.ranked(kind, weights)
                assert len(ranking) == len(expected), (kind, weights)
                assert dict(ranking) == pytest.approx(expected, rel=1e-5), (
                    kind,
                    weights,
                )
                for (first, better), (second, worse) in pairwise(ranking):
                    assert better >= worse
                    assert better > worse or first < second
                    assert expected[first] >= expected[second] * (1 - 1e-5)
                    tied += better == worse
            scored += len(expected)
    index.close()

    assert scored > count
    assert tied


def test_whoosh_gives_the_same_scores(index_folder: Path) -> None:
    searched = Searched.of(index_folder)
    as_whoosh_ranks(searched, 3000, seed=52)
    searched.reader.close()


def test_whoosh_gives_the_same_scores_for_each_term(index_folder: Path) -> None:
    """All of them, the one that most sentences have as well as each that one has."""
    searched = Searched.of(index_folder)
    weighting = Weighting()
    with open_dir(str(searched.folder)).searcher(weighting=weighting) as searcher:
        for term in searched.terms:
            hits = searcher.search(Term(TERMS, term), limit=None)
            expected = {number: score for score, number in hits.top_n}
            for kind in searched.scorers:
                scores = dict(searched.ranked(kind, {term: 1.0}))
                assert scores == pytest.approx(expected, rel=1e-5), (kind, term)
    searched.reader.close()


def test_only_the_best_are_looked_at_of_what_may_have_a_phrase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless all are to be counted; and to know that there is one, the first is enough."""
    texts = [f"신뢰 구축{' 대한민국' * number}" for number in range(200)]
    records = (f'{{"id": "{n}", "text": "{text}"}}\n' for n, text in enumerate(texts))
    (tmp_path / "r.jsonl").write_text("".join(records), encoding="utf-8")
    rebuild(tmp_path / "index", [tmp_path / "r.jsonl"])
    numbers_read: list[int] = []

    def counting(read: Callable[..., Any]) -> Callable[..., Any]:
        def count_reads(
            self: ForwardIndex, row: Sequence[str], among: Sequence[int]
        ) -> Any:
            numbers_read.extend(among)
            return read(self, row, among)

        return count_reads

    for name in ("with_phrase", "phrase_counts"):
        monkeypatch.setattr(ForwardIndex, name, counting(getattr(ForwardIndex, name)))
    phrase = WordQuery("신뢰 구축", term_sequences=(("신뢰", "구축"),))
    with closing(WhooshEngine(IndexDirectory(tmp_path / "index").current())) as engine:
        assert engine.has_match(phrase)
        assert numbers_read == list(range(64))
        numbers_read.clear()
        query = [phrase], {"신뢰": 1.0}
        ranking = engine.rank(*query, limit=5, offset=0, counted=False)
        assert [hit.number for hit in ranking.hits] == numbers_read == list(range(5))
        assert engine.rank(*query, limit=5, offset=0).hits == ranking.hits
        assert sorted(numbers_read[5:]) == list(range(200))
        engine.rank([phrase], {"신뢰": 1.0, "신뢰 구축": 0.5}, limit=5, offset=0)
        assert len(numbers_read[5:]) == 200, "the pair scores by the same reading"


def test_the_texts_of_a_word_inside_longer_ones_are_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The total, the facets and a further page take the same set of sentences."""
    records = (
        f'{{"id": "{n}", "text": "국방비전 {n}호를 논의하였다"}}\n' for n in range(30)
    )
    (tmp_path / "r.jsonl").write_text("".join(records), encoding="utf-8")
    rebuild(tmp_path / "index", [tmp_path / "r.jsonl"])
    texts_read: list[int] = []
    text = StoredSentences.text

    def count_reads(self: StoredSentences, number: int) -> str:
        texts_read.append(number)
        return text(self, number)

    monkeypatch.setattr(StoredSentences, "text", count_reads)
    word = WordQuery("국방비", inside="국방비")
    with closing(WhooshEngine(IndexDirectory(tmp_path / "index").current())) as engine:
        for offset in (0, 10):
            ranking = engine.rank([word], {"국방": 1.0}, limit=10, offset=offset)
            assert ranking.totals == (30,)
        assert engine.value_counts(AnyOf((word,)), "document") == {"r": 30}
        assert engine.count(And((word, TermQuery("논의")))) == 30
    assert texts_read == list(range(30))


@pytest.mark.slow
@pytest.mark.shared
def test_whoosh_gives_the_same_scores_for_statutes(statutes: Path) -> None:
    searched = Searched.of(statutes)
    assert searched.reader.count == 20_000
    as_whoosh_ranks(searched, 2000, seed=20_000)
    searched.reader.close()
