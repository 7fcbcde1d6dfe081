"""A large index that is opened for few queries: loops answer as arrays do, without NumPy."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import index_records

import search.engine.whoosh
from search.engine.whoosh import MANY
from search.index import open_index

WORDS = (
    *("동맹", "훈련", "방위", "국방부장관", "장관", "국방", "허가", "신뢰", "구축"),
    *("평화", "한미동맹", "2019년"),
)
QUERIES = [
    "동맹",
    "국방부장관의 허가",
    "신뢰 구축",
    '"신뢰 구축" OR 평화',
    "동맹 AND 훈련 AND 방위",
    "한미동맹 -훈련",
    "NOT 동맹",
    "미동 AND 허가",
    "2019년 동맹 훈련 방위 장관 국방 허가",
    "방위체제",
]
HEAVY = {
    *("numpy", "kiwipiepy", "whoosh", "dataclasses", "hashlib", "_hashlib", "shutil"),
    *("tempfile", "random", "email", "http", "asyncio", "importlib.metadata"),
    *("subprocess", "logging", "multiprocessing", "platformdirs"),
}
"""Modules that a search must not wait for."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index of more sentences than are searched by loops by default."""
    drawn = random.Random(21)  # noqa: S311
    sizes = (drawn.choice([1, 2, 3, 5, 9, 30]) for _ in range(MANY + 500))
    frequent = WORDS[:4] * 3 + WORDS
    texts = [" ".join(drawn.choices(frequent, k=size)) for size in sizes]
    return index_records(tmp_path_factory.mktemp("brief"), texts)


@pytest.mark.parametrize("most", [0, 12_000, 10**9])
def test_the_answers_are_those_of_arrays(
    folder: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """By arrays from the first query on, from a later one on, and by loops."""
    monkeypatch.setattr(search.engine.whoosh, "_BRIEF", most)
    with open_index(folder) as index, open_index(folder, brief=True) as brief:
        for query in QUERIES:
            for limit in (1, 10, 300):
                expected = index.search(query, limit=limit)
                result = brief.search(query, limit=limit)

                assert result.total == expected.total, query
                assert result.facets == expected.facets, query
                assert [hit.sentence.id for hit in result] == [
                    hit.sentence.id for hit in expected
                ], query
                assert [hit.score for hit in result] == pytest.approx(
                    [hit.score for hit in expected], rel=1e-5
                )
                ranked = index.rank(query, limit=limit)
                assert dict(brief.rank(query, limit=limit)) == pytest.approx(
                    dict(ranked), rel=1e-5
                )


def test_a_search_of_a_large_index_imports_no_heavy_module(folder: Path) -> None:
    code = (
        "import sys; sys.argv[0] = 'communique'\n"
        "from search.__main__ import main\n"
        "try: main()\n"
        f"finally: print(sorted({HEAVY} & sys.modules.keys()))"
    )
    command = [sys.executable, "-c", code, "search", "--index", str(folder)]

    done = subprocess.run([*command, "신뢰 구축"], capture_output=True, check=True)

    lines = done.stdout.decode().splitlines()
    assert len(lines) > 20, done.stderr.decode()
    assert lines[-1] == "[]"
