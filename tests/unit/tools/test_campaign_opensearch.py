"""The campaign's rows on a server, and that they find a fault of each kind that is planted."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import campaign_opensearch
import pytest
from campaign_cluster import (
    Replaced,
    Trial,
    WithDictionary,
    is_one_sentence,
    same_answers,
)
from campaign_states import Texts
from campaign_support import SMALL, Done, Row, Subject
from conftest import cluster
from opensearch_nodes import Nodes, UnavailableError

SEED = 7


@pytest.fixture(scope="module")
def node(pytestconfig: pytest.Config) -> Iterator[Nodes]:
    """Return a cluster of one node."""
    with cluster(1, pytestconfig) as started:
        yield started


@pytest.fixture(scope="module")
def nodes(pytestconfig: pytest.Config) -> Iterator[Nodes]:
    """Return three nodes, all of which run before and after each test."""
    with cluster(3, pytestconfig) as started:
        yield started


def trial(nodes: Nodes, folder: Path, kind: type[Texts], count: int = 24) -> Trial:
    """Return an index of three shards without replicas."""
    texts = kind(folder / "corpus", random.Random(SEED), count)  # noqa: S311
    words = ("--shards", "3", "--replicas", "0")
    return Trial(folder, nodes, texts, words)


def faults_of(row: Row) -> str:
    """Return the failures of a row in which something was tried."""
    assert row.tried
    return "".join(row.failures)


EARLY_ALIAS = """
from indexer.opensearch.aliases import ServerGenerations
def switched(self, made, settings, create=ServerGenerations._create):
    copied = create(self, made, settings)
    self._switch(made, self._switch_request(made, self._current()))
    return copied
ServerGenerations._create = switched
"""
LEFT_OVER = """
from indexer.opensearch.aliases import ServerGenerations
ServerGenerations._sweep = lambda self, generations: None
"""
ONE_NAME = """
from indexer.opensearch import aliases
create = aliases.ServerGenerations.__init__
def unmarked(self, client, server):
    create(self, client, server)
    self._mark = ""
aliases.ServerGenerations.__init__ = unmarked
"""
PARTIAL = """
from search.engine.opensearch.engine import OpenSearchEngine
create = OpenSearchEngine.__init__
def partial_results(self, client, server, index):
    create(self, client, server, index)
    self._target["allow_partial_search_results"] = True
OpenSearchEngine.__init__ = partial_results
"""
OVERLOOKED = """
from indexer.build.plan import BuildPlan
BuildPlan.matches = lambda *_: True
"""


def test_a_search_may_end_with_one_sentence_and_no_more() -> None:
    good = Done(2, b"", "Error: the server is gone; start it.\n")

    assert is_one_sentence(good)
    for bad in (
        good._replace(status=1),
        good._replace(out=b"x"),
        good._replace(err=good.err * 2),
        good._replace(err=f"Traceback\n{good.err}"),
        good._replace(err=""),
    ):
        assert not is_one_sentence(bad)


def test_answers_differ_by_more_than_the_precision_of_a_score() -> None:
    one = Done(0, b'{"hits": [{"id": "a", "score": 1.0000001}]}\n', "")

    assert same_answers(one, Done(0, one.out.replace(b"1.0000001", b"1.0"), ""))
    for bad in (b'{"hits": []}\n', one.out.replace(b"a", b"b"), one.out * 2, b""):
        assert not same_answers(one, Done(0, bad, ""))


def test_a_version_that_cannot_run_is_skipped_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object, **__: object) -> None:
        raise UnavailableError("no Java")

    monkeypatch.setattr(campaign_opensearch, "start_nodes", none)
    subject = Subject(tmp_path, tmp_path, tmp_path, {})
    rows = list(campaign_opensearch.opensearch(tmp_path, subject, SMALL, SEED))

    assert [(row.skipped, row.tried, row.failed) for row in rows] == [
        ("no Java", 0, 0)
    ] * 2


@pytest.mark.slow
@pytest.mark.opensearch
def test_nothing_fails_on_a_server(nodes: Nodes, tmp_path: Path) -> None:
    for row in campaign_opensearch.rows(tmp_path, nodes, "x", 2, SEED):
        assert faults_of(row) == ""


@pytest.mark.slow
@pytest.mark.opensearch
def test_an_alias_that_is_switched_before_all_sentences_are_there_is_found(
    node: Nodes, tmp_path: Path
) -> None:
    made = trial(node, tmp_path, Replaced, 600)
    fault = campaign_opensearch.SLOW + EARLY_ALIAS
    row = campaign_opensearch.kill_rebuilds(
        "x", made, 4, SEED, words=["--force"], fault=fault
    )

    assert row.failed


@pytest.mark.slow
@pytest.mark.opensearch
def test_generations_that_are_left_over_are_found(node: Nodes, tmp_path: Path) -> None:
    made = trial(node, tmp_path, Texts)
    row = campaign_opensearch.edit_corpora("x", made, 3, SEED, LEFT_OVER)

    assert "left over" in faults_of(row)


@pytest.mark.slow
@pytest.mark.opensearch
def test_an_edit_that_is_overlooked_is_found(node: Nodes, tmp_path: Path) -> None:
    made = trial(node, tmp_path, WithDictionary)
    row = campaign_opensearch.edit_corpora("x", made, 3, SEED, OVERLOOKED)

    assert "other answers" in faults_of(row)


@pytest.mark.slow
@pytest.mark.opensearch
def test_a_late_rebuild_that_writes_into_the_next_one_is_found(
    node: Nodes, tmp_path: Path
) -> None:
    made = trial(node, tmp_path, Replaced, 600)
    row = campaign_opensearch.suspend_rebuilds("x", made, 2, SEED, ONE_NAME)

    assert row.failed


@pytest.mark.slow
@pytest.mark.opensearch
def test_answers_without_the_sentences_of_a_lost_node_are_found(
    nodes: Nodes, tmp_path: Path
) -> None:
    made = trial(nodes, tmp_path, Replaced, 600)
    made.begin += campaign_opensearch.IMPATIENT + PARTIAL
    row = campaign_opensearch.lose_nodes("x", made, nodes, 1, SEED)

    assert '"hits": [' in faults_of(row)
