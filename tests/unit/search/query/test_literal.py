"""--literal: the letters, marks and spaces of the query as typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import Run, command_on, examples, index_records
from hypothesis import given, settings
from hypothesis import strategies as st

from search.index import Index, open_index

TEXTS = {
    "must": "동맹은 더 나가야  한다.",
    "will": "동맹은 더 나가기로 하였다.",
    "close": "동맹은 더 나가야한다.",
    "wide": "ＳＣＭ에서 scm을 논의하였다. (조건 AND 시기)",
    "hanja": "美 장관과 미 장관이 만났다. ’20년과 2020년, ㈜한화",
    "model": "C++과 C#, C 언어; KF-21 50.5%",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an index of `TEXTS`."""
    return index_records(tmp_path_factory.mktemp("literal"), TEXTS)


@pytest.fixture(scope="module")
def index(folder: Path) -> Iterator[Index]:
    """Return the opened index of `TEXTS`."""
    with open_index(folder) as opened:
        yield opened


def marks(index: Index, query: str) -> dict[str, list[str]]:
    """Return the marked parts of each hit."""
    return {
        hit.sentence.id: [hit.sentence.text[start:end] for start, end in hit.spans]
        for hit in index.search(query, literal=True)
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("나가야 한다", {"must": ["나가야  한다"]}),
        (" 나가야\t한다 ", {"must": ["나가야  한다"]}),
        ("나가야한다", {"close": ["나가야한다"]}),
        ("나가", {"must": ["나가"], "will": ["나가"], "close": ["나가"]}),
        ("SCM", {"wide": ["ＳＣＭ", "scm"]}),
        ("조건 and 시기", {"wide": ["조건 AND 시기"]}),
        ("(조건", {"wide": ["(조건"]}),
        ('"조건"', {}),
        ("美 장관", {"hanja": ["美 장관"]}),
        ("미 장관", {"hanja": ["미 장관"]}),
        ("20년", {"hanja": ["20년", "20년"]}),
        ("’20년", {"hanja": ["’20년"]}),
        ("(주)", {}),
        ("C++", {"model": ["C++"]}),
        ("c#", {"model": ["C#"]}),
        ("50.5%", {"model": ["50.5%"]}),
        ("전작권", {}),
        ("year:2020", {}),
        ("한", {"must": ["한"], "close": ["한"], "hanja": ["한"]}),
        ("  ", {}),
    ],
)
def test_the_letters_match_as_typed(
    index: Index, query: str, expected: dict[str, list[str]]
) -> None:
    assert marks(index, query) == expected


@settings(max_examples=examples(2))
@given(st.sampled_from([*TEXTS]), st.data())
def test_every_stretch_of_a_text_matches_it(
    index: Index, name: str, data: st.DataObject
) -> None:
    text = TEXTS[name]
    start = data.draw(st.integers(0, len(text) - 1))
    substring = text[start : data.draw(st.integers(start + 1, len(text)))]

    assert name in marks(index, substring) or not substring.strip()


def test_the_command_and_the_batch_match_literally(folder: Path) -> None:
    run: Run = command_on(folder)
    queries = folder.with_name("queries.txt")
    queries.write_text("나가야 한다\n조건 AND 없음\n", encoding="utf-8")

    shown = run("search", "--literal", "나가야 한다", "--count")
    none = run("search", "--literal", "조건 AND 없음", "--count")
    batch = run("batch", queries, "--literal", "--format", "trec")
    explained = run("explain", "--literal", "나가야 한다", "must")

    assert (shown.exit_code, shown.stdout) == (0, "1\n")
    assert (none.exit_code, none.stdout) == (1, "0\n")
    assert [line.split()[:3] for line in batch.stdout.splitlines()] == [
        ["1", "Q0", "must"]
    ]
    assert "as typed" in explained.stdout
