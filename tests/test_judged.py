"""The judged queries: the expected sentence is first, and recall is complete."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ir_measures
import pytest
import score
from ir_measures import R, Success, nDCG

from indexer.ingest.document import Document

FIRST = Success(rel=2) @ 1
RECALL = R @ 1000
COMPLETE = ("noun", "particle", "compound", "name", "abbreviation")
"""The classes of topics with a recall of 1."""

Scores = Mapping[str, Mapping[Any, float]]


def judgments(path: Path) -> list[ir_measures.Qrel]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        ir_measures.Qrel(topic, id_, int(relevance))
        for topic, _, id_, relevance in map(str.split, lines)
    ]


@pytest.fixture(scope="module")
def topics() -> dict[str, str]:
    """Return the judged topics: id and query."""
    lines = (score.JUDGED / "topics.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


@pytest.fixture(scope="module")
def qrels() -> list[ir_measures.Qrel]:
    """Return the judgments."""
    return judgments(score.JUDGED / "qrels.txt")


@pytest.fixture(scope="module")
def scores(
    qrels: Sequence[ir_measures.Qrel], tmp_path_factory: pytest.TempPathFactory
) -> Scores:
    """Return each topic's scores on the communiqué."""
    folder = tmp_path_factory.mktemp("judged") / "index"
    trec_run = score.run(score.JUDGED / "topics.tsv", folder, [], score.DEPTH)
    return score.scores(qrels, trec_run, [FIRST, RECALL])


def kind(topic: str) -> str:
    return topic.rpartition("-")[0]


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def test_there_are_enough_topics_of_every_kind(topics: Mapping[str, str]) -> None:
    kinds = Counter(map(kind, topics))

    assert len(topics) >= 60
    assert set(COMPLETE) < set(kinds)
    assert min(kinds.values()) >= 8
    assert len(set(topics.values())) == len(topics)


def test_judgments_are_of_the_topics_and_of_sentences_that_exist(
    topics: Mapping[str, str],
    qrels: Sequence[ir_measures.Qrel],
    communique: Document,
) -> None:
    judged = [(qrel.query_id, qrel.doc_id) for qrel in qrels]

    assert len(set(judged)) == len(judged)
    assert {topic for topic, _ in judged} == set(topics)
    assert {id_ for _, id_ in judged} <= {s.id for s in communique.sentences}
    assert {qrel.relevance for qrel in qrels} <= {0, 1, 2}
    assert {q.query_id for q in qrels if q.relevance == 2} == set(topics)


def test_the_expected_sentence_is_first(
    topics: Mapping[str, str], scores: Scores
) -> None:
    assert scores.keys() == topics.keys()
    assert mean([values[FIRST] for values in scores.values()]) >= 0.95


@pytest.mark.parametrize("name", COMPLETE)
def test_no_relevant_sentence_is_missed(scores: Scores, name: str) -> None:
    missed = {
        topic: values[RECALL]
        for topic, values in scores.items()
        if kind(topic) == name and values[RECALL] < 1
    }

    assert missed == {}


@pytest.mark.slow
@pytest.mark.shared
def test_statutes_are_ranked_better_than_others_rank_them(
    shared: Path, tmp_path: Path
) -> None:
    """Queries are headings of statute articles; nori has 0.657, CJK bigrams 0.635."""
    collection = shared / "data" / "law_defence"
    docs = tmp_path / "docs.jsonl"
    docs.write_bytes(gzip.decompress((collection / "docs.jsonl.gz").read_bytes()))
    measure = nDCG @ 10

    trec_run = score.run(collection / "queries.tsv", tmp_path / "index", [docs], 10)
    qrels = judgments(collection / "qrels.txt")
    scores = score.scores(qrels, trec_run, [measure])

    assert mean([values[measure] for values in scores.values()]) >= 0.667


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.opensearch
def test_a_server_ranks_statutes_as_a_folder_does(
    shared: Path, opensearch: str, tmp_path: Path
) -> None:
    collection = shared / "data" / "law_defence"
    docs = tmp_path / "docs.jsonl"
    docs.write_bytes(gzip.decompress((collection / "docs.jsonl.gz").read_bytes()))
    places = (tmp_path / "index", f"{opensearch}/law_defence")
    runs = [score.run(collection / "queries.tsv", p, [docs], 10) for p in places]
    ranked = []
    for trec_run in runs:
        ids: dict[str, list[str]] = {}
        for topic, _, id_, *_ in map(str.split, trec_run.splitlines()):
            ids.setdefault(topic, []).append(id_)
        ranked.append(ids)
    here, there = ranked
    assert here.keys() == there.keys()
    assert len(here) > 1400
    first = [here[topic][0] == there[topic][0] for topic in here]
    shares = [
        len(set(here[topic]) & set(there[topic])) / len(here[topic]) for topic in here
    ]

    assert mean(list(map(float, first))) >= 0.97
    assert mean(shares) >= 0.95
    measure = nDCG @ 10
    qrels = judgments(collection / "qrels.txt")
    scored = [score.scores(qrels, trec_run, [measure]) for trec_run in runs]
    one, other = (mean([v[measure] for v in scores.values()]) for scores in scored)
    assert abs(one - other) <= 0.005
