"""The work for a query grows with its length, whatever it consists of."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from helpers import count_steps, index_records

from search.index import Index, open_index

_FEW, _MANY = 100, 400
CORPUS = [
    "한미 국방장관은 전작권 전환을 논의하였다.",
    "미합중국의 대통령은 중국과 남북한 관계를 평가하였다.",
    "한국국방연구원은 방위비분담금 특별협정을 검토하였다.",
    "서울에서 열린 회의는 신뢰 구축과 군비통제를 다루었다.",
] * 20
WORDS = ("국방", "중국", "전작권", "북한", "방위비", "회의", "분담", "통제를")
"""Words of the corpus, most of which are also inside longer ones."""


def random_words(count: int) -> list[str]:
    """Return words of three syllables that no sentence has."""
    chooser = random.Random(count)  # noqa: S311 (nothing secret)
    codes = (chooser.randrange(0xAC00, 0xD7A4) for _ in range(3 * count))
    text = "".join(map(chr, codes))
    return [text[start : start + 3] for start in range(0, len(text), 3)]


def mixed_words(count: int) -> list[str]:
    """Return words with one syllable of the corpus, so that no two are equal."""
    return [f"{WORDS[n % 8]}{word[0]}" for n, word in enumerate(random_words(count))]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = index_records(tmp_path_factory.mktemp("long"), CORPUS)
    with open_index(folder) as opened:
        opened.prepare()
        opened.search(" ".join(random_words(30)))  # fills the caches
        yield opened


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(lambda count: " ".join(random_words(count)), id="words"),
        pytest.param(lambda count: f'"{" ".join(random_words(count))}"', id="phrase"),
        pytest.param(lambda count: f'"{" ".join(WORDS * (count // 8))}"', id="nouns"),
        pytest.param(lambda count: " ".join(mixed_words(count)), id="mixed"),
        pytest.param(lambda count: " OR ".join(mixed_words(count)), id="or"),
        pytest.param(lambda count: "".join(random_words(count)), id="unspaced"),
        pytest.param(lambda count: f'"{"무엇 핵 " * count}"', id="question words"),
        pytest.param(lambda count: " -".join(random_words(count)), id="exclusions"),
    ],
)
def test_a_longer_query_takes_proportionally_more_steps(
    index: Index, query: Callable[[int], str]
) -> None:
    few, many = (
        count_steps(partial(index.search, query(count))) for count in (_FEW, _MANY)
    )

    assert many < 1.3 * (_MANY / _FEW) * few


def test_the_worst_query_of_a_page_takes_few_steps(index: Index) -> None:
    """It took 2,600 lines of Python for each word when this was written."""
    query = " ".join(random_words(249))

    assert count_steps(lambda: index.search(query)) < 3_600 * 249
