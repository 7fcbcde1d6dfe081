"""The table of the benchmark and the queries it measures."""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import benchmark
import pytest
from benchmark_setup import Bench, changed, edited, law_lines
from benchmark_table import Sample, percentile, table

from indexer.build.plan import CORPUS
from search.index import open_index


def rows(samples: Sequence[tuple[Any, ...]]) -> list[list[str]]:
    shown = table(benchmark.ROWS, [Sample(*sample) for sample in samples], {})
    lines = [line for line in shown.splitlines()[2:] if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_median_of_the_ratios_of_each_round() -> None:
    ours = [("batch", "communique", value, "s", n) for n, value in enumerate((1, 3, 8))]
    peer = [("batch", "nori", value, "s", n) for n, value in enumerate((2, 1, 10))]

    assert rows(ours + peer) == [
        ["batch", "3 s", "nori 2 s", "0.8 × (0.5–3)", "≤ 1 ×", "yes"],
        ["batch", "3 s", "lucene10 –", "–", "", ""],
    ]


def test_a_difference_and_a_goal_without_a_peer() -> None:
    samples = [
        ("unchanged", "communique", 1.0, "s"),
        ("unchanged", "one-shot", 0.25, "s"),
        ("rebuild memory", "communique", 1600.0, "MB"),
    ]

    assert rows(samples) == [
        [
            "rebuild memory",
            "1,600 MB",
            "",
            "1,600 MB (1,600–1,600)",
            "≤ 1,500 MB",
            "no",
        ],
        ["unchanged", "1 s", "one-shot 0.25 s", "0.75 s (0.75–0.75)", "≤ 0.5 s", "no"],
    ]


@pytest.mark.parametrize(("heavy", "met"), [(1, "yes"), (3, "no")])
def test_most_queries_must_meet_the_goal(heavy: int, met: str) -> None:
    peaks = [50.0] * heavy + [30.0] * (40 - heavy)
    samples = [
        ("lacking memory", "communique", peak, "MB", 1, str(query))
        for query, peak in enumerate(peaks)
    ]

    assert rows(samples)[0][-1] == met


def test_missing_peers_are_reported() -> None:
    samples = [("batch", "communique", 1.0, "s")]
    shown = table(benchmark.ROWS, [Sample(*samples[0])], {"nori": "no java"})

    assert rows(samples)[0] == ["batch", "1 s", "nori –", "–", "≤ 1 ×", ""]
    assert shown.endswith("\nnori is missing: no java")


def test_a_peer_that_does_not_run_is_missing(tmp_path: Path) -> None:
    prepared = Bench(tmp_path, tmp_path, 1)

    assert prepared.nori("search") is None
    assert list(prepared.missing) == ["nori"]


@pytest.mark.parametrize(("percent", "value"), [(50, 500), (95, 950), (99, 990)])
def test_percentiles_are_those_of_the_peers(percent: int, value: int) -> None:
    assert percentile(reversed(range(1000)), percent) == value


def test_every_row_belongs_to_a_task_and_every_task_has_one() -> None:
    names = {row.name.split()[0] for row in benchmark.ROWS} - {"size"}

    assert names == set(benchmark.TASKS)


def test_one_line_in_a_hundred_changes_each_round(tmp_path: Path) -> None:
    packed = tmp_path / "law.jsonl.gz"
    records = [{"id": f"l{n}", "text": f"제{n}조 목적"} for n in range(150)]
    packed.write_bytes(gzip.compress("\n".join(map(json.dumps, records)).encode()))
    lines = list(law_lines(packed, 400))
    first, second = (list(changed(lines, variant)) for variant in (1, 2))

    assert len({id_ for id_, _ in lines}) == 400
    for before, after in ((lines, first), (first, second)):
        differ = [
            n
            for n, pair in enumerate(zip(before, after, strict=True))
            if pair[0] != pair[1]
        ]
        assert differ == [99, 199, 299, 399]


def test_each_edit_replaces_one_more_line_in_a_hundred() -> None:
    lines = [(f"l{n}", f"제{n}조 목적") for n in range(300)]
    versions = [list(edited(lines, edits)) for edits in range(3)]

    assert versions[0] == lines
    for before, after in pairwise(versions):
        pairs = zip(before, after, strict=True)
        assert sum(old != new for old, new in pairs) == 3


def test_the_lacking_words_are_lacking_and_find_something(index_folder: Path) -> None:
    text = "".join((CORPUS / "scm-52-2020.txt").read_text(encoding="utf-8").split())

    assert [word for word in benchmark.LACKING if word in text] == []
    with open_index(index_folder) as index:
        assert [word for word in benchmark.LACKING if not index.search(word).hits] == []


def test_the_first_line_names_no_path() -> None:
    assert str(Path.home()) not in json.dumps(benchmark.circumstances("command"))
    with pytest.raises(argparse.ArgumentTypeError, match="no warmth among one-shot"):
        benchmark.tasks("one-shot,warmth")
