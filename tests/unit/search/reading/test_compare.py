"""Documents compared with each other, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import NEW, OLD
from helpers import count_steps, write_records, write_texts

from indexer.build.rebuild import rebuild
from search.index import Index, open_index
from search.reading.closeness import sentence_closeness
from search.reading.compare import Comparer, compare_documents, compare_sentences
from search.reading.comparison import Comparison, count_statuses


@pytest.fixture(scope="module")
def index(statements_folder: Path) -> Iterator[Index]:
    """Return the opened index of two short statements."""
    with open_index(statements_folder) as opened:
        yield opened


def compared(index: Index, *, strict: bool = False) -> list[Comparison]:
    comparer = Comparer(index.similarity, index.analyzer, strict=strict)
    return comparer.documents(index.show("old"), index.show("new"))


def test_two_documents_sentence_by_sentence(index: Index) -> None:
    comparisons = compared(index)

    assert [
        (c.status, c.before and c.before.id, c.after and c.after.id)
        for c in comparisons
    ] == [
        ("same", "old:1.2", "new:1.1"),
        ("new", None, "new:1.2"),
        ("reworded", "old:1.1", "new:2.1"),
        ("reworded", "old:2.1", "new:3.1"),
        ("dropped", "old:2.2", None),
    ]
    assert [c.moved for c in comparisons].count(True) == 1
    assert count_statuses(comparisons) == {
        "same": 1,
        "reworded": 2,
        "new": 1,
        "dropped": 1,
        "moved": 1,
    }


def test_with_strict_an_ending_is_a_change(index: Index) -> None:
    assert compared(index, strict=True)[0].status == "reworded"


def test_every_sentence_of_both_is_listed_once(index: Index) -> None:
    comparisons = compared(index)

    for name, listed in (
        ("old", [c.before for c in comparisons]),
        ("new", [c.after for c in comparisons]),
    ):
        assert sorted(s.id for s in listed if s) == [s.id for s in index.show(name)]


def test_closeness_is_1_for_a_sentence_and_itself_only(index: Index) -> None:
    both = [*index.show("old"), *index.show("new")]
    terms = index.similarity.scored_terms([sentence.text for sentence in both])
    closeness = sentence_closeness(terms, terms)

    assert closeness == pytest.approx(closeness.T)
    assert ((closeness >= 0) & (closeness <= 1)).all()
    whole = {
        (both[i].id, both[j].id)
        for i, j in zip(*(closeness == 1).nonzero(), strict=True)
    }
    twins = {("old:1.2", "new:1.1"), ("new:1.1", "old:1.2")}
    assert whole == {(sentence.id, sentence.id) for sentence in both} | twins


@pytest.mark.parametrize("most_rows", [1, 2, 64])
def test_a_comparison_does_not_depend_on_the_size_of_its_blocks(
    index: Index, monkeypatch: pytest.MonkeyPatch, most_rows: int
) -> None:
    expected = compare_sentences(index, "new").comparisons
    monkeypatch.setattr("search.reading.closeness._MOST_ROWS", most_rows)

    assert compare_sentences(index, "new").comparisons == expected


def test_a_comparison_costs_as_much_in_a_larger_index(tmp_path: Path) -> None:
    """It reads the compared documents, and no other sentence of the index."""
    texts = {"old": OLD, "new": NEW}
    steps = []
    for name, others in (("small", 1), ("large", 2000)):
        folder = write_texts(tmp_path / name, texts)
        records = [f"양 장관은 {n}번째 훈련을 평가하였다." for n in range(others)]
        write_records(folder / "others.jsonl", records)
        rebuild(folder / "index", [folder])
        with open_index(folder / "index") as index:
            steps.append(
                count_steps(lambda: compare_sentences(index, "new:1.1", ["old"]))
            )

    assert steps[1] < 1.5 * steps[0]


def test_long_documents_are_compared_sentence_by_sentence(tmp_path: Path) -> None:
    """Also if more sentences resemble one than the candidates that are compared."""
    numerals = "공일이삼사오육칠팔구"
    names = ["".join(numerals[int(digit)] for digit in str(n)) for n in range(300)]
    for name, year, order in (("old", 2019, names), ("new", 2020, names[::-1])):
        lines = [f"양측은 {each}사단의 훈련을 확대하기로 하였다." for each in order]
        text = "\n".join(["성명", "", f"{year}년 5월 1일, 서울", "", *lines])
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    rebuild(tmp_path / "index", [tmp_path / "old.txt", tmp_path / "new.txt"])

    with open_index(tmp_path / "index") as index:
        comparisons = compare_documents(index, "old", "new").sentences

    assert len(comparisons) == 300
    assert {comparison.status for comparison in comparisons} == {"same"}
