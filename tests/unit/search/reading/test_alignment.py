"""The alignment of two documents: each sentence has at most one counterpart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import DATA, ROOT

from indexer.build.rebuild import rebuild
from indexer.ingest.sentence import Sentence
from search.index import Index, open_index
from search.reading.alignment import align, matched


def sentences(document: str, *paragraphs: int) -> list[Sentence]:
    return [
        Sentence(f"{document}:{n}", document, paragraph, n, n, n + 1, f"{document}{n}")
        for n, paragraph in enumerate(paragraphs, 1)
    ]


def matches(ones: int, others: int, **values: float) -> list[tuple[str, str, bool]]:
    """Return the pairs for the closeness of candidates as in `a1b2=0.5`."""
    a, b = sentences("a", *[1] * ones), sentences("b", *[1] * others)
    candidates = {
        (i, j): values[f"{one.text}{other.text}"]
        for i, one in enumerate(a)
        for j, other in enumerate(b)
        if f"{one.text}{other.text}" in values
    }
    pairs = matched(a, b, candidates)
    return [(pair.before.text, pair.after.text, pair.moved) for pair in pairs]


def test_a_sentence_has_one_counterpart_and_the_closest_goes_first() -> None:
    assert matches(2, 2, a1b1=0.6, a1b2=0.9, a2b2=0.8) == [("a1", "b2", False)]
    assert matches(2, 2, a1b1=0.6, a1b2=0.9, a2b1=0.5) == [
        ("a2", "b1", True),
        ("a1", "b2", False),
    ]


def test_the_closer_position_decides_between_equal_candidates() -> None:
    alike = {f"a{i}b{j}": 1.0 for i in (1, 2, 3) for j in (1, 2, 3)}

    assert matches(3, 3, **alike) == [
        ("a1", "b1", False),
        ("a2", "b2", False),
        ("a3", "b3", False),
    ]


def test_sentences_without_a_candidate_have_no_counterpart() -> None:
    assert matches(0, 1) == matches(1, 0) == matches(1, 1) == []


def test_a_pair_out_of_order_has_moved() -> None:
    assert matches(4, 4, a1b4=0.9, a2b1=0.9, a3b2=0.9, a4b3=0.9) == [
        ("a2", "b1", False),
        ("a3", "b2", False),
        ("a4", "b3", False),
        ("a1", "b4", True),
    ]


# The communiqués of other years, judged by hand


def judged(name: str) -> dict[str, list[str]]:
    path = DATA / name
    lines = path.read_text(encoding="utf-8").splitlines()
    return {id_: ids.split() for id_, ids in (line.split("\t") for line in lines)}


@pytest.fixture(scope="module")
def years(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Return an index of four communiqués."""
    corpus = ROOT / "corpus"
    folder = tmp_path_factory.mktemp("years")
    rebuild(folder, [corpus, shared / "data" / "communiques"])
    with open_index(folder) as opened:
        yield opened


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "before", "least"),
    [
        # The threshold was chosen on the first; the second was judged, then run once.
        ("counterparts.tsv", "scm48_2016", 54 / 60),
        ("counterparts_held_out.tsv", "scm44_2012", 38 / 40),
    ],
)
def test_counterparts_agree_with_a_human_judge(
    years: Index, file: str, before: str, least: float
) -> None:
    expected = judged(file)
    after = next(iter(expected)).partition(":")[0]
    aligned = align(years.show(before), years.show(after), years.similarity)
    paired = {pair.after.id: pair.before.id for pair in aligned.pairs}

    wrong = {
        id_: paired.get(id_)
        for id_, ids in expected.items()
        if (paired[id_] not in ids if id_ in paired else ids)
    }

    assert 1 - len(wrong) / len(expected) >= least - 1e-9, wrong
